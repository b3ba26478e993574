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

import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.broadcast.ChannelConnection;
import io.realtimepush.broadcast.FrameFormat;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * An event stream whose channel was handed over. The channel serves nothing else, so it
 * is closed at the end of the stream.
 */
final class SseConnection extends ChannelConnection {

	/** Time for the socket to take the rest of the stream. */
	private static final int GOODBYE_SECONDS = 2;

	private final SseFormat format;

	SseConnection(Broadcaster broadcaster, SseFormat format) {
		super(broadcaster);
		this.format = format;
	}

	@Override
	public FrameFormat format() {
		return this.format;
	}

	/** A client that asks for more on this connection was told that it will be closed. */
	@Override
	protected void received(ByteBuf bytes) {
		bytes.release();
	}

	@Override
	public void close(CloseReason reason, @Nullable String detail) {
		send(new ServerMessage.Closed(reason, null));
		context().writeAndFlush(SseFormat.lastChunk(channel().alloc())).addListener(ChannelFutureListener.CLOSE);
		context().executor().schedule(() -> context().close(), GOODBYE_SECONDS, TimeUnit.SECONDS);
	}

}
