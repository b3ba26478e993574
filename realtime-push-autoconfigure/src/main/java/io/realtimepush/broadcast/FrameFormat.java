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

package io.realtimepush.broadcast;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.realtimepush.protocol.ServerMessage;

/**
 * How a transport writes a message. Connections of equal formats share what is encoded,
 * so there are few of them for each transport: one for each way to write that clients may
 * choose, of a number that is known.
 *
 * @since 0.1.0
 */
public interface FrameFormat {

	/**
	 * Return the name of the transport, for meters.
	 * @return the name, such as {@code websocket}
	 */
	String transport();

	/**
	 * Encode a message as it goes over the wire.
	 * @param message the message
	 * @param allocator where to get the buffer from
	 * @return the bytes, owned by the caller
	 */
	ByteBuf encode(ServerMessage message, ByteBufAllocator allocator);

}
