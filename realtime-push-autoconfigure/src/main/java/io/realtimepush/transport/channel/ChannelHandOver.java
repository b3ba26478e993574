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

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Takes the channel of an HTTP exchange away from the web server, so that a handler of
 * ours is all that reads and writes. What Reactor Netty keeps for each connection becomes
 * garbage, and a write costs no more than Netty itself.
 * <p>
 * It can be done on HTTP/1.1 over a socket, if all handlers of the pipeline are known.
 * Those that work on bytes stay in front of ours: TLS, logging, metrics, the PROXY
 * protocol. Those that serve HTTP are removed. For WebFlux and Reactor Netty the exchange
 * then ends as any other, with its filters, observations, meters and access log; what
 * they write is swallowed by our handler.
 *
 * @since 0.1.0
 */
public final class ChannelHandOver {

	private static final Log logger = LogFactory.getLog(ChannelHandOver.class);

	private static final String EXCHANGE_END = "realtimepush.exchangeEnd";

	/** Where Reactor Netty keeps what it knows of a connection. */
	private static final AttributeKey<Connection> CONNECTION = AttributeKey.valueOf("$CONNECTION");

	/** Work on bytes. */
	private static final Set<String> IN_FRONT = Set.of(NettyPipeline.ChannelMetricsHandler,
			NettyPipeline.LoggingHandler, NettyPipeline.ProxyProtocolDecoder, NettyPipeline.ProxyProtocolReader,
			NettyPipeline.ProxyLoggingHandler, NettyPipeline.SslHandler, NettyPipeline.SslLoggingHandler,
			NettyPipeline.SslReader, NettyPipeline.TlsMetricsHandler);

	/** Serve HTTP; in the order of the pipeline, with the first that sees bytes. */
	private static final List<String> HTTP = List.of(CodecBypass.HANDLER, RequestHeadTimeout.HANDLER,
			NettyPipeline.HttpCodec, RequestHeadTimeout.OBSERVER, NettyPipeline.IdleTimeoutHandler,
			NettyPipeline.CompressionHandler, NettyPipeline.HttpTrafficHandler);

	/** Look at the exchange until it has ended. */
	private static final List<String> UNTIL_END = List.of(NettyPipeline.AccessLogHandler, NettyPipeline.ErrorLogHandler,
			NettyPipeline.ReactiveBridge, EXCHANGE_END);

	/** Counts connections, so it has to see when they end. */
	private static final String COUNTS = NettyPipeline.HttpMetricsHandler;

	private final HttpServerResponse response;

	private final Channel channel;

	private Runnable whenEnded = () -> {
	};

	private ChannelHandOver(HttpServerResponse response, Channel channel) {
		this.response = response;
		this.channel = channel;
	}

	/**
	 * Find out whether the channel of an exchange can be handed over.
	 * @param request the request
	 * @param response its response
	 * @return the hand-over, or {@code null} if the server has to go on serving the
	 * channel
	 */
	public static @Nullable ChannelHandOver of(ServerHttpRequest request, ServerHttpResponse response) {
		HttpServerResponse server = NativeResponse.of(response);
		if (server == null || hasBody(request.getHeaders()) || !HttpVersion.HTTP_1_1.equals(server.version())) {
			return null;
		}
		Channel channel = NativeResponse.channel(server);
		return (channel instanceof SocketChannel && isAsExpected(channel.pipeline()))
				? new ChannelHandOver(server, channel) : null;
	}

	private static boolean hasBody(HttpHeaders headers) {
		return headers.getContentLength() > 0 || headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
	}

	private static boolean isAsExpected(ChannelPipeline pipeline) {
		boolean behindCodec = false;
		for (String name : pipeline.toMap().keySet()) {
			behindCodec |= name.equals(NettyPipeline.HttpCodec);
			boolean known = HTTP.contains(name)
					|| (behindCodec ? (UNTIL_END.contains(name) || name.equals(COUNTS)) : IN_FRONT.contains(name));
			if (!known) {
				return false;
			}
		}
		return behindCodec;
	}

	/**
	 * Return the channel.
	 * @return the channel
	 */
	public Channel channel() {
		return this.channel;
	}

	/**
	 * Have something done when the server has ended the exchange, and nothing of it is
	 * left in the pipeline.
	 * @param task run on the event loop, after the opening
	 */
	public void whenEnded(Runnable task) {
		this.whenEnded = task;
	}

	/**
	 * Commit the response, so that the app's filters have their say, and then put a
	 * handler in the place of the server.
	 * @param exchange the exchange that this hand-over is of
	 * @param handler the handler; what is left of the bytes that were read reaches it
	 * @param opening run on the event loop when the handler is in its place
	 * @param failed run if that cannot be, because the client has left
	 * @return completes when one of both has been run
	 */
	public Mono<Void> perform(ServerWebExchange exchange, ChannelHandler handler, Runnable opening, Runnable failed) {
		AtomicBoolean decided = new AtomicBoolean();
		// In a task of its own, so that the request has been read to its end
		Mono<Void> taking = Mono.create((sink) -> this.channel.eventLoop().execute(() -> {
			if (this.channel.isActive() && decided.compareAndSet(false, true)) {
				put(handler);
				open(opening);
			}
			sink.success();
		}));
		return exchange.getResponse().setComplete().then(taking).doFinally((signal) -> {
			if (decided.compareAndSet(false, true)) {
				failed.run();
			}
		});
	}

	private void open(Runnable opening) {
		try {
			opening.run();
		}
		catch (RuntimeException ex) {
			logger.error("a connection could not be opened", ex);
			this.channel.close();
		}
	}

	private void put(ChannelHandler handler) {
		ChannelPipeline pipeline = this.channel.pipeline();
		String before = (pipeline.get(NettyPipeline.HttpTrafficHandler) != null) ? NettyPipeline.HttpTrafficHandler
				: NettyPipeline.HttpCodec;
		pipeline.addAfter(before, EXCHANGE_END, new ExchangeEnd(this.whenEnded));
		pipeline.addAfter(before, null, handler);
		// From the end, so that what a decoder has left goes to our handler
		for (int i = HTTP.size() - 1; i >= 0; i--) {
			remove(pipeline, HTTP.get(i));
		}
		this.channel.config().setAutoRead(true);
	}

	private static void remove(ChannelPipeline pipeline, String name) {
		if (pipeline.get(name) != null) {
			pipeline.remove(name);
		}
	}

	/**
	 * Encode the head of the response, with whatever the app's filters have added to it.
	 * @param chunked whether the body is chunked; else there is none
	 * @return the head, owned by the caller
	 */
	public ByteBuf head(boolean chunked) {
		this.response.chunkedTransfer(chunked);
		ByteBuf head = this.channel.alloc().directBuffer(256);
		ByteBufUtil.writeAscii(head, HttpVersion.HTTP_1_1.text() + " " + this.response.status() + "\r\n");
		for (Map.Entry<String, String> header : this.response.responseHeaders()) {
			ByteBufUtil.writeUtf8(head, header.getKey() + ": " + header.getValue() + "\r\n");
		}
		return head.writeByte('\r').writeByte('\n');
	}

	/**
	 * Swallows what Reactor Netty writes when the exchange ends, and lets go of what was
	 * kept until then.
	 */
	private static final class ExchangeEnd extends ChannelOutboundHandlerAdapter {

		private final Runnable whenEnded;

		private boolean ended;

		ExchangeEnd(Runnable whenEnded) {
			this.whenEnded = whenEnded;
		}

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			ReferenceCountUtil.release(message);
			promise.trySuccess();
			// In a task, because those who wait for the promise are still at it
			if (!this.ended) {
				this.ended = true;
				context.executor().execute(() -> {
					forget(context.channel());
					this.whenEnded.run();
				});
			}
		}

		@SuppressWarnings("deprecation") // set(null) would leave the attribute itself
		private static void forget(Channel channel) {
			UNTIL_END.forEach((name) -> ChannelHandOver.remove(channel.pipeline(), name));
			channel.attr(CONNECTION).remove();
		}

	}

}
