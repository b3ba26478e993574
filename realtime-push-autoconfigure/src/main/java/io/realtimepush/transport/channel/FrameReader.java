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

import java.nio.ByteBuffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageReader;
import io.realtimepush.protocol.ProtocolViolationException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a client (RFC 6455, section 5). It keeps nothing but the bytes of a
 * frame or message that is not complete, at most one of the largest size.
 * <p>
 * Confined to the event loop of the connection.
 *
 * @since 0.1.0
 */
public final class FrameReader {

	private static final int CONTINUATION = 0;

	private static final int TEXT = 1;

	private static final int BINARY = 2;

	private static final int CLOSE = 8;

	private static final int PING = 9;

	private static final int PONG = 10;

	private static final int FINAL = 0x80;

	private static final int RESERVED = 0x70;

	private static final int MASKED = 0x80;

	private static final int MAX_CONTROL = 125;

	private static final int MASK_LENGTH = 4;

	private final Receiver receiver;

	/** Bytes that have come and wait, for their end or for the receiver. */
	private @Nullable ByteBuf bytes;

	/** A message in fragments, as far as it has come. */
	private @Nullable ByteBuf fragments;

	/** Whether that message is a binary one. */
	private boolean binary;

	/** Whether that message is compressed. */
	private boolean compressed;

	/** Bytes of a frame that is of no interest and have not come yet. */
	private long skip;

	/**
	 * Create a reader.
	 * @param receiver takes what the frames carry
	 */
	public FrameReader(Receiver receiver) {
		this.receiver = receiver;
	}

	/**
	 * Return whether nothing is kept.
	 * @return whether the reader can be let go
	 */
	public boolean isIdle() {
		return this.bytes == null && this.fragments == null && this.skip == 0;
	}

	/**
	 * Take what has come. What the receiver does not want yet is kept.
	 * @param more the bytes, released by this method
	 * @throws ProtocolViolationException if a frame is broken or too large
	 */
	public void add(ByteBuf more) {
		ByteBuf kept = this.bytes;
		if (kept == null) {
			read(more, false);
			return;
		}
		kept.writeBytes(more);
		more.release();
		resume();
	}

	/**
	 * Go on with what was kept.
	 * @throws ProtocolViolationException if a frame is broken or too large
	 */
	public void resume() {
		if (this.bytes != null) {
			read(this.bytes, true);
		}
	}

	/**
	 * A buffer of a read is larger than what is left in it, so that is copied. One of our
	 * own is kept and grows, or bytes that come one by one would have all before them
	 * copied each time; unless less is left in it than was read from it.
	 */
	private void read(ByteBuf in, boolean own) {
		this.bytes = null;
		try {
			read(in);
		}
		finally {
			if (own && in.readableBytes() > in.readerIndex()) {
				this.bytes = in;
			}
			else {
				this.bytes = in.isReadable() ? ByteBufAllocator.DEFAULT.heapBuffer(in.readableBytes()).writeBytes(in)
						: null;
				in.release();
			}
		}
	}

	/**
	 * Let go of everything.
	 */
	public void close() {
		if (this.bytes != null) {
			this.bytes.release();
			this.bytes = null;
		}
		dropFragments();
	}

	private void dropFragments() {
		if (this.fragments != null) {
			this.fragments.release();
			this.fragments = null;
		}
	}

	private void read(ByteBuf in) {
		boolean progress = true;
		while (progress && in.isReadable() && this.receiver.wantsMore()) {
			if (this.skip > 0) {
				int skipped = (int) Math.min(this.skip, in.readableBytes());
				in.skipBytes(skipped);
				this.skip -= skipped;
			}
			else {
				progress = readFrame(in);
			}
		}
	}

	/**
	 * Read one frame.
	 * @return whether it was there, at least its head
	 */
	private boolean readFrame(ByteBuf in) {
		int start = in.readerIndex();
		if (in.readableBytes() < 2) {
			return false;
		}
		int first = in.getUnsignedByte(start);
		int second = in.getUnsignedByte(start + 1);
		int sizeLength = sizeLength(second & 0x7F);
		int headLength = 2 + sizeLength + MASK_LENGTH;
		check(first, second);
		if (in.readableBytes() < headLength) {
			return false;
		}
		long size = size(in, start + 2, second & 0x7F);
		if (this.receiver.isClosing() && (first & 0x0F) != CLOSE) {
			in.skipBytes(headLength);
			this.skip = size;
			return true;
		}
		checkSize(first & 0x0F, size, in, headLength);
		if (in.readableBytes() < headLength + size) {
			return false;
		}
		in.skipBytes(headLength - MASK_LENGTH);
		int mask = in.readInt();
		byte[] payload = new byte[(int) size];
		in.readBytes(payload);
		unmask(payload, mask);
		accept(first, payload);
		return true;
	}

	private static int sizeLength(int size) {
		return (size < 126) ? 0 : ((size == 126) ? 2 : 8);
	}

	private static long size(ByteBuf in, int index, int size) {
		long result = (size < 126) ? size : ((size == 126) ? in.getUnsignedShort(index) : in.getLong(index));
		if (result < 0 || (size == 126 && result < 126) || (size == 127 && result <= 0xFFFF)) {
			throw broken("the length of a frame is not encoded in the shortest way");
		}
		return result;
	}

	private void check(int first, int second) {
		int opcode = first & 0x0F;
		if ((first & RESERVED) != 0 && !isCompressed(first)) {
			throw broken("a reserved bit is set, and no extension was agreed upon that explains it");
		}
		if ((second & MASKED) == 0) {
			throw broken("frames of a client must be masked");
		}
		if (opcode >= CLOSE) {
			if (opcode > PONG || (first & FINAL) == 0 || (second & 0x7F) > MAX_CONTROL) {
				throw broken("a control frame must be known, short and whole");
			}
		}
		else if (opcode > BINARY) {
			throw broken("opcode " + opcode + " is not known");
		}
		else if ((opcode == CONTINUATION) != (this.fragments != null) && !this.receiver.isClosing()) {
			throw broken("a continuation is where none was expected, or lacks");
		}
	}

	private boolean isCompressed(int first) {
		int opcode = first & 0x0F;
		return (first & RESERVED) == FrameWriter.COMPRESSED && (opcode == TEXT || opcode == BINARY)
				&& this.receiver.takesCompressed();
	}

	private void checkSize(int opcode, long size, ByteBuf in, int headLength) {
		if (opcode < CLOSE) {
			long before = (this.fragments != null) ? this.fragments.readableBytes() : 0;
			if (before + size > this.receiver.maxMessageBytes()) {
				in.skipBytes(headLength);
				this.skip = size;
				throw new ProtocolViolationException(CloseReason.TOO_LARGE,
						"a message has at most " + this.receiver.maxMessageBytes() + " bytes");
			}
		}
	}

	private static void unmask(byte[] payload, int mask) {
		for (int i = 0; i < payload.length; i++) {
			payload[i] ^= (byte) (mask >> (24 - 8 * (i & 3)));
		}
	}

	private void accept(int first, byte[] payload) {
		switch (first & 0x0F) {
			case CLOSE -> this.receiver.closed(payload);
			case PING -> this.receiver.pinged(payload);
			case PONG -> {
			}
			default -> message(first, payload);
		}
	}

	private void message(int first, byte[] payload) {
		boolean last = (first & FINAL) != 0;
		if ((first & 0x0F) != CONTINUATION) {
			this.binary = (first & 0x0F) == BINARY;
			this.compressed = (first & FrameWriter.COMPRESSED) != 0;
		}
		ByteBuf before = this.fragments;
		if (before == null && last) {
			whole(payload);
			return;
		}
		ByteBuf message = (before != null) ? before : ByteBufAllocator.DEFAULT.heapBuffer(payload.length);
		this.fragments = message;
		message.writeBytes(payload);
		if (last) {
			byte[] bytes = ByteBufUtil.getBytes(message);
			dropFragments();
			whole(bytes);
		}
	}

	private void whole(byte[] payload) {
		byte[] bytes = this.compressed ? MessageDeflate.inflate(payload, this.receiver.maxMessageBytes()) : payload;
		if (this.binary) {
			this.receiver.receivedBinary(bytes);
		}
		else {
			this.receiver.received(MessageReader.decode(ByteBuffer.wrap(bytes)));
		}
	}

	private static ProtocolViolationException broken(String message) {
		return new ProtocolViolationException(CloseReason.PROTOCOL_ERROR, message);
	}

	/**
	 * Takes what the frames carry. What it throws ends the reading of the bytes at hand.
	 */
	public interface Receiver {

		/**
		 * Return the size of the largest message.
		 * @return the limit in bytes
		 */
		int maxMessageBytes();

		/**
		 * Return whether messages may be compressed, as {@linkplain DeflateAgreement
		 * agreed upon}.
		 * @return whether to decompress those that say so
		 */
		default boolean takesCompressed() {
			return false;
		}

		/**
		 * Return whether another frame may be read now.
		 * @return whether to go on
		 */
		boolean wantsMore();

		/**
		 * Return whether all but the client's close frame is of no interest any more.
		 * @return whether the connection is closing
		 */
		boolean isClosing();

		/**
		 * A text message has come.
		 * @param text the message
		 */
		void received(String text);

		/**
		 * A binary message has come.
		 * @param bytes the message, owned by the receiver
		 */
		void receivedBinary(byte[] bytes);

		/**
		 * A ping has come.
		 * @param payload what the pong has to repeat
		 */
		void pinged(byte[] payload);

		/**
		 * A close frame has come.
		 * @param payload its payload, not checked
		 */
		void closed(byte[] payload);

	}

}
