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
	PLAIN,

	/** The event as a chunk of the body (RFC 9112, section 7.1). */
	CHUNKED;

	/** {@code error} is EventSource's own event for a broken connection. */
	private static final String FAILURE = "failure";

	/** Eight hex digits and two line ends. */
	private static final int CHUNK_OVERHEAD = 12;

	private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

	@Override
	public String transport() {
		return "sse";
	}

	@Override
	public ByteBuf encode(ServerMessage message, ByteBufAllocator allocator) {
		String event = (message instanceof ServerMessage.Error) ? FAILURE : message.type();
		FlagPosition id = id(message);
		String head = "event: " + event + ((id != null) ? "\nid: " + id : "") + "\ndata: ";
		byte[] json = MessageWriter.write(message);
		int length = head.length() + json.length + 2;
		ByteBuf frame = allocator.directBuffer(length + CHUNK_OVERHEAD);
		begin(frame, length);
		frame.writeCharSequence(head, StandardCharsets.US_ASCII);
		frame.writeBytes(json).writeByte('\n').writeByte('\n');
		return end(frame);
	}

	/** Write lines of the stream that are no event. */
	ByteBuf lines(String lines, ByteBuf to) {
		begin(to, lines.length());
		to.writeCharSequence(lines, StandardCharsets.US_ASCII);
		return end(to);
	}

	private void begin(ByteBuf frame, int length) {
		if (this == CHUNKED) {
			frame.writeCharSequence(Integer.toHexString(length) + "\r\n", StandardCharsets.US_ASCII);
		}
	}

	private ByteBuf end(ByteBuf frame) {
		return (this == CHUNKED) ? frame.writeByte('\r').writeByte('\n') : frame;
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
