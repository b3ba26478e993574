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

/**
 * The payload of a frame, where the web server makes the frame.
 *
 * @param encoding how the message is written
 */
record PayloadFormat(MessageEncoding encoding) implements FrameFormat {

	@Override
	public String transport() {
		return WebSocketFormat.TRANSPORT;
	}

	@Override
	public ByteBuf encode(ServerMessage message, ByteBufAllocator allocator) {
		byte[] payload = this.encoding.write(message);
		return allocator.directBuffer(payload.length).writeBytes(payload);
	}

}
