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

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

import io.realtimepush.transport.socketio.EngineClient;
import io.realtimepush.transport.socketio.SocketIoTestServer;
import io.realtimepush.transport.socketio.TestWebSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the conformance suite of the protocol asserts, over a server that echoes.
 */
class EngineProtocolTests implements EngineContract {

	private static SocketIoTestServer server;

	@BeforeAll
	static void start() {
		server = SocketIoTestServer.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Override
	public EngineClient client() {
		return new EngineClient(server, "/engine.io/");
	}

	@Override
	public EngineClient fast() {
		return new EngineClient(server, "/fast/engine.io/");
	}

	@Override
	public EngineClient beating() {
		return new EngineClient(server, "/beating/engine.io/");
	}

	@ParameterizedTest
	@ValueSource(strings = { "4hello", "4test1\u001e4test2\u001e4test3", "4hello\u001ebAQIDBA==", "4€ and 𝄞" })
	void packetsOfOneBodyComeBackInOneAnswer(String body) {
		String sid = client().open();
		HttpResponse<String> post = client().post(sid, body);
		assertThat(post.statusCode() + post.body()).isEqualTo("200ok");
		HttpResponse<String> poll = client().poll(sid);
		assertThat(poll.statusCode()).isEqualTo(200);
		assertThat(poll.body()).isEqualTo(body);
	}

	@Test
	void handshakeCanBeReadAtAnyTime() {
		URI uri = server.webSocketUri("/asked//engine.io/?EIO=4&transport=websocket&x-tag=a+b%26&x-tag&x-tag=%C3%A5=");
		try (TestWebSocket socket = TestWebSocket.open(server.http(), uri, "X-Tag", "one", "X-Tag", "two: 2")) {
			socket.next();
			for (int i = 0; i < 2; i++) {
				assertThat(socket.send("4x-tag").next())
					.isEqualTo("4/asked//engine.io/ [a b&, , å=] [one, two: 2] true");
			}
			assertThat(socket.send("4none").next()).isEqualTo("4/asked//engine.io/ null null true");
		}
	}

	@Test
	void lineFeedBehindBinaryPacketDoesNotHarm() {
		String sid = client().open();
		assertThat(client().post(sid, "bAQID\n\u001e4a").body()).isEqualTo("ok");
		assertThat(client().poll(sid).body()).isEqualTo("bAQID\u001e4a");
	}

	@Test
	void waitingPollIsAnswered() {
		String sid = client().open();
		CompletableFuture<HttpResponse<String>> poll = client().pollAsync(sid);
		client().post(sid, "4a\u001e4b");
		String body = poll.join().body();
		// If the poll has come late, there is one answer as well
		assertThat(body).isEqualTo("4a\u001e4b");
	}

	@ParameterizedTest
	@ValueSource(strings = { "abc", "", "4a\u001e", "7", "b!!", "2", "5", "0{}" })
	void bodyThatIsNoPayloadClosesSession(String body) {
		String sid = client().open();
		assertThat(client().post(sid, body).statusCode()).isEqualTo(400);
		assertThat(client().poll(sid).statusCode()).isEqualTo(400);
	}

	@Test
	void secondPollClosesSession() {
		String sid = client().open();
		CompletableFuture<HttpResponse<String>> first = client().pollAsync(sid);
		CompletableFuture<HttpResponse<String>> second = client().pollAsync(sid);
		String answers = first.join().statusCode() + first.join().body() + second.join().statusCode()
				+ second.join().body();
		String refused = "400{\"code\":3,\"message\":\"Bad request\"}";
		assertThat(answers).isIn("2001" + refused, refused + "2001");
		assertThat(client().poll(sid).body()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
	}

	@Test
	void webSocketEchoesText() {
		try (TestWebSocket socket = client().openWebSocket()) {
			assertThat(socket.send("4hello").next()).isEqualTo("4hello");
		}
	}

	@Test
	void webSocketEchoesBytes() {
		try (TestWebSocket socket = client().openWebSocket()) {
			assertThat(socket.send(new byte[] { 1, 2, 3, 4 }).next()).isEqualTo(new byte[] { 1, 2, 3, 4 });
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "abc", "", "7", "2", "2probe", "5", "b!!" })
	void messageThatIsNoPacketClosesWebSocket(String message) {
		try (TestWebSocket socket = client().openWebSocket()) {
			assertThat(socket.send(message).awaitClose()).isEqualTo(1002);
		}
	}

	@Test
	void upgradedSessionEchoes() {
		String sid = client().open();
		try (TestWebSocket socket = client().upgrade(sid)) {
			socket.send("2probe").send("5").send("4hello");
			assertThat(socket.next()).isEqualTo("3probe");
			assertThat(socket.next()).isEqualTo("4hello");
		}
		Awaitility.await().until(() -> client().poll(sid).body().contains("Session ID unknown"));
	}

	@Test
	void requestsAndSecondWebSocketDoNotDisturbUpgradedSession() {
		String sid = client().open();
		try (TestWebSocket socket = client().upgrade(sid)) {
			socket.send("2probe").send("5").send("4a");
			assertThat(socket.next()).isEqualTo("3probe");
			assertThat(socket.next()).isEqualTo("4a");
			assertThat(client().poll(sid).statusCode()).isEqualTo(400);
			try (TestWebSocket second = client().upgrade(sid)) {
				second.awaitClose();
			}
			assertThat(socket.send("4hello").next()).isEqualTo("4hello");
		}
	}

}
