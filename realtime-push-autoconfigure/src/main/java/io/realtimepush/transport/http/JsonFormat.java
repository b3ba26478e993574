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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.realtimepush.broadcast.FrameFormat;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.protocol.ServerMessage;

import org.springframework.http.HttpHeaders;

/**
 * A message as the body of an HTTP answer, plain or compressed. What is compressed is
 * compressed once for all who are sent it.
 *
 * @since 0.1.0
 */
public enum JsonFormat implements FrameFormat {

	/**
	 * Plain JSON.
	 */
	PLAIN,

	/**
	 * JSON compressed with gzip, unless it is too small to gain.
	 */
	GZIP;

	/** Smaller messages fit into one packet anyway. */
	private static final int MIN_GZIP_SIZE = 1024;

	/** First bytes of gzip (RFC 1952), which no JSON starts with. */
	private static final int GZIP_MAGIC = 0x1f8b;

	/**
	 * Choose a format.
	 * @param headers the headers of a request
	 * @return {@link #GZIP} if the request accepts it
	 */
	public static JsonFormat of(HttpHeaders headers) {
		List<String> accepted = headers.getOrEmpty(HttpHeaders.ACCEPT_ENCODING);
		for (String encoding : String.join(",", accepted).toLowerCase(Locale.ROOT).split(",")) {
			String[] parts = encoding.trim().split("\\s*;\\s*q\\s*=\\s*", 2);
			if (parts[0].equals("gzip") && (parts.length == 1 || !parts[1].matches("0(\\.0*)?"))) {
				return GZIP;
			}
		}
		return PLAIN;
	}

	@Override
	public String transport() {
		return "long-poll";
	}

	@Override
	public ByteBuf encode(ServerMessage message, ByteBufAllocator allocator) {
		byte[] json = MessageWriter.write(message);
		byte[] body = (this == GZIP && json.length >= MIN_GZIP_SIZE) ? compress(json) : json;
		return allocator.directBuffer(body.length).writeBytes(body);
	}

	private static byte[] compress(byte[] json) {
		ByteArrayOutputStream out = new ByteArrayOutputStream(json.length / 4);
		try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
			gzip.write(json);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return out.toByteArray();
	}

	/**
	 * Set the headers that describe a body.
	 * @param body an encoded message
	 * @param headers the headers of the answer
	 */
	public static void describe(ByteBuf body, HttpHeaders headers) {
		headers.setContentLength(body.readableBytes());
		if (isCompressed(body)) {
			headers.set(HttpHeaders.CONTENT_ENCODING, "gzip");
		}
	}

	/**
	 * Return whether a body is compressed.
	 * @param body an encoded message
	 * @return whether it was large enough to gain
	 */
	public static boolean isCompressed(ByteBuf body) {
		return body.readableBytes() > 2 && body.getUnsignedShort(body.readerIndex()) == GZIP_MAGIC;
	}

}
