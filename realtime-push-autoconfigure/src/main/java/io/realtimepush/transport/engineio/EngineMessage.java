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

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.realtimepush.transport.channel.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * A message that is encoded once, however many sessions it is sent to: a text, bytes, or
 * a text with the bytes that follow it. Immutable.
 *
 * @since 0.1.0
 */
public final class EngineMessage {

	static final EngineMessage PING = packet(EnginePacket.Type.PING, "");

	static final EngineMessage PROBE_ANSWER = packet(EnginePacket.Type.PONG, "probe");

	static final EngineMessage NOOP = packet(EnginePacket.Type.NOOP, "");

	static final EngineMessage CLOSE = packet(EnginePacket.Type.CLOSE, "");

	private static final int SEPARATOR = 0x1E;

	/** The packet with its type, or {@code null} if there are bytes only. */
	private final byte @Nullable [] text;

	private final List<byte[]> attachments;

	private EngineMessage(byte @Nullable [] text, List<byte[]> attachments) {
		this.text = text;
		this.attachments = attachments;
	}

	static EngineMessage packet(EnginePacket.Type type, String text) {
		return new EngineMessage((type.digit() + text).getBytes(StandardCharsets.UTF_8), List.of());
	}

	/**
	 * Create a message of text.
	 * @param text the text
	 * @return the message
	 */
	public static EngineMessage of(String text) {
		return of(text, List.of());
	}

	/**
	 * Create a message of bytes.
	 * @param bytes the bytes, not copied
	 * @return the message
	 */
	public static EngineMessage of(byte[] bytes) {
		return new EngineMessage(null, List.of(bytes));
	}

	/**
	 * Create a message of text and the bytes that belong to it, between which nothing
	 * else is sent.
	 * @param text the text
	 * @param attachments the bytes, not copied
	 * @return the message
	 */
	public static EngineMessage of(String text, List<byte[]> attachments) {
		return new EngineMessage((EnginePacket.Type.MESSAGE.digit() + text).getBytes(StandardCharsets.UTF_8),
				List.copyOf(attachments));
	}

	/** About how many bytes the message takes while it waits. */
	int size() {
		int size = (this.text != null) ? this.text.length : 0;
		for (byte[] attachment : this.attachments) {
			size += attachment.length;
		}
		return size;
	}

	/**
	 * Encode the message as frames of a WebSocket, one after another.
	 * @param allocator where to get the buffer from
	 * @return the frames, owned by the caller
	 */
	public ByteBuf frames(ByteBufAllocator allocator) {
		ByteBuf frames = allocator.directBuffer(size() + FrameWriter.MAX_HEAD * (1 + this.attachments.size()));
		if (this.text != null) {
			FrameWriter.head(frames, FrameWriter.TEXT, this.text.length).writeBytes(this.text);
		}
		for (byte[] attachment : this.attachments) {
			FrameWriter.head(frames, FrameWriter.BINARY, attachment.length).writeBytes(attachment);
		}
		return frames;
	}

	byte @Nullable [] text() {
		return this.text;
	}

	List<byte[]> attachments() {
		return this.attachments;
	}

	/** Write packets for the answer to a poll. */
	void writeTo(ByteArrayOutputStream payload) {
		if (this.text != null) {
			separate(payload).writeBytes(this.text);
		}
		for (byte[] attachment : this.attachments) {
			separate(payload).write('b');
			payload.writeBytes(Base64.getEncoder().encode(attachment));
		}
	}

	private static ByteArrayOutputStream separate(ByteArrayOutputStream payload) {
		if (payload.size() > 0) {
			payload.write(SEPARATOR);
		}
		return payload;
	}

}
