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

package io.realtimepush.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoadLoop} and its clients against a server that says what it is told
 * to.
 */
class LoadLoopTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final LoadLoop loop = new LoadLoop();

	private final List<Integer> delivered = new ArrayList<>();

	private ServerSocket server;

	private Socket accepted;

	@BeforeEach
	void listen() throws IOException {
		this.server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
		this.server.setSoTimeout((int) TIMEOUT.toMillis());
		this.loop.setListener((number, publishedAt) -> this.delivered.add(number));
	}

	@AfterEach
	void close() throws IOException {
		this.loop.close();
		this.server.close();
		if (this.accepted != null) {
			this.accepted.close();
		}
	}

	@Test
	void markerAcrossReadsIsDeliveredOnce() throws IOException {
		connect(Transport.SSE, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
		String marker = Marker.text(7, 1);
		for (int i = 0; i < marker.length(); i++) {
			say(marker.substring(i, i + 1));
			this.loop.pumpFor(Duration.ofMillis(2));
		}
		say("\n\n" + Marker.text(8, 1));
		assertThat(this.loop.pumpUntil(() -> this.delivered.size() >= 2, TIMEOUT)).isTrue();
		assertThat(this.delivered).containsExactly(7, 8);
	}

	@Test
	void pollGoesOnFromThePositionOfTheAnswerInItsSession() throws IOException {
		Socket socket = connect(Transport.LONG_POLL, "");
		String body = "{\"type\":\"delta\",\"epoch\":\"e1\",\"from\":4,\"version\":5,\"set\":{}}";
		say("HTTP/1.1 200 OK\r\nRealtime-Push-Session: abc\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
		String request = awaitRequest(socket);
		assertThat(request).startsWith("GET /poll?position=e1:5 HTTP/1.1\r\n").contains("session:abc\r\n");
	}

	@Test
	void pollGoesOnAfterAnswerInChunks() throws IOException {
		Socket socket = connect(Transport.LONG_POLL, "");
		say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0\r00\r\n0\r");
		this.loop.pumpFor(Duration.ofMillis(20));
		assertThat(socket.getInputStream().available()).isZero();
		say("\n\r\n");
		assertThat(awaitRequest(socket)).startsWith("GET /poll HTTP/1.1\r\n");
	}

	@Test
	void closeOfTheServerCountsAsDropWithItsCode() throws IOException {
		connect(Transport.WEBSOCKET, "HTTP/1.1 101 Switching Protocols\r\n\r\n");
		this.accepted.getOutputStream().write(new byte[] { (byte) 0x88, 2, 4508 >> 8, (byte) 4508 });
		assertThat(this.loop.pumpUntil(() -> this.loop.dropped() == 1, TIMEOUT)).isTrue();
		assertThat(this.loop.firstFault()).hasMessage("closed with 4508");
	}

	@Test
	void pingIsAnsweredWithItsContent() throws IOException {
		Socket socket = connect(Transport.WEBSOCKET, "HTTP/1.1 101 Switching Protocols\r\n\r\n");
		socket.getOutputStream().write(new byte[] { (byte) 0x89, 2, 'h', 'i' });
		assertThat(this.loop.pumpUntil(() -> this.loop.beats() == 1, TIMEOUT)).isTrue();
		assertThat(socket.getInputStream().readNBytes(8))
			.isEqualTo(new byte[] { (byte) 0x8A, (byte) 0x82, 0, 0, 0, 0, 'h', 'i' });
	}

	@Test
	void positionsAreFollowedWhenAskedFor() throws IOException {
		this.loop.setFollowing(true);
		WebSocketClient client = (WebSocketClient) open(Transport.WEBSOCKET);
		answer("HTTP/1.1 101 Switching Protocols\r\n\r\n");
		String delta = "{\"type\":\"delta\",\"epoch\":\"e1\",\"from\":4,\"version\":15,\"set\":{}}";
		say("\u0081" + (char) delta.length() + delta);
		assertThat(this.loop.pumpUntil(() -> client.version() == 15, TIMEOUT)).isTrue();
		assertThat(client.span()).isEqualTo(11);
		assertThat(client.updates()).isEqualTo(1);
	}

	@Test
	void otherStatusCountsAsFailure() throws IOException {
		open(Transport.SSE);
		answer("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
		assertThat(this.loop.pumpUntil(() -> this.loop.failed() == 1, TIMEOUT)).isTrue();
		assertThat(this.loop.firstFault()).hasMessageContaining("401");
	}

	private Client open(Transport transport) {
		InetSocketAddress address = (InetSocketAddress) this.server.getLocalSocketAddress();
		return this.loop.open(new Login(address, transport, transport.path(), "key", null));
	}

	private Socket connect(Transport transport, String head) throws IOException {
		open(transport);
		Socket socket = answer(head);
		assertThat(this.loop.pumpUntil(() -> this.loop.ready() == 1, TIMEOUT)).isTrue();
		return socket;
	}

	/** Take the first request, and answer it. */
	private Socket answer(String head) throws IOException {
		this.accepted = this.server.accept();
		this.accepted.setSoTimeout((int) TIMEOUT.toMillis());
		this.accepted.setTcpNoDelay(true);
		assertThat(awaitRequest(this.accepted)).contains("Authorization: Bearer key\r\n");
		say(head);
		return this.accepted;
	}

	private String awaitRequest(Socket socket) {
		StringBuilder request = new StringBuilder();
		this.loop.pumpUntil(() -> {
			try {
				byte[] available = socket.getInputStream().readNBytes(socket.getInputStream().available());
				request.append(new String(available, StandardCharsets.US_ASCII));
				return request.indexOf("\r\n\r\n") >= 0;
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}, TIMEOUT);
		return request.toString();
	}

	private void say(String text) throws IOException {
		this.accepted.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
	}

}
