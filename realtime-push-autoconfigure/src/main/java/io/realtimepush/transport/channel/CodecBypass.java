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

import java.util.function.Supplier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

import org.springframework.http.server.reactive.ServerHttpRequest;
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

	private CodecBypass() {
	}

	/**
	 * Return the handler that was put before the codec of a connection.
	 * @param <T> the type of the handler
	 * @param response the response of an exchange
	 * @param type the type of the handler
	 * @return the handler, or {@code null} if there is none
	 */
	public static <T extends ChannelHandler> @Nullable T find(ServerHttpResponse response, Class<T> type) {
		Channel channel = NativeResponse.channel(response);
		return (channel != null) ? channel.pipeline().get(type) : null;
	}

	/**
	 * Put a handler before the codec, if there is none yet.
	 * @param <T> the type of the handler
	 * @param request the request of an exchange
	 * @param response its response
	 * @param type the type of the handler
	 * @param factory creates it
	 * @return the handler, or {@code null} if there can be none
	 */
	public static <T extends ChannelHandler> @Nullable T install(ServerHttpRequest request, ServerHttpResponse response,
			Class<T> type, Supplier<T> factory) {
		T present = find(response, type);
		if (present != null) {
			return present;
		}
		ChannelHandOver handOver = ChannelHandOver.of(request, response);
		if (handOver == null) {
			return null;
		}
		ChannelPipeline pipeline = handOver.channel().pipeline();
		if (pipeline.get(NettyPipeline.AccessLogHandler) != null
				|| pipeline.get(NettyPipeline.HttpMetricsHandler) != null
				|| pipeline.get(NettyPipeline.IdleTimeoutHandler) != null) {
			return null;
		}
		T created = factory.get();
		String first = (pipeline.get(RequestHeadTimeout.HANDLER) != null) ? RequestHeadTimeout.HANDLER
				: NettyPipeline.HttpCodec;
		pipeline.addBefore(first, HANDLER, created);
		return created;
	}

}
