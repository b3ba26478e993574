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

package io.realtimepush.endtoend;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * A socket that sends whatever it is told, and reads HTTP and WebSocket without help of a
 * library, which would correct what is sent.
 */
final class RawConnection implements AutoCloseable {

	static final int TEXT = 1;

	static final int BINARY = 2;

	static final int CLOSE = 8;

	static final int PING = 9;

	static final int PONG = 10;

	private final Socket socket = new Socket();

	private final InputStream in;

	private final OutputStream out;

	RawConnection(int port) throws IOException {
		this("127.0.0.1", port, 0);
	}

	RawConnection(String address, int port, int receiveBuffer) throws IOException {
		if (receiveBuffer > 0) {
			this.socket.setReceiveBufferSize(receiveBuffer);
		}
		this.socket.connect(new InetSocketAddress(address, port), 10_000);
		this.socket.setSoTimeout(5_000);
		this.socket.setTcpNoDelay(true);
		this.in = new BufferedInputStream(this.socket.getInputStream(), 16 * 1024);
		this.out = this.socket.getOutputStream();
	}

	RawConnection timeout(int millis) throws SocketException {
		this.socket.setSoTimeout(millis);
		return this;
	}

	RawConnection send(String text) throws IOException {
		return send(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	RawConnection send(byte[] bytes) throws IOException {
		this.out.write(bytes);
		this.out.flush();
		return this;
	}

	/** Close without the goodbye of TCP: the peer sees a reset. */
	void reset() throws IOException {
		this.socket.setSoLinger(true, 0);
		this.socket.close();
	}

	RawConnection get(String target, String... headers) throws IOException {
		return request("GET", target, headers);
	}

	RawConnection request(String method, String target, String... headers) throws IOException {
		StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
		for (String header : headers) {
			head.append(header).append("\r\n");
		}
		return send(head.append("\r\n").toString());
	}

	/** Read an answer, or return {@code null} if the connection ends without one. */
	@Nullable Answer answer() throws IOException {
		Answer head = head();
		if (head == null) {
			return null;
		}
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		if (head.headers().containsKey("content-length")) {
			body.write(readBytes(Integer.parseInt(head.headers().get("content-length"))));
		}
		else if ("chunked".equals(head.headers().get("transfer-encoding"))) {
			for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
				body.write(chunk);
			}
		}
		return new Answer(head.status(), head.headers(), body.toString(StandardCharsets.UTF_8));
	}

	@Nullable Answer head() throws IOException {
		String line = line();
		if (line == null) {
			return null;
		}
		int status = Integer.parseInt(line.split(" ")[1]);
		Map<String, String> headers = new TreeMap<>();
		for (line = line(); line != null && !line.isEmpty(); line = line()) {
			int colon = line.indexOf(':');
			headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
		}
		return new Answer(status, headers, "");
	}

	/** Read a chunk of a body; empty at its end. */
	byte[] chunk() throws IOException {
		String size = line();
		if (size == null) {
			return new byte[0];
		}
		byte[] chunk = readBytes(Integer.parseInt(size, 16));
		line();
		return chunk;
	}

	private @Nullable String line() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		int c = read();
		if (c < 0) {
			return null;
		}
		for (; c >= 0 && c != '\n'; c = read()) {
			line.write(c);
		}
		return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
	}

	/** A reset is an end too. */
	private int read() throws IOException {
		try {
			return this.in.read();
		}
		catch (SocketException ex) {
			return -1;
		}
	}

	private byte[] readBytes(int count) throws IOException {
		byte[] bytes = this.in.readNBytes(count);
		if (bytes.length < count) {
			throw new EOFException();
		}
		return bytes;
	}

	RawConnection upgrade(String target, String... headers) throws IOException {
		upgradeRequest(target, headers);
		Answer answer = head();
		if (answer == null || answer.status() != 101) {
			throw new IOException("no upgrade: " + answer);
		}
		return this;
	}

	RawConnection upgradeRequest(String target, String... headers) throws IOException {
		String[] all = new String[headers.length + 4];
		all[0] = "Upgrade: websocket";
		all[1] = "Connection: Upgrade";
		all[2] = "Sec-WebSocket-Version: 13";
		all[3] = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
		System.arraycopy(headers, 0, all, 4, headers.length);
		return get(target, all);
	}

	RawConnection text(String text) throws IOException {
		return send(frame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8)));
	}

	/** Encode a masked frame. */
	static byte[] frame(int first, byte[] payload) {
		ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
		frame.put((byte) first);
		if (payload.length <= 125) {
			frame.put((byte) (0x80 | payload.length));
		}
		else if (payload.length <= 0xFFFF) {
			frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
		}
		else {
			frame.put((byte) (0x80 | 127)).putLong(payload.length);
		}
		frame.put(new byte[] { 1, 2, 3, 4 });
		for (int i = 0; i < payload.length; i++) {
			frame.put((byte) (payload[i] ^ (1 + i % 4)));
		}
		byte[] bytes = new byte[frame.flip().remaining()];
		frame.get(bytes);
		return bytes;
	}

	/** Read a frame, or return {@code null} at the end of the connection. */
	@Nullable Frame frame() throws IOException {
		int first = read();
		if (first < 0) {
			return null;
		}
		int length = this.in.read() & 0x7F;
		if (length == 126) {
			length = ByteBuffer.wrap(readBytes(2)).getShort() & 0xFFFF;
		}
		else if (length == 127) {
			length = (int) ByteBuffer.wrap(readBytes(8)).getLong();
		}
		return new Frame(first & 0x0F, readBytes(length));
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	/**
	 * A frame of the server.
	 */
	record Frame(int opcode, byte[] payload) {

		String text() {
			return new String(this.payload, StandardCharsets.UTF_8);
		}

		int closeCode() {
			return (this.opcode == CLOSE && this.payload.length >= 2)
					? ByteBuffer.wrap(this.payload).getShort() & 0xFFFF : -1;
		}

	}

	/**
	 * An answer of the server.
	 */
	record Answer(int status, Map<String, String> headers, String body) {

	}

}
