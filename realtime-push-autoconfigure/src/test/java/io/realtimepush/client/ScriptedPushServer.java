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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.realtimepush.protocol.AccessGrant;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server on a real socket that does what a test tells it to, whether or not the
 * protocol allows it. Left alone it has no tokens, lets everybody in, and answers pings.
 */
final class ScriptedPushServer implements AutoCloseable {

	static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final WebsocketServerSpec WEB_SOCKET = WebsocketServerSpec.builder()
		.protocols("realtime-push.v1")
		.maxFramePayloadLength(64 * 1024 * 1024)
		.build();

	private final DisposableServer server;

	private final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();

	/** Everything that was asked for, as method and path. */
	final List<String> calls = new CopyOnWriteArrayList<>();

	/** Bodies of acknowledgements and requests that came by HTTP. */
	final BlockingQueue<JsonNode> posted = new LinkedBlockingQueue<>();

	/** What is answered to a request for a token, by SDK key. */
	volatile Function<String, Answer> tokens = (key) -> Answer.of(CloseReason.NOT_FOUND);

	/** What an endpoint answers in place of what it should, or {@code null}. */
	final Map<String, Answer> refusals = new ConcurrentHashMap<>();

	/** What is done as soon as there is a session. */
	volatile Consumer<Session> greeting = Session::welcome;

	/** What is answered to a request by HTTP. */
	volatile Function<JsonNode, Answer> requests = (request) -> Answer.of(CloseReason.NOT_FOUND);

	/** What is answered to a pull. */
	volatile Function<Map<String, List<String>>, Answer> flags = (query) -> Answer.of(CloseReason.NOT_READY);

	private ScriptedPushServer(HttpServer server) {
		this.server = server.host("127.0.0.1")
			.route((routes) -> routes.post("/realtime/token", this::token)
				.get("/realtime/ws", this::upgrade)
				.get("/realtime/sse", this::stream)
				.get("/realtime/poll", this::poll)
				.get("/realtime/flags", this::pull)
				.post("/realtime/ack", (request, response) -> post(request, response, (body) -> new Answer(202, "")))
				.post("/realtime/request",
						(request, response) -> post(request, response, (body) -> this.requests.apply(body))))
			.bindNow(TIMEOUT);
	}

	static ScriptedPushServer start() {
		return start(HttpServer.create().port(0));
	}

	static ScriptedPushServer start(HttpServer server) {
		return new ScriptedPushServer(server);
	}

	int port() {
		return this.server.port();
	}

	URI endpoint() {
		return URI.create("http://127.0.0.1:" + port() + "/realtime");
	}

	/** Wait for the next session or probe. */
	Session nextSession() {
		Session session = poll(this.sessions);
		assertThat(session).as("next session").isNotNull();
		return session;
	}

	boolean hasNoMoreSessions() {
		return this.sessions.isEmpty();
	}

	JsonNode nextPosted() {
		JsonNode body = poll(this.posted);
		assertThat(body).as("next body").isNotNull();
		return body;
	}

	static <T> @Nullable T poll(BlockingQueue<T> queue) {
		try {
			return queue.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private @Nullable Answer refusal(HttpServerRequest request) {
		this.calls.add(request.method() + " " + request.path());
		return this.refusals.get(request.path().substring("realtime/".length()));
	}

	private static String credential(HttpServerRequest request) {
		return String.valueOf(request.requestHeaders().get("Authorization")).replace("Bearer ", "");
	}

	private static Map<String, List<String>> query(HttpServerRequest request) {
		return new QueryStringDecoder(request.uri()).parameters();
	}

	private Publisher<Void> token(HttpServerRequest request, HttpServerResponse response) {
		this.calls.add("POST token");
		return request.receive()
			.aggregate()
			.then(Mono.defer(() -> Mono.from(send(response, this.tokens.apply(credential(request))))));
	}

	private Publisher<Void> upgrade(HttpServerRequest request, HttpServerResponse response) {
		Answer refusal = refusal(request);
		return (refusal != null) ? send(response, refusal)
				: response.sendWebsocket((in, out) -> run(request, in, out), WEB_SOCKET);
	}

	private Publisher<Void> run(HttpServerRequest request, WebsocketInbound in, WebsocketOutbound out) {
		Session session = new Session("websocket", query(request));
		in.withConnection((connection) -> session.drop = connection::dispose);
		in.aggregateFrames().receive().asString().subscribe(session::receive, (ex) -> session.gone(), session::gone);
		return out.sendString(session.out.asFlux())
			.then(Mono.defer(
					() -> (session.closeCode > 0) ? out.sendClose(session.closeCode, "scripted") : Mono.<Void>never()));
	}

	private Publisher<Void> stream(HttpServerRequest request, HttpServerResponse response) {
		Answer refusal = refusal(request);
		if (refusal != null) {
			return send(response, refusal);
		}
		Session session = new Session("sse", query(request));
		session.credential = credential(request);
		request.withConnection((connection) -> {
			session.drop = connection::dispose;
			connection.onDispose(session::gone);
		});
		response.sse().header("Cache-Control", "no-store");
		enter(session);
		return response.send(
				session.out.asFlux()
					.map((json) -> Unpooled.copiedBuffer("event: x\ndata: " + json + "\n\n", StandardCharsets.UTF_8)),
				(event) -> true);
	}

	private Publisher<Void> poll(HttpServerRequest request, HttpServerResponse response) {
		Answer refusal = refusal(request);
		if (refusal != null) {
			return send(response, refusal);
		}
		Session session = new Session("long-poll", query(request));
		session.credential = credential(request);
		session.name = request.requestHeaders().get("Realtime-Push-Session");
		response.header("Realtime-Push-Session", "poll-1");
		enter(session);
		return response.sendString(session.out.asFlux().next());
	}

	private Publisher<Void> pull(HttpServerRequest request, HttpServerResponse response) {
		Answer refusal = refusal(request);
		return send(response, (refusal != null) ? refusal : this.flags.apply(query(request)));
	}

	private Publisher<Void> post(HttpServerRequest request, HttpServerResponse response,
			Function<JsonNode, Answer> answer) {
		this.calls.add("POST " + request.path());
		return request.receive().aggregate().asString().flatMap((body) -> {
			JsonNode json = JSON.readTree(body);
			this.posted.add(json);
			return Mono.from(send(response, answer.apply(json)));
		});
	}

	private void enter(Session session) {
		this.sessions.add(session);
		this.greeting.accept(session);
	}

	private static Publisher<Void> send(HttpServerResponse response, Answer answer) {
		answer.headers.forEach(response::header);
		return response.status(answer.status).sendString(Mono.just(answer.body));
	}

	@Override
	public void close() {
		this.server.disposeNow(TIMEOUT);
	}

	/**
	 * An answer by HTTP.
	 *
	 * @param status its status
	 * @param body its body
	 * @param headers its headers
	 */
	record Answer(int status, String body, Map<String, String> headers) {

		Answer(int status, String body) {
			this(status, body, Map.of("Content-Type", "application/json"));
		}

		static Answer of(CloseReason reason) {
			return new Answer(reason.httpStatus(),
					new String(MessageWriter.writeProblem(reason, reason.text()), StandardCharsets.UTF_8));
		}

		static Answer of(AccessGrant grant) {
			return new Answer(200, new String(MessageWriter.writeGrant(grant), StandardCharsets.UTF_8));
		}

		Answer with(String header, String value) {
			Map<String, String> all = new LinkedHashMap<>(this.headers);
			all.put(header, value);
			return new Answer(this.status, this.body, all);
		}

	}

	/**
	 * One connection, or one poll.
	 */
	final class Session {

		final String transport;

		final Map<String, List<String>> query;

		private final Sinks.Many<String> out = Sinks.many().unicast().onBackpressureBuffer();

		private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();

		private final Queue<JsonNode> passedOver = new ArrayDeque<>();

		private final Sinks.Empty<Void> gone = Sinks.empty();

		volatile @Nullable JsonNode hello;

		volatile String credential = "";

		volatile @Nullable String name;

		volatile boolean answersPings = true;

		private volatile Runnable drop = () -> {
		};

		private volatile int closeCode;

		Session(String transport, Map<String, List<String>> query) {
			this.transport = transport;
			this.query = query;
		}

		private void receive(String text) {
			JsonNode message = JSON.readTree(text);
			switch (message.path("type").asString()) {
				case "hello" -> {
					this.hello = message;
					this.credential = message.path("key").asString();
					enter(this);
				}
				case "ping" -> {
					if (this.answersPings) {
						raw("{\"type\":\"pong\",\"t\":" + message.path("t") + "}");
					}
					this.received.add(message);
				}
				default -> this.received.add(message);
			}
		}

		private void gone() {
			this.gone.tryEmitEmpty();
		}

		/** The first messages of a session that is at k7:1. */
		void welcome() {
			if (!this.transport.equals("long-poll")) {
				welcome(5_000, false);
			}
			if (!this.query.containsKey("position") || !this.transport.equals("long-poll")) {
				snapshot(1, "1");
			}
			else if (this.query.get("wait").equals(List.of("0"))) {
				heartbeat(1);
			}
		}

		void welcome(long heartbeat, boolean resumed) {
			raw("{\"type\":\"welcome\",\"protocol\":1,\"session\":\"s1\",\"heartbeat\":" + heartbeat
					+ ",\"mode\":\"delta\",\"resumed\":" + resumed + "}");
		}

		void snapshot(long version, String json) {
			raw("{\"type\":\"snapshot\",\"epoch\":\"k7\",\"version\":" + version + ",\"flags\":{\"limit\":" + json
					+ "}}");
		}

		void delta(long from, long version, String json) {
			raw("{\"type\":\"delta\",\"epoch\":\"k7\",\"from\":" + from + ",\"version\":" + version
					+ ",\"set\":{\"limit\":" + json + "},\"removed\":[]}");
		}

		void heartbeat(long version) {
			raw("{\"type\":\"heartbeat\",\"epoch\":\"k7\",\"version\":" + version + "}");
		}

		void send(ServerMessage message) {
			raw(new String(MessageWriter.write(message), StandardCharsets.UTF_8));
		}

		void raw(String text) {
			synchronized (this.out) {
				this.out.tryEmitNext(text);
			}
		}

		/** End a WebSocket with a code, or a stream. */
		void close(int code) {
			this.closeCode = code;
			synchronized (this.out) {
				this.out.tryEmitComplete();
			}
		}

		void drop() {
			this.drop.run();
		}

		/** Wait for the next message of a type that came over this connection. */
		JsonNode next(String type) {
			long end = System.nanoTime() + TIMEOUT.toNanos();
			while (true) {
				JsonNode message = poll(this.received);
				assertThat(message).as("next " + type + " after " + this.passedOver).isNotNull();
				assertThat(System.nanoTime()).as("next " + type + " after " + this.passedOver).isLessThan(end);
				if (message.path("type").asString().equals(type)) {
					return message;
				}
				this.passedOver.add(message);
			}
		}

		boolean hasReceived(String type) {
			return Stream.concat(this.received.stream(), this.passedOver.stream())
				.anyMatch((message) -> message.path("type").asString().equals(type));
		}

		void awaitGone() {
			this.gone.asMono().block(TIMEOUT);
		}

		@Override
		public String toString() {
			return this.transport + " " + this.query + " " + this.hello;
		}

	}

}
