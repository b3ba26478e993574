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

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.protocol.AccessGrant;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.SubscriptionLookup;
import io.realtimepush.protocol.SyncMode;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Everything outside of a client: two nodes, the network, and what stands in between.
 */
final class ModelWorld {

	static final List<URI> ENDPOINTS = List.of(URI.create("http://one/realtime"), URI.create("http://two/realtime"));

	static final List<String> TRANSPORTS = List.of(ClientTransport.WEB_SOCKET, ClientTransport.SSE,
			ClientTransport.LONG_POLL, ClientTransport.PULL);

	private static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();

	final VirtualLoop loop = new VirtualLoop();

	final Random random;

	final ModelServer server;

	final Map<URI, Node> nodes = new HashMap<>();

	final Map<String, Passage> passages = new HashMap<>();

	final List<ModelConnection> open = new ArrayList<>();

	TokenService tokenService = TokenService.ABSENT;

	private List<String> advice = List.of();

	private boolean healed;

	boolean namesWork = true;

	boolean refusesForGood;

	/** What has happened, to see that all of it does. */
	final Set<String> seen = new TreeSet<>();

	boolean paused;

	int sessions;

	int probes;

	int opened;

	@Nullable String complaint;

	ModelWorld(long seed) {
		this.random = new Random(seed);
		this.server = new ModelServer(this.random);
		ENDPOINTS.forEach((endpoint) -> this.nodes.put(endpoint, new Node(this.server.newest())));
		TRANSPORTS.forEach((name) -> this.passages.put(name, Passage.FREE));
	}

	Effects effects() {
		return new Effects(this.loop, this::fetchToken, this::resolve, this::pull, this.random);
	}

	List<ClientTransport> transports() {
		return TRANSPORTS.stream().<ClientTransport>map(ModelTransport::new).toList();
	}

	private Mono<AccessGrant> fetchToken(URI endpoint, String key) {
		if (this.refusesForGood) {
			return failed(ConnectFailure.ofProblem(401, "unauthorized", null, null));
		}
		return switch (this.tokenService) {
			case ABSENT -> Mono.empty();
			case GRANTS -> Mono.just(new AccessGrant("token", 20_000 + this.random.nextInt(60_000), null,
					advisedTransports(), List.of(), null, null));
			case FAILS -> failed(ConnectFailure.ofStatus(502, null));
			case SILENT -> Mono.never();
		};
	}

	/** A server that goes on changing its mind would have its clients go on moving. */
	private List<String> advisedTransports() {
		if (!this.healed) {
			this.advice = (this.random.nextInt(4) == 0) ? List.of(ClientTransport.SSE, "carrier-pigeon") : List.of();
		}
		return this.advice;
	}

	private Mono<List<InetAddress>> resolve(String host, AddressFamily family) {
		return this.namesWork ? Mono.just(List.of(ADDRESS))
				: failed(new ConnectFailure(ConnectFailure.Kind.UNREACHABLE, "unknown_host", host));
	}

	private Mono<ServerMessage> pull(URI endpoint, String credential, ClientMessage.Options options,
			@Nullable FlagPosition minimum, SubscriptionLookup subscriptions) {
		Node node = node(endpoint);
		this.seen.add("pulled");
		if (node.network != Network.WORKS || this.random.nextInt(8) == 0) {
			return failed(new ConnectFailure(ConnectFailure.Kind.UNREACHABLE, "unreachable", "no way to pull"));
		}
		List<ServerMessage> messages = this.server.since(node.state, options.position());
		return messages.isEmpty() ? Mono.just(new ServerMessage.Snapshot(node.state, false, null))
				: Mono.just(messages.get(0));
	}

	private static <T> Mono<T> failed(ConnectFailure failure) {
		return Mono.error(new ConnectFailedException(failure));
	}

	Node node(URI endpoint) {
		return Objects.requireNonNull(this.nodes.get(endpoint));
	}

	void complain(String text) {
		if (this.complaint == null) {
			this.complaint = text;
		}
	}

	/** One thing happens that may happen to a client in the wild. */
	void disturb() {
		URI endpoint = ENDPOINTS.get(this.random.nextInt(2));
		Node node = node(endpoint);
		switch (this.random.nextInt(17)) {
			case 0, 1, 2, 3 -> {
				this.server.change();
				this.nodes.values().forEach((any) -> publish(any, this.random.nextInt(4) == 0));
			}
			case 4 -> publish(node, false);
			case 5 -> node.network = any(Network.values());
			case 6 -> this.passages.put(TRANSPORTS.get(this.random.nextInt(TRANSPORTS.size())), any(Passage.values()));
			case 7 -> withConnection((connection) -> connection.ended(ConnectFailure.ofCloseCode(1006, "")));
			case 8 -> withConnection(ModelConnection::goSilent);
			case 9 -> withConnection((connection) -> connection.lossy = true);
			case 10 -> withConnection((connection) -> connection
				.deliver(new ServerMessage.GoAway(CloseReason.DRAINING, this.random.nextInt(10_000))));
			case 11 -> this.tokenService = any(TokenService.values());
			case 12 -> this.namesWork = this.random.nextBoolean();
			case 13 -> withConnection((connection) -> connection.ended(ConnectFailure.ofCloseCode(4402, "")));
			case 14 -> {
				this.server.renewEpoch();
				this.nodes.values().forEach((any) -> publish(any, false));
			}
			case 15 -> withConnection((connection) -> connection
				.deliver(new ServerMessage.Snapshot(this.server.anyOfThePast(), false, null)));
			default -> node.refusal = any(Refusal.values());
		}
	}

	/** All that can end well ends well; some transports may never work. */
	void heal() {
		this.healed = true;
		this.nodes.values().forEach((node) -> {
			node.network = Network.WORKS;
			node.refusal = Refusal.NONE;
			publish(node, false);
		});
		this.namesWork = true;
		if (this.tokenService == TokenService.FAILS || this.tokenService == TokenService.SILENT) {
			this.tokenService = TokenService.ABSENT;
		}
		String working = TRANSPORTS.get(this.random.nextInt(TRANSPORTS.size()));
		this.passages.put(working, Passage.FREE);
		this.open.forEach((connection) -> connection.lossy = false);
	}

	private void publish(Node node, boolean lags) {
		if (!lags) {
			node.state = this.server.newest();
			List.copyOf(this.open).forEach((connection) -> connection.published(node));
		}
	}

	private void withConnection(Consumer<ModelConnection> action) {
		if (!this.open.isEmpty()) {
			action.accept(this.open.get(this.random.nextInt(this.open.size())));
		}
	}

	private <T> T any(T[] values) {
		return values[this.random.nextInt(values.length)];
	}

	enum TokenService {

		ABSENT, GRANTS, FAILS, SILENT

	}

	enum Network {

		WORKS, REFUSES, BLACK_HOLE

	}

	/** What stands on the way of a transport. */
	enum Passage {

		FREE, REFUSES, RESETS, HOLDS_BACK, HOLDS_BACK_LATER

	}

	enum Refusal {

		NONE, BUSY, TOKEN_EXPIRED

	}

	static final class Node {

		private FlagSnapshot state;

		private Network network = Network.WORKS;

		private Refusal refusal = Refusal.NONE;

		Node(FlagSnapshot state) {
			this.state = state;
		}

	}

	private final class ModelTransport implements ClientTransport {

		private final String name;

		ModelTransport(String name) {
			this.name = name;
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public TransportConnection open(TransportRequest request, TransportListener listener) {
			ModelConnection connection = new ModelConnection(this.name, request, listener);
			connection.begin();
			return connection;
		}

	}

	final class ModelConnection implements TransportConnection {

		private final String transport;

		private final TransportRequest request;

		private final TransportListener listener;

		private final boolean probe;

		private final Node node;

		private final boolean twoWay;

		private boolean lossy;

		private boolean silent;

		private boolean ended;

		private boolean loggedIn;

		private @Nullable FlagPosition sent;

		ModelConnection(String transport, TransportRequest request, TransportListener listener) {
			this.transport = transport;
			this.request = request;
			this.listener = listener;
			this.probe = request.client().instance() == null;
			this.node = node(request.endpoint());
			this.twoWay = transport.equals(ClientTransport.WEB_SOCKET);
		}

		void begin() {
			ModelWorld.this.open.add(this);
			ModelWorld.this.opened++;
			ModelWorld.this.sessions += this.probe ? 0 : 1;
			if (this.probe) {
				ModelWorld.this.probes++;
				ModelWorld.this.seen.add("probed");
			}
			if (ModelWorld.this.paused) {
				complain("a connection is opened although the client is paused");
			}
			if (ModelWorld.this.sessions > 1 || ModelWorld.this.probes > 1) {
				complain(ModelWorld.this.sessions + " sessions and " + ModelWorld.this.probes + " probes at once");
			}
			later(this::connected);
		}

		private void connected() {
			Passage passage = ModelWorld.this.passages.get(this.transport);
			if (this.node.network == Network.REFUSES) {
				ended(new ConnectFailure(ConnectFailure.Kind.UNREACHABLE, "unreachable", "connection refused"));
			}
			else if (this.node.network == Network.BLACK_HOLE) {
				goSilent();
			}
			else if (ModelWorld.this.refusesForGood) {
				ended(ConnectFailure.ofCloseCode(4401, ""));
			}
			else if (passage == Passage.REFUSES) {
				ended(new ConnectFailure(ConnectFailure.Kind.UNFIT, "upgrade_refused", "no way through"));
			}
			else if (passage == Passage.RESETS) {
				ended(new ConnectFailure(ConnectFailure.Kind.BROKEN, "reset", "connection reset"));
			}
			else {
				this.listener.opened();
				later(() -> login(passage));
			}
		}

		private void login(@Nullable Passage passage) {
			switch (this.node.refusal) {
				case BUSY -> ended(ConnectFailure.ofProblem(503, "not_ready", null,
						Duration.ofMillis(ModelWorld.this.random.nextInt(3000))));
				case TOKEN_EXPIRED -> ended(ConnectFailure.ofCloseCode(4402, ""));
				case NONE -> {
					if (passage == Passage.HOLDS_BACK) {
						goSilent();
					}
					welcome();
					if (passage == Passage.HOLDS_BACK_LATER) {
						goSilent();
					}
				}
			}
		}

		private void welcome() {
			this.loggedIn = true;
			FlagPosition given = this.request.options().position();
			boolean resumes = given != null && given.isSameEpoch(this.node.state.position())
					&& !given.isAheadOf(this.node.state.position());
			SyncMode mode = this.request.options().mode();
			deliver(new ServerMessage.Welcome("s", 25_000, (mode != null) ? mode : SyncMode.DELTA,
					resumes ? given : null, null));
			this.sent = given;
			published(this.node);
			heartbeatLater();
		}

		private void heartbeatLater() {
			Duration interval = (this.request.heartbeat() != null) ? this.request.heartbeat() : Duration.ofSeconds(25);
			ModelWorld.this.loop.scheduleOutside(interval, () -> {
				if (!this.ended && !this.silent) {
					if (this.sent != null) {
						deliver(new ServerMessage.Heartbeat(this.sent, null));
					}
					heartbeatLater();
				}
			});
		}

		void published(Node published) {
			if (published != this.node || !this.loggedIn || this.ended) {
				return;
			}
			FlagPosition present = this.node.state.position();
			if (this.request.options().mode() == SyncMode.NOTIFY) {
				if (!present.equals(this.sent)) {
					deliver(new ServerMessage.Version(present, null));
					this.sent = present;
				}
				return;
			}
			List<ServerMessage> messages = ModelWorld.this.server.since(this.node.state, this.sent);
			messages.forEach(this::deliver);
			if (!messages.isEmpty()) {
				this.sent = present;
			}
		}

		void deliver(ServerMessage message) {
			if (this.ended || this.silent || (this.lossy && ModelWorld.this.random.nextInt(3) == 0)) {
				return;
			}
			this.listener.received(null, message);
			if (ModelWorld.this.random.nextInt(10) == 0) {
				this.listener.received(null, message);
			}
		}

		void goSilent() {
			this.silent = true;
		}

		void ended(ConnectFailure failure) {
			if (!this.ended) {
				this.ended = true;
				ModelWorld.this.open.remove(this);
				ModelWorld.this.sessions -= this.probe ? 0 : 1;
				ModelWorld.this.probes -= this.probe ? 1 : 0;
				this.listener.closed(failure);
			}
		}

		private void later(Runnable event) {
			ModelWorld.this.loop.scheduleOutside(Duration.ofMillis(ModelWorld.this.random.nextInt(200)), () -> {
				if (!this.ended && !this.silent) {
					event.run();
				}
			});
		}

		@Override
		public boolean send(ClientMessage message) {
			if (message instanceof ClientMessage.Ack) {
				return true;
			}
			if (!this.twoWay) {
				return false;
			}
			if (message instanceof ClientMessage.Ping ping) {
				later(() -> deliver(new ServerMessage.Pong(ping.t())));
			}
			else if (message instanceof ClientMessage.Resync resync) {
				ModelWorld.this.seen.add("resynced");
				later(() -> {
					this.sent = resync.position();
					published(this.node);
				});
			}
			return true;
		}

		@Override
		public void close() {
			ModelWorld.this.loop.scheduleOutside(Duration.ofMillis(ModelWorld.this.random.nextInt(4000)),
					() -> ended(new ConnectFailure(ConnectFailure.Kind.LEFT, "closed", "closed by the client")));
		}

		@Override
		public String toString() {
			return this.transport + (this.probe ? " probe" : "") + (this.silent ? " silent" : "");
		}

	}

}
