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

package io.realtimepush.transport.engineio;

import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

import io.realtimepush.transport.socketio.EngineClient;
import io.realtimepush.transport.socketio.TestWebSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What holds for every server of the protocol, whatever its messages mean.
 */
public interface EngineContract {

	/** A server that nobody has to hurry for. */
	EngineClient client();

	/** A server with 300 ms between pings and 200 ms for the answer. */
	EngineClient fast();

	/** A server with 300 ms between pings and all the time for the answer. */
	EngineClient beating();

	private static void isHandshake(JsonNode open, List<String> upgrades) {
		assertThat(open.propertyNames()).containsExactlyInAnyOrder("sid", "upgrades", "pingInterval", "pingTimeout",
				"maxPayload");
		assertThat(open.path("sid").asString()).hasSize(20);
		assertThat(open.path("upgrades").valueStream().map(JsonNode::asString)).isEqualTo(upgrades);
		assertThat(open.path("pingInterval").asInt()).isEqualTo(300);
		assertThat(open.path("pingTimeout").asInt()).isEqualTo(200);
		assertThat(open.path("maxPayload").asInt()).isEqualTo(1_000_000);
	}

	@Test
	default void pollOpensSession() {
		isHandshake(fast().handshake(), List.of("websocket"));
	}

	@Test
	default void webSocketOpensSession() {
		try (TestWebSocket socket = fast().webSocket()) {
			String open = socket.nextText();
			assertThat(open).startsWith("0");
			isHandshake(JsonMapper.shared().readTree(open.substring(1)), List.of());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "?transport=polling", "?EIO=abc&transport=polling", "?EIO=3&transport=polling" })
	default void otherVersionIsRefused(String query) {
		HttpResponse<String> response = client().get(query);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).isEqualTo("{\"code\":5,\"message\":\"Unsupported protocol version\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "?EIO=4", "?EIO=4&transport=abc" })
	default void unknownTransportIsRefused(String query) {
		HttpResponse<String> response = client().get(query);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).isEqualTo("{\"code\":0,\"message\":\"Transport unknown\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST", "PUT" })
	default void handshakeIsGet(String method) {
		HttpResponse<String> response = client().method(method, "?EIO=4&transport=polling");
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).isEqualTo("{\"code\":2,\"message\":\"Bad handshake method\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "?transport=websocket", "?EIO=abc&transport=websocket", "?EIO=4", "?EIO=4&transport=abc" })
	default void webSocketOfUnknownKindIsRefused(String query) {
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> client().webSocket(query))
			.withCauseInstanceOf(WebSocketHandshakeException.class)
			.satisfies((ex) -> assertThat(((WebSocketHandshakeException) ex.getCause()).getResponse().statusCode())
				.isEqualTo(400));
	}

	@Test
	default void pollIsAnsweredWithPings() {
		String sid = beating().open();
		for (int i = 0; i < 3; i++) {
			HttpResponse<String> poll = beating().poll(sid);
			assertThat(poll.statusCode()).isEqualTo(200);
			assertThat(poll.body()).isEqualTo("2");
			assertThat(beating().post(sid, "3").body()).isEqualTo("ok");
		}
	}

	@Test
	default void pollingSessionEndsWithoutPong() {
		String sid = fast().open();
		List<String> answers = new ArrayList<>();
		HttpResponse<String> poll = fast().poll(sid);
		while (poll.statusCode() == 200) {
			answers.add(poll.body());
			poll = fast().poll(sid);
		}
		assertThat(poll.statusCode() + poll.body()).isEqualTo("400{\"code\":1,\"message\":\"Session ID unknown\"}");
		// The session may have ended before a poll came that would have been told
		assertThat(answers).isIn(List.of("2", "1"), List.of("2"), List.of());
	}

	@Test
	default void webSocketIsSentPings() {
		try (TestWebSocket socket = beating().openWebSocket()) {
			for (int i = 0; i < 3; i++) {
				assertThat(socket.next()).isEqualTo("2");
				socket.send("3");
			}
		}
	}

	@Test
	default void webSocketIsClosedWithoutPong() {
		try (TestWebSocket socket = fast().openWebSocket()) {
			assertThat(socket.awaitClose()).isPositive();
		}
	}

	@Test
	default void pollingSessionIsClosedByClient() {
		String sid = client().open();
		var poll = client().pollAsync(sid);
		HttpResponse<String> post = client().post(sid, "1");
		assertThat(post.statusCode()).isIn(200, 400);
		HttpResponse<String> first = poll.join();
		// The poll may have come second
		assertThat(first.statusCode() + first.body()).isIn("2006",
				"400{\"code\":1,\"message\":\"Session ID unknown\"}");
		assertThat(client().poll(sid).statusCode()).isEqualTo(400);
	}

	@Test
	default void webSocketIsClosedByClient() {
		try (TestWebSocket socket = client().openWebSocket()) {
			socket.send("1");
			assertThat(socket.awaitClose()).isPositive();
		}
	}

	@Test
	default void webSocketTakesOver() {
		String sid = client().open();
		try (TestWebSocket socket = client().upgrade(sid)) {
			socket.send("2probe");
			assertThat(socket.next()).isEqualTo("3probe");
			HttpResponse<String> poll = client().poll(sid);
			assertThat(poll.statusCode() + poll.body()).isEqualTo("2006");
			socket.send("5");
			awaitRefusal(sid);
		}
	}

	@Test
	default void requestsOfSessionOnWebSocketAreRefused() {
		String sid = client().open();
		try (TestWebSocket socket = client().upgrade(sid)) {
			socket.send("2probe").send("5");
			assertThat(socket.next()).isEqualTo("3probe");
			awaitRefusal(sid);
			assertThat(client().poll(sid).body()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
			assertThat(client().post(sid, "4hello").statusCode()).isEqualTo(400);
		}
	}

	/** Until the upgrade is complete, polls are answered at once. */
	private void awaitRefusal(String sid) {
		Awaitility.await().until(() -> client().poll(sid).statusCode() == 400);
	}

	@Test
	default void secondWebSocketIsClosed() {
		String sid = client().open();
		try (TestWebSocket socket = client().upgrade(sid)) {
			socket.send("2probe").send("5");
			assertThat(socket.next()).isEqualTo("3probe");
			awaitRefusal(sid);
			try (TestWebSocket second = client().upgrade(sid)) {
				assertThat(second.awaitClose()).isPositive();
			}
		}
	}

}
