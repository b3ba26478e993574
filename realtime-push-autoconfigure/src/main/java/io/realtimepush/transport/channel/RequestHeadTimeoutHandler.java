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

package io.realtimepush.transport.channel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Closes a channel on which the head of a request does not come in time. Stands before
 * the HTTP codec and sees bytes; a second handler behind the codec sees what they were.
 * The codec decodes at once what it is given, so a timer is needed only when a read has
 * left a head incomplete.
 * <p>
 * Leaves the pipeline when the codec has gone, because the connection was upgraded.
 * Confined to the event loop.
 */
final class RequestHeadTimeoutHandler extends ChannelInboundHandlerAdapter {

	private static final Log logger = LogFactory.getLog(RequestHeadTimeoutHandler.class);

	private final Duration timeout;

	/** Whether the next bytes are those of a head. */
	private boolean awaitingHead = true;

	/** Whether the read at hand has ended a request. */
	private boolean ended;

	private boolean dropped;

	private @Nullable Future<?> timer;

	RequestHeadTimeoutHandler(Duration timeout) {
		this.timeout = timeout;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext context) {
		observe(context.pipeline());
		startTimer(context);
	}

	/** Once the codec is there, look at what comes out of it. */
	private void observe(ChannelPipeline pipeline) {
		if (pipeline.get(RequestHeadTimeout.OBSERVER) == null && pipeline.get(NettyPipeline.HttpCodec) != null) {
			pipeline.addAfter(NettyPipeline.HttpCodec, RequestHeadTimeout.OBSERVER, new HeadObserver());
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		observe(context.pipeline());
		this.ended = false;
		context.fireChannelRead(message);
		// Bytes behind the end of a request in the same read do not count as its first
		if (this.awaitingHead && !this.ended && this.timer == null && !context.isRemoved()) {
			startTimer(context);
		}
	}

	private void startTimer(ChannelHandlerContext context) {
		this.timer = context.executor()
			.schedule(() -> timedOut(context), this.timeout.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void cancelTimer() {
		if (this.timer != null) {
			this.timer.cancel(false);
			this.timer = null;
		}
	}

	private void timedOut(ChannelHandlerContext context) {
		this.timer = null;
		ChannelPipeline pipeline = context.pipeline();
		if (pipeline.get(NettyPipeline.HttpCodec) == null && pipeline.get(NettyPipeline.H2OrHttp11Codec) == null) {
			leave(pipeline);
		}
		else if (this.awaitingHead) {
			logger.debug("the head of a request did not come within " + this.timeout.toMillis() + "ms, closing "
					+ context.channel());
			this.dropped = true;
			context.close();
		}
	}

	private void leave(ChannelPipeline pipeline) {
		pipeline.remove(this);
		if (pipeline.get(RequestHeadTimeout.OBSERVER) != null) {
			pipeline.remove(RequestHeadTimeout.OBSERVER);
		}
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext context) {
		cancelTimer();
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		cancelTimer();
		context.fireChannelInactive();
	}

	/**
	 * Sees heads and ends of requests.
	 */
	private final class HeadObserver extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (RequestHeadTimeoutHandler.this.dropped) {
				// What the codec makes of half a head at the end, which would be logged
				ReferenceCountUtil.release(message);
				return;
			}
			if (message instanceof HttpRequest) {
				RequestHeadTimeoutHandler.this.awaitingHead = false;
				cancelTimer();
			}
			if (message instanceof LastHttpContent) {
				RequestHeadTimeoutHandler.this.awaitingHead = true;
				RequestHeadTimeoutHandler.this.ended = true;
			}
			context.fireChannelRead(message);
		}

	}

}
