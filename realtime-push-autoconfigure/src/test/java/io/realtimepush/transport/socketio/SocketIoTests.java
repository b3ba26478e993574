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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What the conformance suite does not assert.
 */
class SocketIoTests {

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
		return new EngineClient(server, "/socket.io/");
	}

	private static TestWebSocket connect(String namespace) {
		TestWebSocket socket = client().openWebSocket();
		String prefix = namespace.equals("/") ? "" : namespace + ",";
		socket.send("40" + prefix);
		assertThat(socket.nextText()).startsWith("40" + prefix);
		assertThat(socket.next()).isEqualTo("42" + prefix + "[\"auth\",{}]");
		return socket;
	}

	@Test
	void whatConnectsIsSmall() {
		String auth = "{\"token\":\"" + "x".repeat(16_000) + "\"}";
		try (TestWebSocket socket = client().openWebSocket()) {
			socket.send("40" + auth);
			assertThat(socket.nextText()).startsWith("40{");
			assertThat(socket.next()).isEqualTo("42[\"auth\"," + auth + "]");
		}
		for (String tooLarge : List.of("40{\"token\":\"" + "x".repeat(17_000) + "\"}", "40/" + "n".repeat(256) + ",")) {
			try (TestWebSocket socket = client().openWebSocket()) {
				assertThat(socket.send(tooLarge).awaitClose()).isIn(1002, 1006);
			}
		}
	}

	@Test
	void whatConnectsIsSmallForAllNamespacesTogether() {
		String auth = "{\"token\":\"" + "x".repeat(16_000) + "\"}";
		try (TestWebSocket socket = client().openWebSocket()) {
			for (int i = 0; i < 4; i++) {
				assertThat(socket.send("40/" + i + "/realtime," + auth).nextText()).startsWith("40/" + i);
				socket.nextText();
			}
			assertThat(socket.send("40/4/realtime," + auth).next()).isEqualTo("44/4/realtime,{\"message\":"
					+ "\"what connects to namespaces has at most 65536 bytes for all together\"}");
			assertThat(socket.send("40/5/realtime,").nextText()).startsWith("40/5/realtime,{");
			socket.nextText();
			socket.send("41/0/realtime,").send("40/4/realtime," + auth);
			assertThat(socket.nextText()).startsWith("40/4/realtime,{");
		}
	}

	@Test
	void whatComesBeforeTheDecisionIsHandledAfterItInOrder() {
		Sinks.Empty<Void> decision = Sinks.empty();
		server.io()
			.of("/undecided")
			.use((pending) -> decision.asMono())
			.on("count", (event) -> event.ack(event.arg(0)));
		try (TestWebSocket socket = client().openWebSocket()) {
			socket.send("40/undecided,");
			for (int i = 0; i < 50; i++) {
				socket.send("42/undecided," + i + "[\"count\"," + i + "]");
			}
			// The main namespace does not wait
			socket.send("40").send("420[\"who\"]");
			assertThat(socket.nextText()).startsWith("40{");
			assertThat(socket.nextText()).startsWith("42[\"auth\"");
			assertThat(socket.next()).isEqualTo("430[\"null\",\"/\"]");
			decision.tryEmitEmpty();
			assertThat(socket.nextText()).startsWith("40/undecided,{");
			for (int i = 0; i < 50; i++) {
				assertThat(socket.next()).isEqualTo("43/undecided," + i + "[" + i + "]");
			}
		}
	}

	@Test
	void eventsBehindConnectAreHandled() {
		server.io().of("/slow").on("count", (event) -> event.ack(event.socket().attachment(), event.arg(0)));
		try (TestWebSocket socket = client().openWebSocket()) {
			socket.send("40/slow,");
			for (int i = 0; i < 20; i++) {
				socket.send("42/slow," + i + "[\"count\"," + i + "]");
			}
			assertThat(socket.nextText()).startsWith("40/slow,{");
			assertThat(socket.nextText()).startsWith("42/slow,[\"auth\"");
			for (int i = 0; i < 20; i++) {
				assertThat(socket.next()).isEqualTo("43/slow," + i + "[\"decided\"," + i + "]");
			}
		}
	}

	@Test
	void tooMuchBeforeTheDecisionCloses() {
		try (TestWebSocket socket = client().openWebSocket()) {
			server.io().of("/never").use((pending) -> Mono.never());
			socket.send("40/never,");
			for (int i = 0; i < 64; i++) {
				socket.send("42/never,[\"a\"]");
			}
			assertThat(socket.send("42/never,[\"a\"]").awaitClose()).isEqualTo(1002);
		}
	}

	@Test
	void tooMuchBeforeSeveralDecisionsCloses() {
		server.io().of("/never").use((pending) -> Mono.never());
		server.io().of("/never-either").use((pending) -> Mono.never());
		String large = "[\"" + "a".repeat(600_000) + "\"]";
		try (TestWebSocket many = client().openWebSocket(); TestWebSocket socket = client().openWebSocket()) {
			many.send("40/never,").send("40/never-either,");
			for (int i = 0; i < 32; i++) {
				many.send("42/never,[\"a\"]").send("42/never-either,[\"a\"]");
			}
			assertThat(many.send("42/never,[\"a\"]").awaitClose()).isEqualTo(1002);
			socket.send("40/never,").send("40/never-either,");
			assertThat(socket.send("42/never," + large).send("42/never-either," + large).awaitClose()).isEqualTo(1002);
		}
	}

	/**
	 * As a client does that has kept what it was to send until it is let in.
	 */
	@Test
	void muchBehindTheDecisionIsHandledInOrder() throws IOException {
		try (Socket socket = connectRaw(0)) {
			ByteArrayOutputStream burst = new ByteArrayOutputStream();
			burst.write(frame("40"));
			for (int i = 0; i < 200; i++) {
				burst.write(frame("42" + i + "[\"message-with-ack\"," + i + "]"));
			}
			socket.getOutputStream().write(burst.toByteArray());
			assertThat(nextFrame(socket)).startsWith("40{");
			assertThat(nextFrame(socket)).isEqualTo("42[\"auth\",{}]");
			for (int i = 0; i < 200; i++) {
				assertThat(nextFrame(socket)).isEqualTo("43" + i + "[" + i + "]");
			}
		}
	}

	/** Text of less than 126 bytes. */
	private static String nextFrame(Socket socket) throws IOException {
		assertThat(socket.getInputStream().read()).isEqualTo(0x81);
		int length = socket.getInputStream().read();
		assertThat(length).isBetween(0, 125);
		return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
	}

	@Test
	void middlewareRefusesWithReason() {
		try (TestWebSocket socket = client().openWebSocket()) {
			assertThat(socket.send("40/private,{\"token\":\"guess\"}").next())
				.isEqualTo("44/private,{\"message\":\"not authorized\",\"data\":[\"try\",\"again\"]}");
			// What was on its way does not harm, and another attempt is possible
			socket.send("42/private,[\"message\"]").send("40/private,{\"token\":\"secret\"}");
			assertThat(socket.nextText()).startsWith("40/private,{\"sid\"");
		}
	}

	@Test
	void failureOfMiddlewareIsNotTold() {
		try (TestWebSocket socket = client().openWebSocket()) {
			assertThat(socket.send("40/private,{\"token\":\"broken\"}").next())
				.isEqualTo("44/private,{\"message\":\"Internal error\"}");
		}
	}

	@Test
	void namespacesAreDynamicAndKeepTheirSpelling() {
		try (TestWebSocket socket = client().openWebSocket()) {
			socket.send("40//realtime,");
			assertThat(socket.nextText()).startsWith("40//realtime,{\"sid\"");
			assertThat(socket.nextText()).startsWith("42//realtime,[\"auth\"");
			assertThat(socket.send("42//realtime,7[\"who\"]").next())
				.isEqualTo("43//realtime,7[\"null\",\"//realtime\"]");
		}
	}

	@Test
	void dynamicNamespacesHaveRoomsInCommon() {
		try (TestWebSocket one = connect("//realtime");
				TestWebSocket two = connect("/realtime");
				TestWebSocket three = connect("/a/realtime")) {
			one.send("42//realtime,0[\"join\",\"r\"]").next();
			two.send("42/realtime,0[\"join\",\"r\"]").next();
			three.send("42/a/realtime,0[\"say\",\"r\",1]");
			assertThat(one.next()).isEqualTo("42//realtime,[\"said\",1]");
			assertThat(two.next()).isEqualTo("42/realtime,[\"said\",1]");
			assertThat(three.next()).isEqualTo("43/a/realtime,0[]");
		}
	}

	@Test
	void numberOfNamespacesIsLimited() {
		try (TestWebSocket socket = client().openWebSocket()) {
			for (int i = 0; i < 32; i++) {
				socket.send("40/" + i + "/realtime,");
				assertThat(socket.nextText()).startsWith("40/" + i);
				socket.nextText();
			}
			assertThat(socket.send("40/32/realtime,").next())
				.isEqualTo("44/32/realtime,{\"message\":\"a connection has at most 32 namespaces\"}");
			socket.send("41/0/realtime,").send("40/33/realtime,");
			assertThat(socket.nextText()).startsWith("40/33/realtime,{");
		}
	}

	@Test
	void roomsAreLeft() {
		try (TestWebSocket one = connect("/"); TestWebSocket two = connect("/")) {
			one.send("420[\"join\",\"left\"]").next();
			two.send("420[\"say\",\"left\",\"first\"]");
			assertThat(one.next()).isEqualTo("42[\"said\",\"first\"]");
			assertThat(one.send("421[\"leave\",\"left\"]").next()).isEqualTo("431[]");
			two.next();
			two.send("421[\"say\",\"left\",\"second\"]").next();
			assertThat(one.send("422[\"who\"]").next()).isEqualTo("432[\"null\",\"/\"]");
		}
	}

	@Test
	void whoIsInTwoRoomsIsSentOneEventAndTheSenderNone() {
		try (TestWebSocket one = connect("/"); TestWebSocket two = connect("/")) {
			one.send("420[\"join\",\"x\"]").next();
			one.send("421[\"join\",\"y\"]").next();
			two.send("420[\"join\",\"x\"]").next();
			assertThat(two.send("421[\"say-others\",\"x\",\"y\",{\"a\":null}]").next()).isEqualTo("431[]");
			assertThat(one.next()).isEqualTo("42[\"said\",{\"a\":null}]");
			assertThat(one.send("422[\"who\"]").nextText()).startsWith("432");
		}
	}

	@Test
	void broadcastHasAttachments() {
		try (TestWebSocket one = connect("/")) {
			one.send("420[\"join\",\"bytes\"]").next();
			server.io().of("/").to("bytes").emit("said", List.of(new byte[] { 1, 2 }, "x"));
			assertThat(one.next()).isEqualTo("451-[\"said\",[{\"_placeholder\":true,\"num\":0},\"x\"]]");
			assertThat(one.next()).isEqualTo(new byte[] { 1, 2 });
		}
	}

	@Test
	void broadcastReachesPolls() {
		String sid = client().open();
		client().post(sid, "40");
		assertThat(client().poll(sid).body()).contains("\u001e42[\"auth\",{}]");
		client().post(sid, "420[\"join\",\"polls\"]");
		assertThat(client().poll(sid).body()).isEqualTo("430[\"joined\"]");
		server.io().of("/").to("polls").emit("said", new byte[] { 1, 2, 3, 4 });
		assertThat(client().poll(sid).body())
			.isEqualTo("451-[\"said\",{\"_placeholder\":true,\"num\":0}]\u001ebAQIDBA==");
	}

	@Test
	void clientAcknowledges() {
		try (TestWebSocket socket = connect("/")) {
			socket.send("42[\"ask-me\",{\"q\":1}]");
			assertThat(socket.next()).isEqualTo("420[\"ask\",{\"q\":1}]");
			// An acknowledgement that nobody waits for does not harm
			socket.send("4399[1]").send("430[\"yes\",{\"a\":2}]");
			assertThat(socket.next()).isEqualTo("42[\"told\",\"yes\",{\"a\":2}]");
		}
	}

	@Test
	void acknowledgementsAreWaitedForInVain() {
		AtomicReference<SocketIoSocket> connected = new AtomicReference<>();
		server.io().of("/silent").onConnection(connected::set);
		try (TestWebSocket socket = client().openWebSocket()) {
			socket.send("40/silent,").next();
			SocketIoSocket present = Awaitility.await().until(connected::get, Objects::nonNull);
			StepVerifier.create(present.emitWithAck(Duration.ofMillis(50), "ask"))
				.expectError(TimeoutException.class)
				.verify(SocketIoTestServer.TIMEOUT);
			assertThat(socket.next()).isEqualTo("42/silent,0[\"ask\"]");
			var second = present.emitWithAck(SocketIoTestServer.TIMEOUT, "ask").toFuture();
			assertThat(socket.next()).isEqualTo("42/silent,1[\"ask\"]");
			socket.send("41/silent,");
			assertThat(second).failsWithin(SocketIoTestServer.TIMEOUT)
				.withThrowableThat()
				.withMessageContaining("client namespace disconnect");
			StepVerifier.create(present.emitWithAck(SocketIoTestServer.TIMEOUT, "ask"))
				.expectErrorMessage("the socket is not connected")
				.verify(SocketIoTestServer.TIMEOUT);
			assertThat(present.isConnected()).isFalse();
		}
	}

	@Test
	void serverDisconnectsFromNamespaceOnly() {
		try (TestWebSocket socket = connect("/custom")) {
			socket.send("40").next();
			socket.next();
			assertThat(socket.send("42/custom,[\"leave-me\"]").next()).isEqualTo("41/custom,");
			assertThat(socket.send("42/custom,[\"message\"]").send("420[\"who\"]").next())
				.isEqualTo("430[\"null\",\"/\"]");
			Awaitility.await()
				.untilAsserted(() -> assertThat(server.departures()).contains("server namespace disconnect"));
		}
	}

	@Test
	void departuresAreTold() {
		List<String> before = List.copyOf(server.departures());
		connect("/").close();
		Awaitility.await()
			.untilAsserted(() -> assertThat(without(server.departures(), before)).contains("transport close"));
	}

	private static List<String> without(List<String> all, List<String> former) {
		return new ArrayList<>(all).subList(former.size(), all.size());
	}

	@Test
	void failureOfTheAppClosesTheConnectionOnly() {
		try (TestWebSocket socket = connect("/"); TestWebSocket other = connect("/")) {
			assertThat(socket.send("42[\"fail\"]").awaitClose()).isEqualTo(1011);
			assertThat(other.send("420[\"who\"]").nextText()).startsWith("430");
		}
	}

	@Test
	void whatCannotBeSentIsMisuse() {
		Namespace namespace = server.io().of("/");
		assertThatIllegalArgumentException().isThrownBy(() -> namespace.emit("disconnect"))
			.withMessage("event name 'disconnect' is reserved");
		Object[] attachments = new Object[11];
		Arrays.fill(attachments, new byte[1]);
		assertThatIllegalArgumentException().isThrownBy(() -> namespace.emit("a", attachments))
			.withMessage("a packet has at most 10 attachments, but there are 11");
	}

	/**
	 * Frames are shared by all of a loop, also when one of them has taken a part only.
	 */
	@Test
	void clientThatDoesNotReadIsClosedAndHarmsNobody() throws IOException {
		List<TestWebSocket> readers = new ArrayList<>();
		try (Socket silent = connectRaw(4096)) {
			silent.getOutputStream().write(frame("40"));
			silent.getOutputStream().write(frame("42[\"join\",\"crowd\"]"));
			for (int i = 0; i < 8; i++) {
				TestWebSocket reader = connect("/");
				reader.send("420[\"join\",\"crowd\"]").next();
				readers.add(reader);
			}
			String filling = "x".repeat(50_000);
			int count = 0;
			do {
				server.io().of("/").to("crowd").emit("said", count, filling);
				for (TestWebSocket reader : readers) {
					assertThat(reader.next()).isEqualTo("42[\"said\"," + count + ",\"" + filling + "\"]");
				}
				count++;
				assertThat(count).isLessThan(2000);
			}
			while (!server.departures().contains("client takes no data"));
		}
		finally {
			readers.forEach(TestWebSocket::close);
		}
	}

	/** Open a WebSocket, and read the OPEN packet, which ends the handshake. */
	private static Socket connectRaw(int receiveBuffer) throws IOException {
		Socket socket = new Socket();
		if (receiveBuffer > 0) {
			socket.setReceiveBufferSize(receiveBuffer);
		}
		socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
		socket.setSoTimeout((int) SocketIoTestServer.TIMEOUT.toMillis());
		socket.getOutputStream()
			.write(("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
					+ "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
					+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
				.getBytes(StandardCharsets.UTF_8));
		int read = socket.getInputStream().read();
		while (read != '}') {
			read = socket.getInputStream().read();
		}
		return socket;
	}

	/** Masked with zeros. */
	private static byte[] frame(String text) {
		byte[] payload = text.getBytes(StandardCharsets.UTF_8);
		byte[] frame = new byte[6 + payload.length];
		frame[0] = (byte) 0x81;
		frame[1] = (byte) (0x80 | payload.length);
		System.arraycopy(payload, 0, frame, 6, payload.length);
		return frame;
	}

	@Test
	void pathIsServedWithManySlashesOrNoneAtTheEnd() {
		for (String path : List.of("/server/realtime", "/server/realtime/", "//server///realtime//")) {
			EngineClient client = new EngineClient(server, path);
			String sid = client.open();
			assertThat(client.post(sid, "40/custom").body()).isEqualTo("ok");
			try (TestWebSocket socket = client.openWebSocket()) {
				assertThat(socket.send("40").nextText()).startsWith("40{");
			}
		}
	}

}
