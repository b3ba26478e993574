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

package io.realtimepush.transport.sse;

import java.io.ByteArrayOutputStream;

import io.realtimepush.transport.channel.MessageDeflate;

/**
 * Parts of a gzip stream (RFC 1952) that are the same for all who are sent them. A stream
 * begins with a head and goes on with the blocks of one event after another, each
 * compressed for itself or stored as it is, and each ending at a byte. So an event is
 * compressed once for all, and nothing is kept for a stream; the price is that it ends
 * without its check sum, like one that broke off.
 */
final class GzipBlocks {

	/** Method DEFLATE, no flags, no time, no operating system that is known. */
	private static final byte[] HEAD = { 0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF };

	private static final int MAX_STORED = 0xFFFF;

	private GzipBlocks() {
	}

	/** Begin a stream. */
	static byte[] begin(byte[] content) {
		ByteArrayOutputStream out = new ByteArrayOutputStream(HEAD.length + content.length + 5);
		out.writeBytes(HEAD);
		store(content, out);
		return out.toByteArray();
	}

	/**
	 * Go on with an event.
	 * @param event the event
	 * @param compress whether to compress it if that gains
	 */
	static byte[] of(byte[] event, boolean compress) {
		byte[] compressed = compress ? MessageDeflate.deflate(event, event.length) : null;
		if (compressed != null) {
			return compressed;
		}
		ByteArrayOutputStream out = new ByteArrayOutputStream(event.length + 5);
		store(event, out);
		return out.toByteArray();
	}

	/** Blocks without compression (RFC 1951, section 3.2.4). */
	private static void store(byte[] content, ByteArrayOutputStream out) {
		for (int start = 0; start < content.length; start += MAX_STORED) {
			int length = Math.min(content.length - start, MAX_STORED);
			out.write(0);
			writeShort(length, out);
			writeShort(~length, out);
			out.write(content, start, length);
		}
	}

	private static void writeShort(int value, ByteArrayOutputStream out) {
		out.write(value);
		out.write(value >> 8);
	}

}
