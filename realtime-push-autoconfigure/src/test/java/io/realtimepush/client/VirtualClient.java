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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.SyncMode;
import reactor.core.publisher.Mono;

/**
 * A client in virtual time, to which a test is the server.
 */
final class VirtualClient {

	private final VirtualLoop loop = new VirtualLoop();

	private final List<Connection> connections = new ArrayList<>();

	private final SessionKeeper keeper;

	private VirtualClient(TokenEndpoint tokens) {
		Effects effects = new Effects(this.loop, tokens, (host, family) -> Mono.just(List.of()),
				(endpoint, credential, options, minimum, subscriptions) -> Mono.never(), new Random(7));
		ClientSettings settings = ClientSettings.of(List.of(URI.create("https://push.example.com/realtime")),
				List.of(new SubscriptionSettings(ClientFixture.FLAG_SET, "sdk-1", SyncMode.DELTA, List.of(), null)));
		this.keeper = new SessionKeeper(settings, effects, List.of(new Transport()), ClientIdentity.create(Map.of()),
				null, List.of());
		this.loop.execute(this.keeper::start);
		this.loop.runEvents();
	}

	/** A client of a server that has no tokens. */
	static VirtualClient start() {
		return start((endpoint, key) -> Mono.empty());
	}

	static VirtualClient start(TokenEndpoint tokens) {
		return new VirtualClient(tokens);
	}

	ClientStatus status() {
		return this.keeper.status();
	}

	void advance(Duration time) {
		this.loop.advance(time);
	}

	/** The last connection that the client has opened. */
	Connection connection() {
		return this.connections.get(this.connections.size() - 1);
	}

	private final class Transport implements ClientTransport {

		@Override
		public String name() {
			return WEB_SOCKET;
		}

		@Override
		public TransportConnection open(TransportRequest request, TransportListener listener) {
			Connection connection = new Connection(request.credential().get(), listener);
			VirtualClient.this.connections.add(connection);
			return connection;
		}

	}

	/**
	 * A connection that does by itself only what the client wants.
	 */
	final class Connection implements TransportConnection {

		private final String credential;

		private final TransportListener listener;

		private final List<ClientMessage> sent = new ArrayList<>();

		private boolean closed;

		Connection(String credential, TransportListener listener) {
			this.credential = credential;
			this.listener = listener;
		}

		/** What the client has logged in with. */
		String credential() {
			return this.credential;
		}

		/** What the client has sent behind that. */
		List<ClientMessage> sent() {
			return this.sent;
		}

		boolean isClosed() {
			return this.closed;
		}

		/** Let the client in, with a flag set of this version. */
		void login(Duration heartbeat, long version) {
			this.listener.opened();
			receive(new ServerMessage.Welcome("s", heartbeat.toMillis(), SyncMode.DELTA, null, null));
			receive(new ServerMessage.Snapshot(
					new FlagSnapshot(ClientFixture.FLAG_SET, position(version), FlagSet.empty()), false, null));
		}

		void heartbeat(long version) {
			receive(new ServerMessage.Heartbeat(position(version), null));
		}

		private static FlagPosition position(long version) {
			return new FlagPosition("k7", version);
		}

		private void receive(ServerMessage message) {
			this.listener.received(null, message);
			VirtualClient.this.loop.runEvents();
		}

		@Override
		public boolean send(ClientMessage message) {
			return this.sent.add(message);
		}

		@Override
		public void close() {
			this.closed = true;
			this.listener.closed(new ConnectFailure(ConnectFailure.Kind.LEFT, "closed", "closed by the client"));
		}

	}

}
