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

package io.realtimepush.transport.channel;

import io.netty.buffer.ByteBuf;

/**
 * Heads of unmasked, unfragmented frames (RFC 6455, section 5.2).
 *
 * @since 0.1.0
 */
public final class FrameWriter {

	/** Length of the longest head in bytes. */
	public static final int MAX_HEAD = 10;

	/** First byte of a text message in one frame. */
	public static final int TEXT = 0x81;

	/** First byte of a binary message in one frame. */
	public static final int BINARY = 0x82;

	/** Added to the first byte of a compressed message (RFC 7692, section 6). */
	public static final int COMPRESSED = 0x40;

	private static final int PONG = 0x8A;

	private FrameWriter() {
	}

	/**
	 * Write the head of a frame.
	 * @param frame where to write
	 * @param first the first byte
	 * @param length length of the payload in bytes, which has to follow
	 * @return the buffer that was given
	 */
	public static ByteBuf head(ByteBuf frame, int first, int length) {
		frame.writeByte(first);
		if (length <= 125) {
			return frame.writeByte(length);
		}
		if (length <= 0xFFFF) {
			return frame.writeByte(126).writeShort(length);
		}
		return frame.writeByte(127).writeLong(length);
	}

	/**
	 * Write the answer to a ping.
	 * @param frame where to write
	 * @param payload the payload of the ping
	 * @return the buffer that was given
	 */
	public static ByteBuf pong(ByteBuf frame, byte[] payload) {
		return head(frame, PONG, payload.length).writeBytes(payload);
	}

}
