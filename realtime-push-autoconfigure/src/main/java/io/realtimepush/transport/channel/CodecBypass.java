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
import java.util.function.Supplier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Lets a handler see the bytes of a connection before the HTTP codec does, while the web
 * server goes on serving it. It can be done where a channel could be handed over, unless
 * the server looks at each request by itself: for its access log, its meters, or to find
 * connections that are idle.
 *
 * @since 0.1.0
 */
public final class CodecBypass {

	static final String HANDLER = "realtimepush.codecBypass";

	private static final List<String> LOOK_AT_REQUESTS = List.of(NettyPipeline.AccessLogHandler,
			NettyPipeline.HttpMetricsHandler, NettyPipeline.IdleTimeoutHandler);

	private final Channel channel;

	private final String uri;

	private final HttpHeaders headers;

	private CodecBypass(Channel channel, HttpServerRequest request) {
		this.channel = channel;
		this.uri = request.uri();
		this.headers = request.requestHeaders();
	}

	/**
	 * Return the handler that was put before the codec of a connection.
	 * @param <T> the type of the handler
	 * @param response the response of an exchange that goes on
	 * @param type the type of the handler
	 * @return the handler, or {@code null} if there is none
	 */
	public static <T extends ChannelHandler> @Nullable T find(ServerHttpResponse response, Class<T> type) {
		Channel channel = NativeResponse.channel(response);
		return (channel != null) ? channel.pipeline().get(type) : null;
	}

	/**
	 * Find out whether a handler can be put before the codec of a connection.
	 * @param request the request of an exchange that goes on
	 * @param response its response
	 * @return the way to do so, or {@code null} if there is none
	 */
	public static @Nullable CodecBypass of(ServerHttpRequest request, ServerHttpResponse response) {
		ChannelHandOver handOver = ChannelHandOver.of(request, response);
		if (handOver == null
				|| !(ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest served)) {
			return null;
		}
		ChannelPipeline pipeline = handOver.channel().pipeline();
		boolean lookedAt = LOOK_AT_REQUESTS.stream().anyMatch((name) -> pipeline.get(name) != null);
		return lookedAt ? null : new CodecBypass(handOver.channel(), served);
	}

	/**
	 * Return the channel.
	 * @return the channel
	 */
	public Channel channel() {
		return this.channel;
	}

	/**
	 * Return the target of the request as it came.
	 * @return path and query
	 */
	public String uri() {
		return this.uri;
	}

	/**
	 * Return the headers of the request as they came.
	 * @return the headers, in their order
	 */
	public HttpHeaders headers() {
		return this.headers;
	}

	/**
	 * Put a handler before the codec, if there is none yet. Called on the event loop.
	 * @param <T> the type of the handler
	 * @param type the type of the handler
	 * @param factory creates it
	 * @return the handler
	 */
	public <T extends ChannelHandler> T install(Class<T> type, Supplier<T> factory) {
		ChannelPipeline pipeline = this.channel.pipeline();
		T present = pipeline.get(type);
		if (present != null) {
			return present;
		}
		T created = factory.get();
		String first = (pipeline.get(RequestHeadTimeout.HANDLER) != null) ? RequestHeadTimeout.HANDLER
				: NettyPipeline.HttpCodec;
		pipeline.addBefore(first, HANDLER, created);
		return created;
	}

}
