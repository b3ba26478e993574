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

package io.realtimepush.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;

import io.realtimepush.transport.channel.RequestHeadTimeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.SslProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Slow heads over real sockets.
 */
class RequestHeadTimeoutTests {

	private static final Duration SHORT = Duration.ofMillis(400);

	private static final int LONG = 20_000;

	private static final String REQUEST = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

	private final ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor();

	private DisposableServer server;

	@AfterEach
	void stop() {
		this.drip.shutdownNow();
		if (this.server != null) {
			this.server.disposeNow(Duration.ofSeconds(10));
		}
	}

	@Test
	void connectionWithoutARequestIsDropped() throws Exception {
		try (Socket socket = connect(plain(SHORT))) {
			assertThat(readToEnd(socket)).isEmpty();
		}
	}

	@Test
	void headByteByByteIsDropped() throws Exception {
		try (Socket socket = connect(plain(SHORT))) {
			drip(socket);
			assertThat(readToEnd(socket)).isEmpty();
		}
	}

	@Test
	void laterHeadByteByByteIsDropped() throws Exception {
		try (Socket socket = connect(plain(SHORT))) {
			write(socket, REQUEST);
			assertThat(readAnswer(socket)).contains("200 OK", "hello");
			write(socket, REQUEST);
			assertThat(readAnswer(socket)).contains("200 OK", "hello");
			drip(socket);
			assertThat(readToEnd(socket)).isEmpty();
		}
	}

	@Test
	void idleConnectionStaysBetweenRequests() throws Exception {
		try (Socket socket = connect(plain(SHORT))) {
			write(socket, REQUEST);
			assertThat(readAnswer(socket)).contains("hello");
			assertQuietFor(socket, 3 * SHORT.toMillis());
			write(socket, REQUEST);
			assertThat(readAnswer(socket)).contains("hello");
		}
	}

	@Test
	void slowBodyIsNotAHead() throws Exception {
		try (Socket socket = connect(plain(SHORT))) {
			write(socket, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhe");
			assertQuietFor(socket, 3 * SHORT.toMillis());
			write(socket, "llo");
			assertThat(readAnswer(socket)).contains("hello");
		}
	}

	@Test
	void streamGoesOn() throws Exception {
		try (Socket socket = connect(plain(SHORT))) {
			write(socket, "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
			assertThat(readToEnd(socket, "tick 9")).contains("tick 0", "tick 9");
		}
	}

	@Test
	void webSocketGoesOn() throws Exception {
		try (Socket socket = connect(plain(SHORT))) {
			write(socket, "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
					+ "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
			assertThat(readToEnd(socket, "\r\n\r\n")).startsWith("HTTP/1.1 101");
			// One masked frame with a mask of zeros, the second half much later
			write(socket, new byte[] { (byte) 0x81, (byte) 0x85, 0, 0, 0, 0, 'h', 'e' });
			assertQuietFor(socket, 3 * SHORT.toMillis());
			write(socket, "llo");
			assertThat(readToEnd(socket, "hello")).endsWith("hello");
		}
	}

	@Test
	void worksOverTls() throws Exception {
		try (Socket socket = connectTls(tls(Duration.ofSeconds(3)))) {
			write(socket, REQUEST);
			assertThat(readAnswer(socket)).contains("hello");
			drip(socket);
			assertThat(readToEnd(socket)).isEmpty();
		}
	}

	@Test
	void tlsHandshakeThatNeverComesIsDropped() throws Exception {
		try (Socket socket = connect(tls(SHORT))) {
			assertThat(readToEnd(socket)).isEmpty();
		}
	}

	private HttpServer http() {
		return HttpServer.create()
			.port(0)
			.route((routes) -> routes.get("/hello", (request, response) -> response.sendString(Mono.just("hello")))
				.post("/echo", (request, response) -> response.send(request.receive().aggregate().retain()))
				.get("/stream",
						(request, response) -> response.sse()
							.sendString(Flux.interval(Duration.ofMillis(150)).take(10).map((tick) -> "tick " + tick)))
				.ws("/ws", (inbound, outbound) -> outbound.send(inbound.receive().retain())));
	}

	private DisposableServer plain(Duration timeout) {
		this.server = new RequestHeadTimeout(timeout).install(http()).bindNow(Duration.ofSeconds(10));
		return this.server;
	}

	private DisposableServer tls(Duration timeout) throws Exception {
		KeyStore keyStore = KeyStore.getInstance(TestKeyStore.path().toFile(), TestKeyStore.PASSWORD.toCharArray());
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(keyStore, TestKeyStore.PASSWORD.toCharArray());
		Http11SslContextSpec context = Http11SslContextSpec.forServer(keys);
		this.server = new RequestHeadTimeout(timeout)
			.install(http().secure((spec) -> spec.sslContext((SslProvider.GenericSslContextSpec<?>) context)))
			.bindNow(Duration.ofSeconds(10));
		return this.server;
	}

	private static Socket connect(DisposableServer server) throws IOException {
		Socket socket = new Socket("localhost", server.port());
		socket.setTcpNoDelay(true);
		socket.setSoTimeout(LONG);
		return socket;
	}

	private static Socket connectTls(DisposableServer server) throws Exception {
		Socket socket = TestKeyStore.clientContext().getSocketFactory().createSocket("localhost", server.port());
		socket.setSoTimeout(LONG);
		return socket;
	}

	/** Send a header that never ends, a byte at a time. */
	private void drip(Socket socket) throws IOException {
		write(socket, "GET /hello HTTP/1.1\r\nX: ");
		this.drip.scheduleAtFixedRate(() -> {
			try {
				write(socket, "x");
			}
			catch (IOException ex) {
				throw new IllegalStateException("the server has closed", ex);
			}
		}, 50, 50, TimeUnit.MILLISECONDS);
	}

	private static void write(Socket socket, String text) throws IOException {
		write(socket, text.getBytes(StandardCharsets.US_ASCII));
	}

	private static void write(Socket socket, byte[] bytes) throws IOException {
		OutputStream out = socket.getOutputStream();
		out.write(bytes);
		out.flush();
	}

	private static void assertQuietFor(Socket socket, long millis) throws IOException {
		socket.setSoTimeout((int) millis);
		try {
			assertThat(socket.getInputStream().read()).as("end of stream or answer").isEqualTo(Integer.MIN_VALUE);
		}
		catch (SocketTimeoutException ex) {
			assertThat(socket.isClosed()).isFalse();
		}
		finally {
			socket.setSoTimeout(LONG);
		}
	}

	private static String readAnswer(Socket socket) throws IOException {
		return readToEnd(socket, "hello");
	}

	private static String readToEnd(Socket socket) throws IOException {
		try {
			return readToEnd(socket, "\u0000 never");
		}
		catch (SocketTimeoutException ex) {
			throw new AssertionError("the connection is still open", ex);
		}
		catch (IOException ex) {
			// A reset is an end too
			return "";
		}
	}

	private static String readToEnd(Socket socket, String end) throws IOException {
		InputStream in = socket.getInputStream();
		StringBuilder read = new StringBuilder();
		int next = in.read();
		while (next >= 0) {
			read.append((char) next);
			if (read.length() >= end.length() && read.substring(read.length() - end.length()).equals(end)) {
				break;
			}
			next = in.read();
		}
		return read.toString();
	}

}
