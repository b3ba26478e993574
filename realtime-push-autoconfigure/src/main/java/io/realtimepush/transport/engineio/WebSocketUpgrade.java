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

package io.realtimepush.transport.engineio;

import java.util.function.Consumer;
import java.util.function.Supplier;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.realtimepush.transport.channel.ChannelHandOver;
import io.realtimepush.transport.channel.NativeResponse;
import io.realtimepush.transport.channel.ServedHandshake;
import io.realtimepush.transport.channel.WebSocketHandshake;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

/**
 * Makes WebSockets of requests: on a bare channel if the server gives its channel away,
 * else by the WebSocket support of Spring WebFlux. Compression is never agreed to.
 */
final class WebSocketUpgrade {

	private final EngineOptions options;

	private final Supplier<EventExecutor> executors;

	private final ServedHandshake handshake;

	WebSocketUpgrade(EngineOptions options, Supplier<EventExecutor> executors) {
		this.options = options;
		this.executors = executors;
		this.handshake = new ServedHandshake(options.maxPayload());
	}

	/**
	 * Upgrade, and serve the WebSocket.
	 * @param exchange the exchange, with a handshake that was checked
	 * @param home where the socket is to be served, or {@code null} if that does not
	 * matter; only channels that were handed over can be moved
	 * @param opened given the socket, on its executor
	 * @param failed run if that cannot be
	 * @return completes when the exchange has ended
	 */
	Mono<Void> perform(ServerWebExchange exchange, @Nullable EventExecutor home, Consumer<EngineSocket> opened,
			Runnable failed) {
		try {
			ChannelHandOver handOver = ChannelHandOver.of(exchange.getRequest(), exchange.getResponse());
			return (handOver != null) ? onChannel(exchange, handOver, home, opened, failed)
					: served(exchange, opened, failed);
		}
		catch (RuntimeException ex) {
			failed.run();
			throw ex;
		}
	}

	private Mono<Void> served(ServerWebExchange exchange, Consumer<EngineSocket> opened, Runnable failed) {
		Channel channel = NativeResponse.channel(exchange.getResponse());
		EventExecutor executor = (channel != null) ? channel.eventLoop() : this.executors.get();
		return this.handshake.perform(exchange,
				(session) -> new ServedSocket(executor, session, this.options).serve(opened), failed);
	}

	private Mono<Void> onChannel(ServerWebExchange exchange, ChannelHandOver handOver, @Nullable EventExecutor home,
			Consumer<EngineSocket> opened, Runnable failed) {
		WebSocketHandshake.accept(exchange, null, null);
		ChannelSocket socket = new ChannelSocket(this.options);
		Runnable opening = () -> opened.accept(socket);
		if (home instanceof EventLoop loop) {
			opening = socket::hold;
			handOver.whenEnded(() -> socket.moveTo(loop, () -> opened.accept(socket)));
		}
		Runnable first = opening;
		return handOver.perform(exchange, socket, () -> socket.begin(handOver.head(false), first), failed);
	}

}
