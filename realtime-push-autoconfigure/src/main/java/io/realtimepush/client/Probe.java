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

package io.realtimepush.client;

import java.net.URI;
import java.time.Duration;

import io.realtimepush.client.ConnectFailure.Kind;
import io.realtimepush.protocol.AccessGrant;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Tries a way beside a session that works over another one. It works if something comes
 * over it, and later something more by itself: what is held back on the way until there
 * is enough of it would come at once or not at all.
 * <p>
 * Confined to the loop.
 */
final class Probe implements ClientSession.Owner {

	/** What comes within this time after the first message is the login still. */
	private static final Duration LOGIN = Duration.ofSeconds(1);

	/** How long the message that comes by itself may take. */
	private static final Duration PATIENCE = Duration.ofSeconds(15);

	private static final ConnectFailure DONE = new ConnectFailure(Kind.LEFT, "probed", "the probe has ended");

	private final ClientLoop loop;

	private final Owner owner;

	private final ClientSession session;

	private Disposable timer = Disposables.disposed();

	private long firstHeard;

	private boolean heard;

	private boolean works;

	Probe(Effects effects, ClientSettings.Timeouts timeouts, Route route, Owner owner) {
		this.loop = effects.loop();
		this.owner = owner;
		this.session = new ClientSession(effects, timeouts, route, this);
	}

	Route route() {
		return this.session.route();
	}

	void start() {
		this.session.start(null, route().endpoint());
	}

	void cancel() {
		this.timer.dispose();
		this.session.end(DONE);
	}

	@Override
	public Route granted(URI issuer, @Nullable AccessGrant grant) {
		return this.session.route();
	}

	@Override
	public AddressFamily addressFamily() {
		return this.owner.addressFamily();
	}

	@Override
	public TransportRequest request(URI endpoint) {
		return this.owner.probeRequest(endpoint);
	}

	@Override
	public void stepBegins(ClientSession session, ConnectStep step) {
	}

	@Override
	public void stepEnded(ClientSession session, ConnectStep step, Duration took, @Nullable ConnectFailure failure) {
		this.owner.stepEnded(session, step, took, failure);
	}

	@Override
	public void received(ClientSession session, @Nullable String sub, ServerMessage message) {
		if (message instanceof ServerMessage.GoAway goAway) {
			session.end(ConnectFailure.of(goAway));
		}
		else if (message instanceof ServerMessage.Closed closed) {
			session.end(ConnectFailure.of(closed));
		}
		else if (!this.heard) {
			this.heard = true;
			this.firstHeard = this.loop.nanoTime();
			session.live();
			session.check(PATIENCE);
			this.timer = this.loop.schedule(PATIENCE, () -> session.end(new ConnectFailure(Kind.UNFIT, "held_back",
					"nothing came by itself for " + PATIENCE.toMillis() + "ms")));
		}
		else if (message instanceof ServerMessage.Pong || this.loop.nanoTime() - this.firstHeard > LOGIN.toNanos()) {
			this.works = true;
			cancel();
		}
	}

	@Override
	public void subscriptionEnded(ClientSession session, String sub, ConnectFailure failure) {
	}

	@Override
	public void ended(ClientSession session, ConnectFailure failure) {
		this.timer.dispose();
		this.owner.probeEnded(this, this.works ? null : failure);
	}

	/**
	 * Whoever tries.
	 */
	interface Owner {

		/**
		 * Say what to log in with.
		 */
		TransportRequest probeRequest(URI endpoint);

		/**
		 * Say which addresses are to be tried first.
		 */
		AddressFamily addressFamily();

		/**
		 * A step has ended.
		 */
		void stepEnded(ClientSession session, ConnectStep step, Duration took, @Nullable ConnectFailure failure);

		/**
		 * The probe has ended, and its connection is closed.
		 * @param failure why the way does not work, or {@code null} if it does
		 */
		void probeEnded(Probe probe, @Nullable ConnectFailure failure);

	}

}
