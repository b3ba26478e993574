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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.realtimepush.transport.socketio.EngineClient;
import io.realtimepush.transport.socketio.SocketIoTestServer;
import io.realtimepush.transport.socketio.TestWebSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens to sessions when the server stops.
 */
class EngineShutdownTests {

	@Test
	void stoppedServerEndsSessionsAndTakesNone() {
		try (SocketIoTestServer server = SocketIoTestServer.start()) {
			EngineClient client = new EngineClient(server, "/engine.io");
			String sid = client.open();
			TestWebSocket socket = client.openWebSocket();
			CompletableFuture<HttpResponse<String>> poll = client.pollAsync(sid);
			awaitPoll(server.engine(), sid);
			server.engine().close();
			assertAnswered(poll);
			assertThat(socket.awaitClose()).isEqualTo(1006);
			assertThat(client.get("?EIO=4&transport=polling").statusCode()).isEqualTo(503);
			Awaitility.await().until(() -> server.engine().sessionCount() == 0);
		}
	}

	/** Graceful shutdown of the web server would wait for the poll. */
	@Test
	void pollsDoNotHoldUpTheShutdown() {
		CompletableFuture<HttpResponse<String>> poll;
		try (SocketIoTestServer server = SocketIoTestServer.start("spring.lifecycle.timeout-per-shutdown-phase=10m")) {
			EngineClient client = new EngineClient(server, "/socket.io");
			String sid = client.open();
			poll = client.pollAsync(sid);
			awaitPoll(server.io().engine(), sid);
		}
		assertAnswered(poll);
	}

	private static void awaitPoll(EngineServer server, String sid) {
		EngineSession session = server.sessions()
			.stream()
			.filter((each) -> each.id().equals(sid))
			.findFirst()
			.orElseThrow();
		Awaitility.await().until(() -> {
			CompletableFuture<Boolean> polled = new CompletableFuture<>();
			session.execute(() -> session.withPolls((polls) -> polled.complete(polls.isPolled())));
			return polled.get(SocketIoTestServer.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		});
	}

	/** With the end of the session, and not with that of the client's patience. */
	private static void assertAnswered(CompletableFuture<HttpResponse<String>> poll) {
		assertThat(poll).succeedsWithin(SocketIoTestServer.TIMEOUT)
			.satisfies((response) -> assertThat(response.statusCode() + response.body()).isEqualTo("2001"));
	}

}
