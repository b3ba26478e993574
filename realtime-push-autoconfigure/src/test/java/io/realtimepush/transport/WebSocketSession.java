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

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import io.realtimepush.protocol.MessageEncoding;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A WebSocket spoken by hand.
 */
final class WebSocketSession extends TestSession {

	/** Says that a message is compressed, in the first byte of a frame. */
	static final int COMPRESSED = 0x40;

	static final int TEXT = 0x1;

	static final int BINARY = 0x2;

	static final int CLOSE = 0x8;

	static final int PING = 0x9;

	static final int PONG = 0xA;

	private static final byte[] MASK = { 0x12, 0x34, 0x56, 0x78 };

	private final RawConnection connection;

	private final RawConnection.Head head;

	private final MessageEncoding encoding;

	private volatile boolean closing;

	/** First bytes and lengths of the frames with messages. */
	private final List<Frame> frames = Collections.synchronizedList(new ArrayList<>());

	private WebSocketSession(RawConnection connection, RawConnection.Head head) {
		this.connection = connection;
		this.head = head;
		String subprotocol = head.headers().get("Sec-WebSocket-Protocol");
		this.encoding = "realtime-push.v1.cbor".equals(subprotocol) ? Objects.requireNonNull(MessageEncoding.cbor())
				: MessageEncoding.JSON;
	}

	static WebSocketSession open(LoopbackServer server, OpenOptions options) {
		RawConnection connection = RawConnection.to(server, options.receiveBuffer());
		try {
			connection.request(options.target("/realtime/ws"),
					concat(List.of("Connection: Upgrade", "Upgrade: websocket",
							"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"),
							options.headers()));
			RawConnection.Head head = connection.readHead();
			WebSocketSession session = new WebSocketSession(connection, head);
			if (head.status() == 101) {
				assertThat(head.headers()).containsEntry("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
				connection.waitForEver();
				session.start(session::read);
			}
			else {
				String length = head.headers().getOrDefault("Content-Length", "0");
				byte[] body = connection.readFully(Integer.parseInt(length));
				Message problem = Message.of(new String(body, StandardCharsets.UTF_8));
				session.arrived(new End(head.status(), problem.text("code"), problem.text("detail")));
			}
			return session;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<String> concat(List<String> a, List<String> b) {
		return Stream.concat(a.stream(), b.stream()).toList();
	}

	RawConnection.Head head() {
		return this.head;
	}

	/** The frames that have come with messages. */
	List<Frame> frames() {
		return List.copyOf(this.frames);
	}

	private Message message(int first, byte[] payload) {
		this.frames.add(new Frame(first, payload.length));
		assertThat(first & 0x0F).as("opcode").isEqualTo(this.encoding.isBinary() ? BINARY : TEXT);
		byte[] bytes = ((first & COMPRESSED) != 0) ? inflate(payload) : payload;
		return Message.of(new String(this.encoding.toJson(bytes), StandardCharsets.UTF_8));
	}

	/** Every message for itself: nothing may refer to the one before. */
	private byte[] inflate(byte[] payload) {
		assertThat(this.head.headers().get("Sec-WebSocket-Extensions")).contains("permessage-deflate");
		try {
			byte[] in = Arrays.copyOf(payload, payload.length + 4);
			in[payload.length + 2] = (byte) 0xFF;
			in[payload.length + 3] = (byte) 0xFF;
			Inflater inflater = new Inflater(true);
			inflater.setInput(in);
			byte[] out = new byte[10_000_000];
			int length = inflater.inflate(out);
			inflater.end();
			return Arrays.copyOf(out, length);
		}
		catch (DataFormatException ex) {
			throw new AssertionError(ex);
		}
	}

	private void read() {
		try {
			ByteArrayOutputStream text = new ByteArrayOutputStream();
			int start = 0;
			while (true) {
				int first = this.connection.read();
				byte[] payload = this.connection.readFully(length(this.connection.read()));
				switch (first & 0x0F) {
					case 0, TEXT, BINARY -> {
						start = (text.size() > 0) ? start : first;
						text.write(payload);
						if ((first & 0x80) != 0) {
							arrived(message(start, text.toByteArray()));
							text.reset();
						}
					}
					case CLOSE -> {
						ByteBuffer data = ByteBuffer.wrap(payload);
						int code = (payload.length > 1) ? data.getShort() & 0xFFFF : 1005;
						arrived(new End(code, null, StandardCharsets.UTF_8.decode(data).toString()));
						if (!this.closing) {
							write(CLOSE, payload, 0, Math.min(2, payload.length));
						}
						return;
					}
					case PONG -> arrived(new Message("pong frame", Message.of("{\"type\":\"PONG\"}").node(),
							new String(payload, StandardCharsets.UTF_8)));
					default -> arrived(new End(-1, null, "unexpected opcode " + first));
				}
			}
		}
		catch (IOException | UncheckedIOException ex) {
			arrived(new End(0, null, String.valueOf(ex.getMessage())));
		}
	}

	private int length(int second) throws IOException {
		assertThat(second & 0x80).as("mask of a server's frame").isZero();
		if (second < 126) {
			return second;
		}
		ByteBuffer extended = ByteBuffer.wrap(this.connection.readFully((second == 126) ? 2 : 8));
		return (second == 126) ? extended.getShort() & 0xFFFF : Math.toIntExact(extended.getLong());
	}

	WebSocketSession send(String json) {
		byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
		return write(0x80 | TEXT, bytes, 0, bytes.length);
	}

	WebSocketSession frame(int firstByte, byte[] payload) {
		return write(firstByte, payload, 0, payload.length);
	}

	WebSocketSession sendClose(int code) {
		this.closing = true;
		return frame(0x80 | CLOSE, ByteBuffer.allocate(2).putShort((short) code).array());
	}

	void raw(byte[] bytes) {
		this.connection.write(bytes);
	}

	private WebSocketSession write(int firstByte, byte[] payload, int offset, int length) {
		try {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			DataOutputStream out = new DataOutputStream(bytes);
			out.writeByte((firstByte == CLOSE) ? 0x80 | CLOSE : firstByte);
			if (length < 126) {
				out.writeByte(0x80 | length);
			}
			else if (length <= 0xFFFF) {
				out.writeByte(0x80 | 126);
				out.writeShort(length);
			}
			else {
				out.writeByte(0x80 | 127);
				out.writeLong(length);
			}
			out.write(MASK);
			for (int i = 0; i < length; i++) {
				out.writeByte(payload[offset + i] ^ MASK[i % 4]);
			}
			this.connection.write(bytes.toByteArray());
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	WebSocketSession expectWelcome(boolean resumed) {
		expectWelcome(resumed, null);
		return this;
	}

	Message expectWelcome(boolean resumed, @Nullable String sub) {
		Message welcome = nextWelcome(resumed);
		assertThat(welcome.number("protocol")).isOne();
		assertThat(welcome.text("session")).isNotEmpty();
		assertThat(welcome.text("sub")).isEqualTo((sub != null) ? sub : "");
		return welcome;
	}

	@Override
	public void close() {
		this.connection.close();
	}

	/**
	 * A frame.
	 *
	 * @param first its first byte
	 * @param length length of its payload
	 */
	record Frame(int first, int length) {

		boolean isCompressed() {
			return (this.first & COMPRESSED) != 0;
		}

	}

}
