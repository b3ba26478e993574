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

package io.realtimepush.transport.stream;

import java.util.function.Function;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Writes frames to a channel that Reactor Netty goes on serving, that of an HTTP/2 stream
 * for instance. Its own operators would take more than a hundred frames ahead.
 * <p>
 * A large frame is written in parts, because the channel of a stream tells of no progress
 * but that a part has been taken.
 *
 * @since 0.1.0
 */
public final class ChannelOutlet implements FrameOutlet {

	private static final int PART = 16 * 1024;

	private final Channel channel;

	private final Function<ByteBuf, ?> message;

	private final Runnable onComplete;

	private long parts;

	/**
	 * Create an outlet.
	 * @param channel where to write
	 * @param message makes of a frame what the pipeline of the channel expects
	 * @param onComplete run when the stream has to end
	 */
	public ChannelOutlet(Channel channel, Function<ByteBuf, ?> message, Runnable onComplete) {
		this.channel = channel;
		this.message = message;
		this.onComplete = onComplete;
	}

	@Override
	public void emit(ByteBuf frame, Runnable taken) {
		while (frame.readableBytes() > PART) {
			this.channel.write(this.message.apply(frame.readRetainedSlice(PART))).addListener((part) -> this.parts++);
		}
		this.channel.writeAndFlush(this.message.apply(frame)).addListener((last) -> {
			if (!last.isSuccess()) {
				// The peer wants no more of the stream, or there is no way to it any more
				this.channel.close();
			}
			taken.run();
		});
	}

	@Override
	public void complete() {
		this.onComplete.run();
	}

	@Override
	public void abort() {
		this.channel.close();
	}

	/**
	 * A stream of HTTP/2 or HTTP/3 has no buffer of its own, but is writable up to a
	 * limit.
	 */
	@Override
	public long progress() {
		ChannelOutboundBuffer buffer = this.channel.unsafe().outboundBuffer();
		return (buffer != null) ? 31 * buffer.totalPendingWriteBytes() + buffer.currentProgress()
				: 31 * this.parts + this.channel.bytesBeforeWritable();
	}

	@Override
	public boolean tellsOfParts() {
		return true;
	}

}
