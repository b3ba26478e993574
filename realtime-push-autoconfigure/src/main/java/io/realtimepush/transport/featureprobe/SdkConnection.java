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
import java.util.ArrayList;
import java.util.List;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.session.AdmittedConnection;
import io.realtimepush.session.Identity;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.transport.engineio.EngineTicket;
import io.realtimepush.transport.socketio.SocketIoSocket;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * The connection of an SDK: what counts it, what of its handshake is asked for when the
 * SDK registers, and the keys it has registered with. These are confined to the thread of
 * the connection.
 */
final class SdkConnection implements EngineTicket {

	private static final Disposable HAS_REGISTERED = Disposables.disposed();

	private final AdmittedConnection admitted;

	private final @Nullable InetAddress address;

	private final @Nullable String sdk;

	/** Ends the wait for a registration; {@code null} until it begins. */
	private @Nullable Disposable waiting;

	/** Kept immutable while empty. */
	private List<Registration> registrations = List.of();

	SdkConnection(AdmittedConnection admitted, @Nullable InetAddress address, @Nullable String sdk) {
		this.admitted = admitted;
		this.address = address;
		this.sdk = sdk;
	}

	@Override
	public boolean countsPacket() {
		return this.admitted.countsAsMessage();
	}

	/** Wait for a registration, unless that has begun before. */
	void awaitRegistration(Runnable timedOut) {
		if (this.waiting == null) {
			this.waiting = this.admitted.onHandshakeTimeout(timedOut);
		}
	}

	boolean isAwaited() {
		return this.waiting != HAS_REGISTERED;
	}

	/** The client has shown a key, whatever that is worth. */
	void registering() {
		endWaiting();
		this.waiting = HAS_REGISTERED;
	}

	private void endWaiting() {
		if (this.waiting != null) {
			this.waiting.dispose();
		}
	}

	/** Find out what a key allows. */
	Mono<Identity> authenticate(String key) {
		return this.admitted.authenticate(SdkRequest.of(key, this.address, this.sdk));
	}

	/** How many keys are registered, by all sockets. */
	int size() {
		return this.registrations.size();
	}

	/** Whether a socket has registered with a key of a flag set. */
	boolean hears(SocketIoSocket socket, FlagSetId flagSet) {
		return this.registrations.stream()
			.anyMatch((each) -> each.socket() == socket && each.details().flagSet().equals(flagSet));
	}

	/** Return what was registered by a socket. */
	List<Registration> of(SocketIoSocket socket) {
		return this.registrations.stream().filter((each) -> each.socket() == socket).toList();
	}

	/** Return the keys that are registered. */
	List<SdkKey> keys() {
		return this.registrations.stream().map((each) -> each.details().key()).distinct().toList();
	}

	/** Return what was registered with a key. */
	List<Registration> of(SdkKey key) {
		return this.registrations.stream().filter((each) -> each.details().key().equals(key)).toList();
	}

	void add(Registration registration) {
		if (this.registrations.isEmpty()) {
			this.registrations = new ArrayList<>(1);
		}
		this.registrations.add(registration);
	}

	void remove(Registration registration) {
		SdkKey key = registration.details().key();
		if (this.registrations.remove(registration) && of(key).isEmpty()) {
			this.admitted.forget(key);
		}
	}

	/** Go on with what a key allows now. */
	void replace(Registration registration, SdkKeyDetails details) {
		this.registrations.set(this.registrations.indexOf(registration),
				new Registration(registration.socket(), details));
	}

	@Override
	public void giveBack() {
		endWaiting();
		this.admitted.close();
	}

	/**
	 * A socket has registered with a key.
	 *
	 * @param socket the socket
	 * @param details the key and what it allows
	 */
	record Registration(SocketIoSocket socket, SdkKeyDetails details) {

	}

}
