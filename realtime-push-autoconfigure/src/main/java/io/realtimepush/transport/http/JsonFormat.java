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

package io.realtimepush.transport.http;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.realtimepush.broadcast.FrameFormat;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * A message as the answer to a poll or a pull: what the head of the HTTP response says of
 * the body, and the body, plain or compressed. The rest of the head differs from client
 * to client. A frame starts with the length of the head, in two bytes. What is compressed
 * is compressed once for all who are sent it.
 *
 * @since 0.1.0
 */
public enum JsonFormat implements FrameFormat {

	/**
	 * Plain JSON.
	 */
	PLAIN(null),

	/**
	 * JSON compressed with gzip, unless it is too small to gain.
	 */
	GZIP(ContentCoding.GZIP),

	/**
	 * JSON compressed with Zstandard, unless it is too small to gain.
	 */
	ZSTD(ContentCoding.ZSTD);

	/** Smaller messages fit into one packet anyway. */
	private static final int MIN_SIZE = 1024;

	private static final int MAX_HEAD = 128;

	private final @Nullable ContentCoding coding;

	JsonFormat(@Nullable ContentCoding coding) {
		this.coding = coding;
	}

	/**
	 * Choose a format.
	 * @param headers the headers of a request
	 * @return the best that the request accepts
	 */
	public static JsonFormat of(HttpHeaders headers) {
		ContentCoding coding = AcceptEncoding.of(headers).choose(ContentCoding.ZSTD, ContentCoding.GZIP);
		if (coding == null) {
			return PLAIN;
		}
		return (coding == ContentCoding.ZSTD) ? ZSTD : GZIP;
	}

	@Override
	public String transport() {
		return "long-poll";
	}

	@Override
	public ByteBuf encode(ServerMessage message, ByteBufAllocator allocator) {
		byte[] body = body(MessageWriter.write(message));
		String head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + body.length + "\r\n"
				+ ((this.coding != null && isCompressed(body[0])) ? "content-encoding: " + this.coding.token() + "\r\n"
						: "");
		ByteBuf frame = allocator.directBuffer(2 + MAX_HEAD + body.length);
		frame.writeShort(head.length());
		frame.writeCharSequence(head, StandardCharsets.US_ASCII);
		return frame.writeBytes(body);
	}

	private byte[] body(byte[] json) {
		if (this.coding == null || json.length < MIN_SIZE) {
			return json;
		}
		byte[] compressed = this.coding.compress(json);
		return (compressed.length < json.length) ? compressed : json;
	}

	/** No coding begins as a JSON object does. */
	private static boolean isCompressed(byte first) {
		return first != '{';
	}

	/**
	 * Return where the body of a frame begins, which is behind the head.
	 * @param frame a frame
	 * @return the index of the first byte of the body
	 */
	public static int bodyIndex(ByteBuf frame) {
		return frame.readerIndex() + 2 + frame.getUnsignedShort(frame.readerIndex());
	}

	/**
	 * Set the headers that describe a body.
	 * @param body the body of a frame of this format
	 * @param headers the headers of the answer
	 */
	public void describe(ByteBuf body, HttpHeaders headers) {
		headers.setContentLength(body.readableBytes());
		if (this.coding != null && isCompressed(body.getByte(body.readerIndex()))) {
			headers.set(HttpHeaders.CONTENT_ENCODING, this.coding.token());
		}
	}

}
