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

package io.realtimepush.transport.http3;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections and those in their handshake. One more than there may be is closed,
 * and so is one that asks for nothing, because each keeps memory of the library below.
 * <p>
 * Safe for use by many threads.
 */
final class QuicConnections {

	/** {@code H3_EXCESSIVE_LOAD} of RFC 9114. */
	private static final int EXCESSIVE_LOAD = 0x107;

	/** {@code H3_NO_ERROR} of RFC 9114. */
	private static final int NO_ERROR = 0x100;

	private static final AttributeKey<Boolean> ASKED = AttributeKey.valueOf("realtimepush.asked");

	private final Http3Settings settings;

	private final AtomicInteger open = new AtomicInteger();

	private final AtomicInteger handshakes = new AtomicInteger();

	private final LongAdder refused = new LongAdder();

	QuicConnections(Http3Settings settings) {
		this.settings = settings;
	}

	int open() {
		return this.open.get();
	}

	long refused() {
		return this.refused.sum();
	}

	/** Whether so many are in their handshake that addresses have to be proved. */
	boolean isBusy() {
		return this.handshakes.get() >= this.settings.maxHandshakes();
	}

	/**
	 * Take note of a connection whose handshake begins. Called on its event loop.
	 */
	void add(Channel connection) {
		this.handshakes.incrementAndGet();
		int count = this.open.incrementAndGet();
		connection.closeFuture().addListener((closed) -> this.open.decrementAndGet());
		connection.pipeline().addLast(new Beginning());
		if (count > this.settings.maxConnections()) {
			this.refused.increment();
			// Not before it has been registered
			connection.eventLoop().execute(() -> close(connection, EXCESSIVE_LOAD));
		}
	}

	/**
	 * Take note of a request. Called on the event loop of its connection.
	 * @param stream the channel of its stream
	 */
	static void asked(Channel stream) {
		stream.parent().attr(ASKED).set(Boolean.TRUE);
	}

	private static void close(Channel connection, int error) {
		if (connection instanceof QuicChannel quic) {
			quic.close(true, error, Unpooled.EMPTY_BUFFER);
		}
	}

	/**
	 * Sees the handshake, and waits for the first request.
	 */
	private final class Beginning extends ChannelInboundHandlerAdapter {

		private boolean shaken;

		private @Nullable ScheduledFuture<?> timer;

		@Override
		public void handlerAdded(ChannelHandlerContext context) {
			this.timer = context.executor().schedule(() -> {
				if (!context.channel().hasAttr(ASKED)) {
					close(context.channel(), NO_ERROR);
				}
			}, QuicConnections.this.settings.firstRequest().toNanos(), TimeUnit.NANOSECONDS);
		}

		@Override
		public void channelActive(ChannelHandlerContext context) {
			shaken();
			context.fireChannelActive();
		}

		@Override
		public void handlerRemoved(ChannelHandlerContext context) {
			shaken();
			if (this.timer != null) {
				this.timer.cancel(false);
			}
		}

		private void shaken() {
			if (!this.shaken) {
				this.shaken = true;
				QuicConnections.this.handshakes.decrementAndGet();
			}
		}

	}

}
