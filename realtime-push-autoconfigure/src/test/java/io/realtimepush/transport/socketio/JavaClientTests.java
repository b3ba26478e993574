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

package io.realtimepush.transport.socketio;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The client that others have written for Java.
 */
class JavaClientTests {

	private static SocketIoTestServer server;

	@BeforeAll
	static void start() {
		server = SocketIoTestServer.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	private static Object[] first(Socket socket, String event, Runnable action) throws Exception {
		CompletableFuture<Object[]> args = new CompletableFuture<>();
		socket.once(event, args::complete);
		action.run();
		return args.get(SocketIoTestServer.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
	}

	private static Object[] ask(Socket socket, String event, Object... args) throws Exception {
		CompletableFuture<Object[]> answer = new CompletableFuture<>();
		socket.emit(event, args, (Ack) answer::complete);
		return answer.get(SocketIoTestServer.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
	}

	@ParameterizedTest
	@ValueSource(strings = { "polling", "websocket", "polling,websocket" })
	void clientOfJava(String transports) throws Exception {
		IO.Options options = new IO.Options();
		options.transports = transports.split(",");
		options.forceNew = true;
		options.reconnection = false;
		options.auth = Map.of("token", "123");
		Socket socket = IO.socket(server.uri("/custom"), options);
		try {
			Object[] auth = first(socket, "auth", socket::connect);
			assertThat(((JSONObject) auth[0]).getString("token")).isEqualTo("123");
			for (int i = 0; i < 200; i++) {
				assertThat(ask(socket, "message-with-ack", i, "a")).containsExactly(i, "a");
			}
			Object[] back = first(socket, "message-back",
					() -> socket.emit("message", object("a", new byte[] { 1, 2, 3 }), "x"));
			assertThat((byte[]) ((JSONObject) back[0]).get("a")).containsExactly(1, 2, 3);
			assertThat(back[1]).isEqualTo("x");
			socket.once("ask", (args) -> ((Ack) args[args.length - 1]).call("yes", args[0]));
			assertThat(first(socket, "told", () -> socket.emit("ask-me", 7))).containsExactly("yes", 7);
			assertThat(ask(socket, "join", "java")).containsExactly("joined");
			Object[] said = first(socket, "said", () -> server.io().of("/custom").to("java").emit("said", 1, null));
			assertThat(said).containsExactly(1, null);
			assertThat(first(socket, Socket.EVENT_DISCONNECT, () -> socket.emit("leave-me")))
				.containsExactly("io server disconnect");
		}
		finally {
			socket.close();
		}
	}

	private static JSONObject object(String name, Object value) {
		try {
			return new JSONObject().put(name, value);
		}
		catch (JSONException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
