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
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import io.realtimepush.protocol.CloseReason;
import io.realtimepush.test.FakeAnswer;
import io.realtimepush.test.FakeCall;
import io.realtimepush.test.FakePushServer;
import io.realtimepush.test.FakeSession;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A fake server that does what a test tells it to, word for word, whether or not the
 * protocol allows it. Left alone it lets everybody in at k7:1.
 */
final class ScriptedPushServer implements AutoCloseable {

	/** So long that a machine with too much to do is waited for. */
	static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final JsonMapper JSON = JsonMapper.shared();

	private final FakePushServer server = FakePushServer.start();

	private final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();

	/** Bodies of acknowledgements and requests that came by HTTP. */
	private final BlockingQueue<JsonNode> posted = new LinkedBlockingQueue<>();

	/** When each call came, by endpoint. */
	private final Map<String, List<Long>> arrivals = new ConcurrentHashMap<>();

	/** What is answered to a request for a token, by SDK key. */
	volatile Function<String, FakeAnswer> tokens = (key) -> FakeAnswer.of(CloseReason.NOT_FOUND);

	/** What an endpoint answers in place of what it should, or {@code null}. */
	final Map<String, FakeAnswer> refusals = new ConcurrentHashMap<>();

	/** What is done as soon as there is a session. */
	volatile Consumer<Session> greeting = Session::welcome;

	/** What is answered to a request by HTTP. */
	volatile Function<JsonNode, FakeAnswer> requests = (request) -> FakeAnswer.of(CloseReason.NOT_FOUND);

	/** What is answered to a pull. */
	volatile Function<Map<String, List<String>>, FakeAnswer> flags = (query) -> FakeAnswer.of(CloseReason.NOT_READY);

	private ScriptedPushServer() {
		this.server.onCall(this::answer);
		this.server.onSession((opened) -> {
			Session session = new Session(opened);
			this.sessions.add(session);
			this.greeting.accept(session);
		});
	}

	static ScriptedPushServer start() {
		return new ScriptedPushServer();
	}

	URI endpoint() {
		return this.server.url();
	}

	/** Everything that was asked for, as method and endpoint. */
	List<String> calls() {
		return this.server.calls().stream().map((call) -> call.method() + " " + call.endpoint()).toList();
	}

	/** What was asked for at an endpoint. */
	List<FakeCall> calls(String endpoint) {
		return this.server.calls().stream().filter((call) -> call.endpoint().equals(endpoint)).toList();
	}

	/** The time between the first two calls of an endpoint. */
	Duration betweenFirstCalls(String endpoint) {
		List<Long> all = this.arrivals.get(endpoint);
		return Duration.ofNanos(all.get(1) - all.get(0));
	}

	/** Wait for the next session or probe. */
	Session nextSession() {
		Session session = poll(this.sessions);
		assertThat(session).as("next session").isNotNull();
		return session;
	}

	JsonNode nextPosted() {
		JsonNode body = poll(this.posted);
		assertThat(body).as("next body").isNotNull();
		return body;
	}

	private static <T> @Nullable T poll(BlockingQueue<T> queue) {
		try {
			return queue.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private @Nullable FakeAnswer answer(FakeCall call) {
		this.arrivals.computeIfAbsent(call.endpoint(), (endpoint) -> new CopyOnWriteArrayList<>())
			.add(System.nanoTime());
		FakeAnswer refusal = this.refusals.get(call.endpoint());
		if (refusal != null) {
			return refusal;
		}
		return switch (call.endpoint()) {
			case "token" -> this.tokens.apply(call.credential());
			case "flags" -> this.flags.apply(call.query());
			case "request" -> this.requests.apply(post(call));
			case "ack" -> {
				post(call);
				yield null;
			}
			default -> null;
		};
	}

	private JsonNode post(FakeCall call) {
		JsonNode body = JSON.readTree(call.body());
		this.posted.add(body);
		return body;
	}

	@Override
	public void close() {
		this.server.close();
	}

	/**
	 * One connection, or one poll.
	 */
	static final class Session {

		private final FakeSession session;

		final String transport;

		final Map<String, List<String>> query;

		final String credential;

		final @Nullable JsonNode hello;

		Session(FakeSession session) {
			this.session = session;
			this.transport = session.transport();
			this.query = session.call().query();
			this.credential = session.credential();
			this.hello = (session.hello() != null) ? JSON.readTree(session.hello()) : null;
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

		void raw(String text) {
			this.session.send(text);
		}

		void answerPings(boolean answer) {
			this.session.answerPings(answer);
		}

		/** End a WebSocket with a code, or a stream. */
		void close(int code) {
			this.session.close(code);
		}

		void drop() {
			this.session.drop();
		}

		/** Wait for the next message of a type that came over this connection. */
		JsonNode next(String type) {
			return JSON.readTree(this.session.next(type));
		}

		boolean hasReceived(String type) {
			return this.session.hasReceived(type);
		}

		void awaitGone() {
			this.session.awaitGone();
		}

		@Override
		public String toString() {
			return this.session + " " + this.hello;
		}

	}

}
