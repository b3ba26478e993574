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

package io.realtimepush.benchmarks.bytes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A socket, and all that comes over it.
 */
final class Wire implements AutoCloseable {

	/** When nothing has come for so long, in milliseconds, that was all. */
	private static final int QUIET = 400;

	private static final int PATIENCE = 20;

	private static final byte[] MASK = { 1, 2, 3, 4 };

	private final Socket socket;

	private int sent;

	Wire(int port) throws IOException {
		this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
		this.socket.setTcpNoDelay(true);
		this.socket.setSoTimeout(QUIET);
	}

	Wire get(String target, List<String> headers) throws IOException {
		List<String> lines = new ArrayList<>(List.of("GET " + target + " HTTP/1.1", "Host: localhost"));
		lines.addAll(headers);
		return send((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
	}

	Wire upgrade(String target, List<String> headers) throws IOException {
		List<String> all = new ArrayList<>(List.of("Connection: Upgrade", "Upgrade: websocket",
				"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"));
		all.addAll(headers);
		return get(target, all);
	}

	/** Send a message of at most 125 bytes in a masked frame. */
	Wire frame(int first, byte[] payload) throws IOException {
		ByteArrayOutputStream frame = new ByteArrayOutputStream();
		frame.write(first);
		frame.write(0x80 | payload.length);
		frame.writeBytes(MASK);
		for (int i = 0; i < payload.length; i++) {
			frame.write(payload[i] ^ MASK[i % MASK.length]);
		}
		return send(frame.toByteArray());
	}

	Wire text(String text) throws IOException {
		return frame(0x81, text.getBytes(StandardCharsets.UTF_8));
	}

	private Wire send(byte[] bytes) throws IOException {
		this.socket.getOutputStream().write(bytes);
		this.sent = bytes.length;
		return this;
	}

	/** How many bytes were sent last. */
	int sent() {
		return this.sent;
	}

	/** Take what comes until nothing more does. */
	byte[] received() throws IOException {
		InputStream in = this.socket.getInputStream();
		ByteArrayOutputStream received = new ByteArrayOutputStream();
		byte[] buffer = new byte[65_536];
		int patience = PATIENCE;
		while (true) {
			try {
				int length = in.read(buffer);
				if (length < 0) {
					throw new IOException("the server has closed the connection");
				}
				received.write(buffer, 0, length);
			}
			catch (SocketTimeoutException ex) {
				if (received.size() > 0) {
					return received.toByteArray();
				}
				if (--patience == 0) {
					throw new IOException("nothing has come", ex);
				}
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
