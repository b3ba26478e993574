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

import java.net.http.HttpClient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Web servers that do not give their channels away, and connections by TLS and HTTP/2.
 */
class ServedSocketIoTests {

	@ParameterizedTest
	@ValueSource(strings = { "test.tomcat=true", "test.unknown-handler=true" })
	void everyTransportIsServed(String property) {
		try (SocketIoTestServer server = SocketIoTestServer.start(property)) {
			useEveryTransport(server);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void everyTransportIsServedOverTls(boolean http2) {
		try (SocketIoTestServer server = SocketIoTestServer.startTls("server.http2.enabled=" + http2)) {
			useEveryTransport(server);
			assertThat(new EngineClient(server, "/engine.io").get("?EIO=4&transport=polling").version())
				.isEqualTo(http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
		}
	}

	@Test
	void pollsOverHttp2WithoutTlsAreServed() {
		try (SocketIoTestServer server = SocketIoTestServer.start("server.http2.enabled=true")) {
			EngineClient engine = new EngineClient(server, "/engine.io/");
			String sid = engine.open();
			var waiting = engine.pollAsync(sid);
			assertThat(engine.post(sid, "4a\u001ebAQID").body()).isEqualTo("ok");
			assertThat(waiting).succeedsWithin(SocketIoTestServer.TIMEOUT).satisfies((answer) -> {
				assertThat(answer.body()).isEqualTo("4a\u001ebAQID");
				assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
			});
			assertThat(engine.post(sid, "1").statusCode()).isEqualTo(200);
			assertThat(engine.poll(sid).statusCode()).isEqualTo(400);
			assertThat(server.engine().sessionCount()).isZero();
		}
	}

	private static void useEveryTransport(SocketIoTestServer server) {
		EngineClient engine = new EngineClient(server, "/engine.io/");
		String sid = engine.open();
		assertThat(engine.post(sid, "4a\u001ebAQID").body()).isEqualTo("ok");
		assertThat(engine.poll(sid).body()).isEqualTo("4a\u001ebAQID");
		try (TestWebSocket socket = engine.upgrade(sid)) {
			assertThat(socket.send("2probe").next()).isEqualTo("3probe");
			assertThat(engine.poll(sid).body()).isEqualTo("6");
			socket.send("5").send("4hello").send(new byte[] { 1, 2 });
			assertThat(socket.next()).isEqualTo("4hello");
			assertThat(socket.next()).isEqualTo(new byte[] { 1, 2 });
			// The JDK's client may take the end of the connection for the code
			assertThat(socket.send("nonsense").awaitClose()).isIn(1002, 1006);
		}
		try (TestWebSocket socket = engine.openWebSocket()) {
			assertThat(socket.send("4" + "a".repeat(1_000_000)).awaitClose()).isIn(1002, 1006, 1009);
		}
		EngineClient client = new EngineClient(server, "/socket.io/");
		try (TestWebSocket socket = client.openWebSocket()) {
			assertThat(socket.send("40").nextText()).startsWith("40{");
			assertThat(socket.nextText()).startsWith("42[\"auth\"");
			assertThat(socket.send("420[\"join\",\"r\"]").next()).isEqualTo("430[\"joined\"]");
			server.io().of("/").to("r").emit("said", 1, new byte[] { 3 });
			assertThat(socket.next()).isEqualTo("451-[\"said\",1,{\"_placeholder\":true,\"num\":0}]");
			assertThat(socket.next()).isEqualTo(new byte[] { 3 });
		}
	}

}
