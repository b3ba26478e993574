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
import java.util.List;
import java.util.Map;

import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.Credential;
import io.realtimepush.session.Peer;
import io.realtimepush.session.PushRequest;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.http.PushRequestReader;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.StringUtils;

/**
 * Reads who asks.
 */
final class SdkRequest {

	/** Name of the transport, for listeners and meters. */
	static final String TRANSPORT = "featureprobe";

	private static final int MAX_SDK_LENGTH = 128;

	private SdkRequest() {
	}

	/**
	 * Read the key, which stands in its header without a scheme. The origin was looked at
	 * before.
	 */
	static PushRequest read(ServerHttpRequest request) {
		List<String> headers = request.getHeaders().getOrEmpty(HttpHeaders.AUTHORIZATION);
		if (headers.size() != 1 || !StringUtils.hasText(headers.get(0))) {
			throw new SessionRejectedException(CloseReason.BAD_REQUEST, "send the SDK key in the Authorization header");
		}
		return of(headers.get(0), PushRequestReader.of(request).peer().address(), sdk(request.getHeaders()));
	}

	/**
	 * Say who asks.
	 * @param key the key
	 * @param address where the SDK is
	 * @param sdk what it calls itself
	 */
	static PushRequest of(String key, @Nullable InetAddress address, @Nullable String sdk) {
		return new PushRequest(TRANSPORT, new Credential(key.trim(), false), new Peer(address, null, true),
				new ClientMessage.Options(null, null, null), null, new ClientMessage.ClientInfo(null, sdk, Map.of()));
	}

	/** Browsers do not let a script set their own header. */
	static @Nullable String sdk(HttpHeaders headers) {
		String sdk = headers.getFirst("UA");
		if (!StringUtils.hasText(sdk)) {
			sdk = headers.getFirst(HttpHeaders.USER_AGENT);
		}
		return (sdk != null && sdk.length() > MAX_SDK_LENGTH) ? sdk.substring(0, MAX_SDK_LENGTH) : sdk;
	}

}
