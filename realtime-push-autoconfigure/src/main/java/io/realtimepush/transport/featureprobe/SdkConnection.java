/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.realtimepush.transport.featureprobe;

import java.net.InetAddress;

import io.realtimepush.session.AdmittedConnection;
import io.realtimepush.session.Identity;
import io.realtimepush.transport.engineio.EngineTicket;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The connection of an SDK: what counts it, and what of its handshake is asked for when
 * the SDK registers.
 */
final class SdkConnection implements EngineTicket {

	private final AdmittedConnection admitted;

	private final @Nullable InetAddress address;

	private final @Nullable String sdk;

	SdkConnection(AdmittedConnection admitted, @Nullable InetAddress address, @Nullable String sdk) {
		this.admitted = admitted;
		this.address = address;
		this.sdk = sdk;
	}

	@Override
	public boolean countsPacket() {
		return this.admitted.countsAsMessage();
	}

	/** Find out what a key allows. */
	Mono<Identity> authenticate(String key) {
		return this.admitted.authenticate(SdkRequest.of(key, this.address, this.sdk));
	}

	@Override
	public void giveBack() {
		this.admitted.close();
	}

}
