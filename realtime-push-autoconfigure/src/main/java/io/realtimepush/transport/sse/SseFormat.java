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
final class SseFormat implements FrameFormat {

	static final SseFormat INSTANCE = new SseFormat();

	/** {@code error} is EventSource's own event for a broken connection. */
	private static final String FAILURE = "failure";

	private SseFormat() {
	}

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
		ByteBuf frame = allocator.directBuffer(head.length() + json.length + 2);
		frame.writeCharSequence(head, StandardCharsets.US_ASCII);
		return frame.writeBytes(json).writeByte('\n').writeByte('\n');
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
