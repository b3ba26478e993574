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

package io.realtimepush.transport.longpoll;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.realtimepush.broadcast.FrameFormat;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.transport.http.JsonFormat;

/**
 * A message as the answer to a poll: what the head of the HTTP response says of the body,
 * and the body. The rest of the head differs from client to client. A frame starts with
 * the length of the head, in two bytes.
 */
enum PollFormat implements FrameFormat {

	/** Plain JSON. */
	PLAIN(JsonFormat.PLAIN),

	/** JSON compressed with gzip, unless it is too small to gain. */
	GZIP(JsonFormat.GZIP);

	private static final int MAX_HEAD = 128;

	private final JsonFormat body;

	PollFormat(JsonFormat body) {
		this.body = body;
	}

	static PollFormat of(JsonFormat body) {
		return (body == JsonFormat.GZIP) ? GZIP : PLAIN;
	}

	@Override
	public String transport() {
		return this.body.transport();
	}

	@Override
	public ByteBuf encode(ServerMessage message, ByteBufAllocator allocator) {
		ByteBuf json = this.body.encode(message, allocator);
		try {
			String head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + json.readableBytes()
					+ "\r\n" + (JsonFormat.isCompressed(json) ? "content-encoding: gzip\r\n" : "");
			ByteBuf frame = allocator.directBuffer(2 + MAX_HEAD + json.readableBytes());
			frame.writeShort(head.length());
			frame.writeCharSequence(head, StandardCharsets.US_ASCII);
			return frame.writeBytes(json);
		}
		finally {
			json.release();
		}
	}

	/** Return the index behind the head of a frame, which is where the body begins. */
	static int bodyIndex(ByteBuf frame) {
		return frame.readerIndex() + 2 + frame.getUnsignedShort(frame.readerIndex());
	}

}
