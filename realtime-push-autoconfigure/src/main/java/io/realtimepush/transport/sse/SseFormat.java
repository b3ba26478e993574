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

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.realtimepush.broadcast.FrameFormat;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message as one event: its type as {@code event}, its JSON as {@code data}, and as
 * {@code id} the position that the client has when it has applied it.
 */
enum SseFormat implements FrameFormat {

	/** The event alone, where the server frames the body. */
	PLAIN(false, false),

	/** The event as a chunk of the body (RFC 9112, section 7.1). */
	CHUNKED(true, false),

	/** The event as blocks of a gzip stream, where the server frames the body. */
	PLAIN_GZIP(false, true),

	/** The event as blocks of a gzip stream, as a chunk of the body. */
	CHUNKED_GZIP(true, true);

	/** {@code error} is EventSource's own event for a broken connection. */
	private static final String FAILURE = "failure";

	/** Eight hex digits and two line ends. */
	private static final int CHUNK_OVERHEAD = 12;

	private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

	private final boolean chunked;

	private final boolean gzip;

	SseFormat(boolean chunked, boolean gzip) {
		this.chunked = chunked;
		this.gzip = gzip;
	}

	/** Find the format of a stream. */
	static SseFormat of(boolean chunked, boolean gzip) {
		if (gzip) {
			return chunked ? CHUNKED_GZIP : PLAIN_GZIP;
		}
		return chunked ? CHUNKED : PLAIN;
	}

	boolean isGzip() {
		return this.gzip;
	}

	@Override
	public String transport() {
		return "sse";
	}

	@Override
	public ByteBuf encode(ServerMessage message, ByteBufAllocator allocator) {
		byte[] event = event(message);
		boolean update = message instanceof ServerMessage.Snapshot || message instanceof ServerMessage.Delta;
		byte[] content = this.gzip ? GzipBlocks.of(event, update) : event;
		return frame(content, allocator.directBuffer(content.length + CHUNK_OVERHEAD));
	}

	private static byte[] event(ServerMessage message) {
		String event = (message instanceof ServerMessage.Error) ? FAILURE : message.type();
		FlagPosition id = id(message);
		byte[] head = ("event: " + event + ((id != null) ? "\nid: " + id : "") + "\ndata: ")
			.getBytes(StandardCharsets.US_ASCII);
		byte[] json = MessageWriter.write(message);
		byte[] result = new byte[head.length + json.length + 2];
		System.arraycopy(head, 0, result, 0, head.length);
		System.arraycopy(json, 0, result, head.length, json.length);
		result[result.length - 2] = '\n';
		result[result.length - 1] = '\n';
		return result;
	}

	/** Write the begin of a stream: lines that are no event. */
	ByteBuf begin(String lines, ByteBuf to) {
		return frame(begin(lines), to);
	}

	/** The begin of a stream, where the server frames the body. */
	byte[] begin(String lines) {
		byte[] content = lines.getBytes(StandardCharsets.US_ASCII);
		return this.gzip ? GzipBlocks.begin(content) : content;
	}

	private ByteBuf frame(byte[] content, ByteBuf to) {
		if (!this.chunked) {
			return to.writeBytes(content);
		}
		to.writeCharSequence(Integer.toHexString(content.length) + "\r\n", StandardCharsets.US_ASCII);
		return to.writeBytes(content).writeByte('\r').writeByte('\n');
	}

	/** What ends a body of chunks. */
	static ByteBuf lastChunk(ByteBufAllocator allocator) {
		return allocator.directBuffer(LAST_CHUNK.length).writeBytes(LAST_CHUNK);
	}

	/** Never a position that the client has not been brought to. */
	private static @Nullable FlagPosition id(ServerMessage message) {
		if (message instanceof ServerMessage.Delta delta) {
			return delta.delta().to();
		}
		if (message instanceof ServerMessage.Snapshot snapshot) {
			return snapshot.snapshot().position();
		}
		if (message instanceof ServerMessage.Version version) {
			return version.position();
		}
		return (message instanceof ServerMessage.Welcome welcome) ? welcome.resumed() : null;
	}

}
