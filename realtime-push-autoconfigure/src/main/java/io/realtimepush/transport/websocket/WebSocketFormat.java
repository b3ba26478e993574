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

package io.realtimepush.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.realtimepush.broadcast.FrameFormat;
import io.realtimepush.protocol.MessageEncoding;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.transport.channel.DeflateAgreement;
import io.realtimepush.transport.channel.FrameWriter;
import io.realtimepush.transport.channel.MessageDeflate;
import org.jspecify.annotations.Nullable;

/**
 * A message as one unmasked frame (RFC 6455, section 5.2), ready for the socket.
 * <p>
 * Where compression was agreed upon, snapshots and deltas are compressed if that makes
 * them shorter. They are encoded once for all who share the format, and hold nothing that
 * a client has sent, whose length could tell of what stands beside it.
 *
 * @param encoding how the message is written
 * @param windowBits how far back a compressed message may refer, as a power of two, or 0
 * if none is compressed
 */
record WebSocketFormat(MessageEncoding encoding, int windowBits) implements FrameFormat {

	static final String TRANSPORT = "websocket";

	/** Below this size in bytes there is nothing to gain. */
	private static final int MIN_SIZE = 64;

	static WebSocketFormat of(MessageEncoding encoding, @Nullable DeflateAgreement deflate) {
		return new WebSocketFormat(encoding, (deflate != null) ? deflate.windowBits() : 0);
	}

	@Override
	public String transport() {
		return TRANSPORT;
	}

	boolean isCompressed() {
		return this.windowBits > 0;
	}

	@Override
	public ByteBuf encode(ServerMessage message, ByteBufAllocator allocator) {
		byte[] payload = this.encoding.write(message);
		byte[] compressed = isCompressible(message, payload.length)
				? MessageDeflate.deflate(payload, payload.length - 1 + MessageDeflate.END_LENGTH) : null;
		int first = this.encoding.isBinary() ? FrameWriter.BINARY : FrameWriter.TEXT;
		return (compressed != null) ? frame(first | FrameWriter.COMPRESSED, compressed,
				compressed.length - MessageDeflate.END_LENGTH, allocator)
				: frame(first, payload, payload.length, allocator);
	}

	/**
	 * The compressor refers back as far as 15 bits reach. For smaller windows it can be
	 * used as long as there is nothing so far back.
	 */
	private boolean isCompressible(ServerMessage message, int size) {
		return (message instanceof ServerMessage.Snapshot || message instanceof ServerMessage.Delta) && isCompressed()
				&& size >= MIN_SIZE
				&& (this.windowBits == DeflateAgreement.MAX_WINDOW_BITS || size <= 1 << this.windowBits);
	}

	private static ByteBuf frame(int first, byte[] payload, int length, ByteBufAllocator allocator) {
		ByteBuf frame = allocator.directBuffer(FrameWriter.MAX_HEAD + length);
		return FrameWriter.head(frame, first, length).writeBytes(payload, 0, length);
	}

}
