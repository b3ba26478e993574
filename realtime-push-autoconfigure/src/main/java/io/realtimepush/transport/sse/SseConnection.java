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
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.broadcast.ChannelConnection;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * An event stream. Its head is written through WebFlux; events are written to the channel
 * as chunks of the body, which ends when the session does.
 */
final class SseConnection extends ChannelConnection {

	/** Time for the socket to take the rest of the stream. */
	private static final int GOODBYE_SECONDS = 2;

	private final Sinks.Empty<Void> ended = Sinks.empty();

	private boolean gone;

	SseConnection(Broadcaster broadcaster, Channel channel) {
		super(broadcaster, SseFormat.INSTANCE, channel);
	}

	@Override
	protected Object message(ByteBuf frame) {
		return new DefaultHttpContent(frame);
	}

	Channel socket() {
		return channel();
	}

	/** Completes when the body has to end. */
	Mono<Void> ended() {
		return this.ended.asMono();
	}

	@Override
	public void close(CloseReason reason, @Nullable String detail) {
		send(new ServerMessage.Closed(reason, null));
		this.ended.tryEmitEmpty();
		if (!isReady()) {
			channel().eventLoop().schedule(() -> channel().close(), GOODBYE_SECONDS, TimeUnit.SECONDS);
		}
	}

	/** Whether the exchange is over, so that no session can be opened any more. */
	boolean isGone() {
		return this.gone;
	}

	void disconnected() {
		this.gone = true;
		endSession();
		this.ended.tryEmitEmpty();
	}

}
