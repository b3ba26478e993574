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

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

import io.netty.util.concurrent.FastThreadLocal;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ProtocolViolationException;
import org.jspecify.annotations.Nullable;

/**
 * Raw DEFLATE (RFC 1951) of single messages. Each message is compressed for itself and
 * ends at a byte, so what was compressed once can be sent to many, each within a stream
 * of its own, and neither end keeps anything between two messages.
 * <p>
 * Safe for use by many threads: there is one compressor and one decompressor for each
 * thread that needs them, an event loop most often.
 *
 * @since 0.1.0
 */
public final class MessageDeflate {

	/**
	 * Ends what was compressed (RFC 7692, section 7.2.1): an empty block without
	 * compression, less its first bits. A WebSocket leaves it out.
	 */
	private static final byte[] END = { 0, 0, (byte) 0xFF, (byte) 0xFF };

	/** Length of the end in bytes. */
	public static final int END_LENGTH = END.length;

	private static final int CHUNK = 8192;

	private static final FastThreadLocal<Deflater> DEFLATERS = new FastThreadLocal<>() {

		@Override
		protected Deflater initialValue() {
			return new Deflater(Deflater.DEFAULT_COMPRESSION, true);
		}

		@Override
		protected void onRemoval(Deflater deflater) {
			deflater.end();
		}

	};

	private static final FastThreadLocal<Inflater> INFLATERS = new FastThreadLocal<>() {

		@Override
		protected Inflater initialValue() {
			return new Inflater(true);
		}

		@Override
		protected void onRemoval(Inflater inflater) {
			inflater.end();
		}

	};

	private MessageDeflate() {
	}

	/**
	 * Compress a message.
	 * @param message the message
	 * @param max the most bytes that are of use
	 * @return the compressed message with its end, or {@code null} if it is longer than
	 * that
	 */
	public static byte @Nullable [] deflate(byte[] message, int max) {
		Deflater deflater = DEFLATERS.get();
		deflater.reset();
		deflater.setInput(message);
		// Room that is left shows that this is all
		byte[] out = new byte[Math.max(max, 0) + 1];
		int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
		return (length < out.length) ? Arrays.copyOf(out, length) : null;
	}

	/**
	 * Decompress a message.
	 * @param compressed the compressed message without its end
	 * @param max the largest message in bytes
	 * @return the message
	 * @throws ProtocolViolationException if it is larger, or was not compressed this way
	 */
	public static byte[] inflate(byte[] compressed, int max) {
		Inflater inflater = INFLATERS.get();
		byte[] in = Arrays.copyOf(compressed, compressed.length + END_LENGTH);
		System.arraycopy(END, 0, in, compressed.length, END_LENGTH);
		try {
			return inflate(inflater, in, max);
		}
		catch (DataFormatException ex) {
			throw new ProtocolViolationException(CloseReason.NOT_UTF8, "message is not compressed with DEFLATE");
		}
		finally {
			inflater.reset();
		}
	}

	private static byte[] inflate(Inflater inflater, byte[] in, int max) throws DataFormatException {
		ByteArrayOutputStream message = new ByteArrayOutputStream();
		byte[] chunk = new byte[Math.min(CHUNK, max + 1)];
		inflater.setInput(in);
		while (true) {
			int length = inflater.inflate(chunk);
			if (message.size() + length > max) {
				throw new ProtocolViolationException(CloseReason.TOO_LARGE,
						"a message has at most " + max + " bytes when it is decompressed");
			}
			message.write(chunk, 0, length);
			if (inflater.finished() && inflater.getRemaining() > 0) {
				// A last block, behind which another stream begins (RFC 7692, 7.2.3.4)
				int rest = inflater.getRemaining();
				inflater.reset();
				inflater.setInput(in, in.length - rest, rest);
			}
			else if (length == 0) {
				return message.toByteArray();
			}
		}
	}

}
