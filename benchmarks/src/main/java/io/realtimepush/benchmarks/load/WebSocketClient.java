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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Walks through frames, answers pings, and if asked to follows the position of the
 * messages. Speaks Socket.IO too, which has its own greeting and pings.
 *
 * @since 0.1.0
 */
public final class WebSocketClient extends Client {

	private static final int TEXT = 1;

	private static final int CLOSE = 8;

	private static final int PING = 9;

	private static final int PONG = 10;

	private static final int FINAL = 0x80;

	private static final int MASKED = 0x80;

	private final boolean socketIo;

	/** The head of a frame, gathered. */
	private final byte[] frame = new byte[14];

	private int frameSize;

	private long remaining;

	private int opcode;

	/** The payload of a control frame, or the first bytes of a message. */
	private final MessageStart start = new MessageStart();

	private final byte[] control = new byte[125];

	private int controlSize;

	private int closeCode;

	private int updates;

	private long version = -1;

	private long span;

	private final byte[] position = new byte[48];

	private int positionLength;

	WebSocketClient(LoadLoop loop, Login login, int index) throws IOException {
		super(loop, login, index);
		this.socketIo = login.transport() == Transport.SOCKET_IO;
	}

	@Override
	void opened(ResponseHead response) throws IOException {
		if (this.socketIo) {
			sendText("40");
		}
		else {
			becameReady();
		}
	}

	@Override
	int receive(byte[] data, int from, int to) throws IOException {
		int at = from;
		while (at < to) {
			at = (this.remaining == 0) ? readFrameHead(data, at) : readPayload(data, at, to);
		}
		return to;
	}

	private int readFrameHead(byte[] data, int at) throws IOException {
		this.frame[this.frameSize++] = data[at];
		if (this.frameSize >= 2) {
			int length = this.frame[1] & 0x7F;
			int size = (length == 126) ? 4 : (length == 127) ? 10 : 2;
			if (this.frameSize == size) {
				beginFrame((size == 2) ? length : longLength(size));
			}
		}
		return at + 1;
	}

	private long longLength(int size) {
		long length = 0;
		for (int i = 2; i < size; i++) {
			length = length << 8 | this.frame[i] & 0xFF;
		}
		return length;
	}

	private void beginFrame(long length) throws IOException {
		this.opcode = this.frame[0] & 0x0F;
		this.frameSize = 0;
		this.remaining = length;
		this.controlSize = 0;
		this.start.clear();
		if (length == 0) {
			endFrame();
		}
	}

	private int readPayload(byte[] data, int at, int to) throws IOException {
		int count = (int) Math.min(this.remaining, to - at);
		if (this.opcode >= CLOSE) {
			System.arraycopy(data, at, this.control, this.controlSize, count);
			this.controlSize += count;
		}
		else if (this.socketIo || loop().isFollowing()) {
			this.start.add(data, at, at + count);
		}
		this.remaining -= count;
		if (this.remaining == 0) {
			endFrame();
		}
		return at + count;
	}

	private void endFrame() throws IOException {
		switch (this.opcode) {
			case CLOSE -> closed();
			case PING -> {
				loop().beaten();
				sendFrame(PONG, this.control, this.controlSize);
			}
			case PONG -> loop().beaten();
			default -> {
				if (this.socketIo) {
					endSocketIoMessage();
				}
				else if (loop().isFollowing()) {
					follow();
				}
			}
		}
	}

	private void closed() {
		if (this.controlSize >= 2) {
			this.closeCode = (this.control[0] & 0xFF) << 8 | this.control[1] & 0xFF;
		}
		lost(new IOException("closed with " + this.closeCode));
	}

	private void endSocketIoMessage() throws IOException {
		String text = this.start.toString();
		if (text.equals("2")) {
			loop().beaten();
			sendText("3");
		}
		else if (!isReady() && text.startsWith("40")) {
			becameReady();
		}
	}

	private void follow() {
		switch (this.start.type()) {
			case 'd', 's' -> {
				this.version = this.start.version();
				this.span = this.version - Math.max(0, this.start.from());
				this.positionLength = this.start.copyPosition(this.position);
				this.updates++;
				loop().updated();
			}
			case 'h' -> loop().beaten();
			default -> {
			}
		}
	}

	private void sendText(String text) throws IOException {
		byte[] payload = Marker.ascii(text);
		sendFrame(TEXT, payload, payload.length);
	}

	/** Masked with zeros, which leaves the payload as it is. */
	private void sendFrame(int code, byte[] payload, int length) throws IOException {
		ByteBuffer out = loop().out();
		out.put((byte) (FINAL | code)).put((byte) (MASKED | length)).putInt(0).put(payload, 0, length);
		send(out);
	}

	/**
	 * Return the code that the server closed with.
	 * @return the code, or 0 if it did not
	 */
	public int closeCode() {
		return this.closeCode;
	}

	/**
	 * Return how many snapshots and deltas have arrived; counted only while the loop
	 * follows positions.
	 * @return the number of updates
	 */
	public int updates() {
		return this.updates;
	}

	/**
	 * Return the version that the last update led to.
	 * @return the version, or -1 if there was no update
	 */
	public long version() {
		return this.version;
	}

	/**
	 * Return how many versions the last update led over.
	 * @return the number of versions; the version itself for a snapshot
	 */
	public long span() {
		return this.span;
	}

	/**
	 * Return the position that the last update led to.
	 * @return epoch and version as they stand in a request
	 */
	public String position() {
		return new String(this.position, 0, this.positionLength, StandardCharsets.US_ASCII);
	}

}
