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

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

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
 * What the conformance suite does not assert.
 */
class EngineFaultTests {

	private static final String UNKNOWN_SESSION = "{\"code\":1,\"message\":\"Session ID unknown\"}";

	private static SocketIoTestServer server;

	@BeforeAll
	static void start() {
		server = SocketIoTestServer.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	private static EngineClient client() {
		return new EngineClient(server, "/engine.io/");
	}

	private static void await(BooleanSupplier condition) {
		Awaitility.await().atMost(SocketIoTestServer.TIMEOUT).until(condition::getAsBoolean);
	}

	@Test
	void unknownSessionIsToldByItsCode() {
		for (HttpResponse<String> response : List.of(client().poll("nobody"), client().post("nobody", "4a"))) {
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
			assertThat(response.body()).isEqualTo(UNKNOWN_SESSION);
		}
	}

	@Test
	void otherMethodsAreRefusedAndKeepTheSession() {
		String sid = client().open();
		assertThat(client().method("DELETE", "?EIO=4&transport=polling&sid=" + sid).statusCode()).isEqualTo(400);
		assertThat(client().post(sid, "4a").statusCode()).isEqualTo(200);
	}

	@Test
	void webSocketWithoutUpgradeIsRefused() {
		HttpResponse<String> response = client().get("?EIO=4&transport=websocket");
		assertThat(response.statusCode() + response.body()).isEqualTo("400{\"code\":3,\"message\":\"Bad request\"}");
	}

	@Test
	void transportThatIsNotOfferedIsUnknown() {
		EngineClient pollingOnly = new EngineClient(server, "/polling/engine.io");
		assertThat(pollingOnly.handshake().path("upgrades")).isEmpty();
		assertThat(pollingOnly.get("?EIO=4&transport=websocket").body())
			.isEqualTo("{\"code\":0,\"message\":\"Transport unknown\"}");
	}

	@Test
	void secondBodyAtATimeClosesSession() {
		String sid = client().open();
		SubmissionPublisher<ByteBuffer> slow = new SubmissionPublisher<>();
		CompletableFuture<HttpResponse<String>> first = client().postAsync(sid,
				HttpRequest.BodyPublishers.fromPublisher(slow));
		slow.submit(ByteBuffer.wrap("4half".getBytes(StandardCharsets.UTF_8)));
		// The server may see the head of the first one late
		await(() -> client().post(sid, "4b").statusCode() == 400);
		assertThat(client().poll(sid).body()).isEqualTo(UNKNOWN_SESSION);
		slow.close();
		assertThat(first.join().statusCode()).isEqualTo(400);
	}

	@Test
	void bodyOfAnotherKindClosesSession() {
		String sid = client().open();
		assertThat(client().postAs(sid, "application/octet-stream", "4a").statusCode()).isEqualTo(400);
		assertThat(client().poll(sid).body()).isEqualTo(UNKNOWN_SESSION);
	}

	@Test
	void bodyThatIsTooLargeIsRefused() {
		String sid = client().open();
		String large = "4" + "a".repeat(1_000_000);
		assertThat(client().post(sid, large).statusCode()).isEqualTo(413);
		byte[] bytes = large.getBytes(StandardCharsets.UTF_8);
		HttpResponse<String> chunked = client()
			.postAsync(sid, HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofByteArray(bytes)))
			.join();
		assertThat(chunked.statusCode()).isEqualTo(413);
		assertThat(client().post(sid, "4" + "a".repeat(999_999)).statusCode()).isEqualTo(200);
	}

	@Test
	void bodyThatDoesNotComeEndsWithItsSession() throws IOException {
		String sid = new EngineClient(server, "/impatient/engine.io").open();
		assertThat(exchange(halfPost("/impatient/engine.io", sid))).startsWith("HTTP/1.1 408")
			.endsWith("{\"code\":3,\"message\":\"Request timeout\"}");
	}

	@Test
	void bodyThatDoesNotComeIsNotWaitedForByARefusal() throws IOException {
		assertThat(exchange(halfPost("/engine.io", "nobody"))).startsWith("HTTP/1.1 400").endsWith(UNKNOWN_SESSION);
	}

	private static String halfPost(String path, String sid) {
		return "POST " + path + "?EIO=4&transport=polling&sid=" + sid
				+ " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n4half";
	}

	@Test
	void messageThatIsTooLargeClosesWebSocket() {
		try (TestWebSocket socket = client().openWebSocket()) {
			assertThat(((String) socket.send("4" + "a".repeat(999_999)).next())).hasSize(1_000_000);
			assertThat(socket.send("4" + "a".repeat(1_000_000)).awaitClose()).isEqualTo(1009);
		}
	}

	@Test
	void textThatIsNotUtf8ClosesSession() {
		String sid = client().open();
		byte[] broken = { '4', (byte) 0xC3, 'a' };
		assertThat(client().postAsync(sid, HttpRequest.BodyPublishers.ofByteArray(broken)).join().statusCode())
			.isEqualTo(400);
		assertThat(client().poll(sid).body()).isEqualTo(UNKNOWN_SESSION);
	}

	@Test
	void abandonedSessionsLeaveNothing() {
		EngineClient fast = new EngineClient(server, "/fast/engine.io");
		int sessions = 10_000;
		IntStream.range(0, sessions).parallel().forEach((i) -> fast.open());
		await(() -> server.fastEngine().sessionCount() == 0);
		assertThat(server.fastEngine().sessions()).isEmpty();
	}

	@Test
	void clientThatLeavesWhileItPollsIsGone() throws IOException {
		int before = server.engine().sessionCount();
		String sid = client().open();
		try (Socket socket = connect(0)) {
			socket.getOutputStream()
				.write(("GET /engine.io/?EIO=4&transport=polling&sid=" + sid + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
					.getBytes(StandardCharsets.UTF_8));
			// The poll is there once another one ends the session, or its end does
		}
		await(() -> client().post(sid, "6").statusCode() == 400 || server.engine().sessionCount() <= before);
	}

	private static Socket connect(int receiveBuffer) throws IOException {
		Socket socket = new Socket();
		if (receiveBuffer > 0) {
			socket.setReceiveBufferSize(receiveBuffer);
		}
		socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
		return socket;
	}

	@Test
	void pollingClientThatTakesNothingIsBounded() {
		EngineClient client = new EngineClient(server, "/numbers/engine.io");
		String sid = client.open();
		EngineSession session = session(sid);
		for (int i = 0; i < 100; i++) {
			session.send("a".repeat(10_000));
		}
		await(() -> client.poll(sid).statusCode() == 400);
	}

	private static EngineSession session(String sid) {
		return server.numbers().sessions().stream().filter((each) -> each.id().equals(sid)).findFirst().orElseThrow();
	}

	@Test
	void webSocketThatIsNotReadIsBounded() throws IOException {
		try (Socket socket = connect(4096)) {
			OutputStream out = socket.getOutputStream();
			out.write(("GET /numbers/engine.io?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
					+ "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
					+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
					+ "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
				.getBytes(StandardCharsets.UTF_8));
			String head = readUntilPacket(socket);
			assertThat(head).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("permessage-deflate");
			String sid = head.replaceAll("(?s).*\"sid\":\"([^\"]+)\".*", "$1");
			EngineSession session = session(sid);
			byte[] chunk = new byte[100_000];
			await(() -> {
				session.send(chunk);
				return server.numbers().sessions().stream().noneMatch((each) -> each.id().equals(sid));
			});
		}
	}

	private static String readUntilPacket(Socket socket) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("}") < 0) {
			int next = socket.getInputStream().read();
			assertThat(next).isNotNegative();
			head.append((char) next);
		}
		return head.toString();
	}

	@Test
	void largeMessageReachesClientThatReads() {
		EngineClient client = new EngineClient(server, "/numbers/engine.io");
		try (TestWebSocket socket = client.webSocket()) {
			String sid = socket.nextText().replaceAll(".*\"sid\":\"([^\"]+)\".*", "$1");
			session(sid).send(new byte[3_000_000]);
			assertThat((byte[]) socket.next()).hasSize(3_000_000);
		}
	}

	@Test
	void closeReachesClientBehindWhatWasSent() {
		String sid = client().open();
		client().post(sid, "4close me");
		assertThat(client().poll(sid).body()).isEqualTo("4bye\u001e1");
		assertThat(client().poll(sid).body()).isEqualTo(UNKNOWN_SESSION);
		try (TestWebSocket socket = client().openWebSocket()) {
			assertThat(socket.send("4close me").next()).isEqualTo("4bye");
			assertThat(socket.awaitClose()).isEqualTo(1000);
		}
	}

	@Test
	void closeWhilePollAndPostArriveTogether() {
		EngineClient numbers = new EngineClient(server, "/numbers/engine.io",
				HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
		Set<String> sids = new HashSet<>();
		for (int i = 0; i < 100; i += 10) {
			Map<String, CompletableFuture<String>> answers = new LinkedHashMap<>();
			for (int round = i; round < i + 10; round++) {
				String sid = numbers.open();
				sids.add(sid);
				EngineSession session = session(sid);
				answers.put("poll before close " + round, described(numbers.pollAsync(sid)));
				answers.put("post " + round,
						described(numbers.postAsync(sid, HttpRequest.BodyPublishers.ofString("4a"))));
				session.close(EngineCloseReason.FORCED_CLOSE);
				answers.put("poll after close " + round, described(numbers.pollAsync(sid)));
			}
			answers.forEach((what, answer) -> assertThat(answer.join()).as(what)
				.isIn("2001", "200ok", "400" + UNKNOWN_SESSION, "400{\"code\":3,\"message\":\"Bad request\"}"));
		}
		await(() -> server.numbers().sessions().stream().noneMatch((each) -> sids.contains(each.id())));
	}

	private static CompletableFuture<String> described(CompletableFuture<HttpResponse<String>> answer) {
		return answer.handle((response, ex) -> (ex != null) ? ex.toString() : response.statusCode() + response.body());
	}

	@Test
	void webSocketThatDoesNotTakeOverIsClosed() {
		EngineClient hasty = new EngineClient(server, "/hasty/engine.io");
		String sid = hasty.open();
		try (TestWebSocket socket = hasty.upgrade(sid)) {
			assertThat(socket.send("2probe").next()).isEqualTo("3probe");
			assertThat(socket.awaitClose()).isEqualTo(1000);
		}
		assertThat(hasty.post(sid, "4a").body()).isEqualTo("ok");
		assertThat(hasty.poll(sid).body()).isEqualTo("4a");
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "4a", "2", "nonsense" })
	void webSocketThatDoesNotProbeIsClosed(String message) {
		String sid = client().open();
		try (TestWebSocket socket = client().upgrade(sid)) {
			assertThat(socket.send(message).awaitClose()).isEqualTo(1000);
		}
		assertThat(client().post(sid, "4a").body()).isEqualTo("ok");
	}

	@Test
	void secondProbeIsClosedAndTheFirstGoesOn() {
		String sid = client().open();
		try (TestWebSocket first = client().upgrade(sid)) {
			assertThat(first.send("2probe").next()).isEqualTo("3probe");
			try (TestWebSocket second = client().upgrade(sid)) {
				second.awaitClose();
			}
			assertThat(first.send("5").send("4a").next()).isEqualTo("4a");
		}
	}

	@Test
	void controlFramesAreAnswered() throws IOException {
		try (Socket socket = connect(0)) {
			socket.getOutputStream()
				.write(("GET /engine.io?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
						+ "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
						+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
					.getBytes(StandardCharsets.UTF_8));
			readUntilPacket(socket);
			byte[] ping = { (byte) 0x89, (byte) 0x82, 0, 0, 0, 0, 'h', 'i' };
			byte[] close = { (byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 3, (byte) 0xE8 };
			socket.getOutputStream().write(ping);
			socket.getOutputStream().write(close);
			assertThat(socket.getInputStream().readAllBytes()).containsExactly(0x8A, 2, 'h', 'i', 0x88, 2, 3, 0xE8);
		}
	}

	@Test
	void originsAreAllowed() throws IOException {
		String preflight = exchange("OPTIONS /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n"
				+ "Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n");
		assertThat(preflight).startsWith("HTTP/1.1 200")
			.containsIgnoringCase("Access-Control-Allow-Origin: https://app.example")
			.containsIgnoringCase("Access-Control-Allow-Methods: POST")
			.containsIgnoringCase("Access-Control-Allow-Credentials: true");
		String open = exchange("GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n"
				+ "Origin: https://app.example\r\nConnection: close\r\n\r\n");
		assertThat(open).containsIgnoringCase("Access-Control-Allow-Origin: https://app.example").contains("0{\"sid\"");
		assertThat(exchange("GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n"
				+ "Origin: https://other.example\r\nConnection: close\r\n\r\n"))
			.startsWith("HTTP/1.1 403");
	}

	@Test
	void originsOfWebSocketsAreAllowedToo() throws IOException {
		String request = "GET /%s?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
				+ "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
				+ "Origin: https://%s\r\n\r\n";
		assertThat(readHead(request.formatted("engine.io", "app.example"))).startsWith("HTTP/1.1 101");
		assertThat(readHead(request.formatted("engine.io", "other.example"))).startsWith("HTTP/1.1 403");
		assertThat(readHead(request.formatted("fast/engine.io", "other.example"))).as("without a configuration")
			.startsWith("HTTP/1.1 101");
	}

	private static String readHead(String request) throws IOException {
		try (Socket socket = connect(0)) {
			socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
			StringBuilder head = new StringBuilder();
			while (head.indexOf("\r\n\r\n") < 0) {
				int next = socket.getInputStream().read();
				assertThat(next).isNotNegative();
				head.append((char) next);
			}
			return head.toString();
		}
	}

	private static String exchange(String request) throws IOException {
		try (Socket socket = connect(0)) {
			socket.setSoTimeout((int) SocketIoTestServer.TIMEOUT.toMillis());
			socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
