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
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A socket that HTTP/1.1 is spoken over by hand, so that tests see what is on the wire.
 */
final class RawConnection implements AutoCloseable {

	private final Socket socket;

	private final InputStream in;

	private boolean chunked;

	private RawConnection(Socket socket) throws IOException {
		this.socket = socket;
		this.in = new BufferedInputStream(socket.getInputStream());
	}

	static RawConnection to(LoopbackServer server) {
		return to(server, 0);
	}

	/**
	 * Connect to a server.
	 * @param server the server
	 * @param receiveBuffer size of the socket's buffer, or 0 for the default
	 */
	static RawConnection to(LoopbackServer server, int receiveBuffer) {
		try {
			Socket plain = new Socket();
			if (receiveBuffer > 0) {
				plain.setReceiveBufferSize(receiveBuffer);
			}
			plain.connect(new InetSocketAddress("127.0.0.1", server.port()), 5000);
			plain.setTcpNoDelay(true);
			plain.setSoTimeout((int) LoopbackServer.TIMEOUT.toMillis());
			Socket socket = (!server.isTls()) ? plain
					: TestKeyStore.clientContext().getSocketFactory().createSocket(plain, "localhost", 0, true);
			return new RawConnection(socket);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Send nothing more, and read on. */
	void endOutput() {
		try {
			this.socket.shutdownOutput();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void waitForEver() throws IOException {
		this.socket.setSoTimeout(0);
	}

	synchronized RawConnection write(byte[] bytes) {
		try {
			this.socket.getOutputStream().write(bytes);
			this.socket.getOutputStream().flush();
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Send a request head.
	 * @param requestLine method and target
	 * @param headers the headers, besides Host
	 */
	RawConnection request(String requestLine, List<String> headers) {
		List<String> lines = new ArrayList<>();
		lines.add(requestLine + " HTTP/1.1");
		lines.add("Host: localhost");
		lines.addAll(headers);
		return write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
	}

	/** Read status and headers. */
	Head readHead() throws IOException {
		String status = readLine();
		Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		for (String line = readLine(); !line.isEmpty(); line = readLine()) {
			int colon = line.indexOf(':');
			headers.merge(line.substring(0, colon), line.substring(colon + 1).trim(), (a, b) -> a + ", " + b);
		}
		Head head = new Head(Integer.parseInt(status.split(" ")[1]), headers);
		this.chunked = "chunked".equalsIgnoreCase(headers.get("Transfer-Encoding"));
		return head;
	}

	/** Read head and body of an answer that ends. */
	Answer readAnswer() {
		try {
			Head head = readHead();
			ByteArrayOutputStream body = new ByteArrayOutputStream();
			if (this.chunked) {
				byte[] chunk;
				while ((chunk = readChunk()) != null) {
					body.write(chunk);
				}
			}
			else if (head.headers().containsKey("Content-Length")) {
				body.write(readFully(Integer.parseInt(head.headers().get("Content-Length"))));
			}
			return new Answer(head.status(), head.headers(), body.toByteArray());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Read the next chunk of a body; {@code null} after the last. */
	byte[] readChunk() throws IOException {
		int size = Integer.parseInt(readLine(), 16);
		byte[] chunk = readFully(size);
		readLine();
		return (size > 0) ? chunk : null;
	}

	String readLine() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		int b;
		while ((b = read()) != '\n') {
			if (b != '\r') {
				line.write(b);
			}
		}
		return line.toString(StandardCharsets.UTF_8);
	}

	int read() throws IOException {
		int b = this.in.read();
		if (b < 0) {
			throw new EOFException("the server has closed the connection");
		}
		return b;
	}

	byte[] readFully(int length) throws IOException {
		byte[] bytes = this.in.readNBytes(length);
		if (bytes.length < length) {
			throw new EOFException("the server has closed the connection");
		}
		return bytes;
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	record Head(int status, Map<String, String> headers) {
	}

	record Answer(int status, Map<String, String> headers, byte[] body) {

		Message message() {
			return Message.of(new String(this.body, StandardCharsets.UTF_8));
		}

	}

}
