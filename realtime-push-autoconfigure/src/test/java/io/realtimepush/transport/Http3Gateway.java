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

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SSLContext;

import io.netty.handler.codec.http3.Http3HeadersFrame;

/**
 * Passes requests over TCP on over HTTP/3, those of each connection on a QUIC connection,
 * and reads no more of an answer than it can write. So the sessions of tests, which see
 * what is on the wire, can be opened over HTTP/3 too.
 */
final class Http3Gateway implements AutoCloseable {

	private final int target;

	private final ServerSocket server;

	Http3Gateway(int target) {
		this.target = target;
		try {
			SSLContext tls = SSLContext.getInstance("TLSv1.3");
			tls.init(TestKeyStore.keyManagers(TestKeyStore.path()).getKeyManagers(), null, null);
			this.server = tls.getServerSocketFactory().createServerSocket(0, 0, InetAddress.getByName("127.0.0.1"));
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		start(this::accept);
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "http3-gateway");
		thread.setDaemon(true);
		thread.start();
	}

	int port() {
		return this.server.getLocalPort();
	}

	private void accept() {
		try {
			while (true) {
				Socket socket = this.server.accept();
				start(() -> serve(socket));
			}
		}
		catch (IOException ex) {
			// Closed
		}
	}

	private void serve(Socket socket) {
		try (socket; Http3Client client = new Http3Client(this.target)) {
			socket.setTcpNoDelay(true);
			InputStream in = new BufferedInputStream(socket.getInputStream());
			for (List<String> head = head(in); head != null; head = head(in)) {
				socket.setSoTimeout(1);
				pass(client, head, in, socket.getOutputStream());
				socket.setSoTimeout(0);
			}
		}
		catch (IOException | RuntimeException ex) {
			// Whoever is there sees that the connection ends
		}
	}

	private static List<String> head(InputStream in) throws IOException {
		List<String> lines = new ArrayList<>();
		StringBuilder line = new StringBuilder();
		for (int c = in.read(); c >= 0; c = in.read()) {
			if (c != '\n') {
				line.append((char) c);
				continue;
			}
			if (line.length() <= 1) {
				return lines;
			}
			lines.add(line.toString().trim());
			line.setLength(0);
		}
		return null;
	}

	private static void pass(Http3Client client, List<String> head, InputStream in, OutputStream out)
			throws IOException {
		String[] line = head.get(0).split(" ");
		OpenOptions options = new OpenOptions(List.of(), head.subList(2, head.size()), 0);
		int length = options.headers()
			.stream()
			.filter((header) -> header.startsWith("Content-Length: "))
			.mapToInt((header) -> Integer.parseInt(header.substring("Content-Length: ".length())))
			.sum();
		String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
		Http3Client.Exchange exchange = client.open(line[0] + " " + line[1], options, body);
		if (!(next(exchange, in) instanceof Http3HeadersFrame answer)) {
			throw new IOException("no answer");
		}
		Map<String, String> headers = Http3Client.headers(answer);
		boolean chunked = !headers.containsKey("content-length");
		StringBuilder text = new StringBuilder("HTTP/1.1 " + answer.headers().status() + "\r\n");
		headers.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
		write(out, text + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n"));
		for (Object part = next(exchange, in); part instanceof byte[] bytes; part = next(exchange, in)) {
			write(out, chunked ? Integer.toHexString(bytes.length) + "\r\n" : "");
			out.write(bytes);
			write(out, chunked ? "\r\n" : "");
		}
		write(out, chunked ? "0\r\n\r\n" : "");
	}

	/** Wait for the next part of an answer, as long as the one who asked is there. */
	private static Object next(Http3Client.Exchange exchange, InputStream in) throws IOException {
		while (!exchange.hasNext(50)) {
			in.mark(1);
			try {
				if (in.read() < 0) {
					throw new IOException("the client has left");
				}
				in.reset();
			}
			catch (SocketTimeoutException ex) {
				// It waits
			}
		}
		return exchange.next();
	}

	private static void write(OutputStream out, String text) throws IOException {
		out.write(text.getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
