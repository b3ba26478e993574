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

package io.realtimepush.transport.websocket;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.protocol.MessageEncoding;
import io.realtimepush.transport.channel.NativeResponse;
import io.realtimepush.transport.channel.ServedHandshake;
import io.realtimepush.transport.channel.WebSocketHandshake;
import io.realtimepush.transport.http.BodyWriter;
import io.realtimepush.transport.stream.FrameOutlet;
import io.realtimepush.transport.stream.FrameStream;
import io.realtimepush.transport.stream.StreamExecutors;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.server.ServerWebExchange;

/**
 * WebSockets whose channel cannot be handed over, by the WebSocket support of Spring
 * WebFlux and the web server.
 */
final class ServedWebSocket {

	private final Broadcaster broadcaster;

	private final StreamExecutors executors;

	private final Subprotocols subprotocols;

	private final int maxMessageBytes;

	private final ServedHandshake handshake;

	ServedWebSocket(Broadcaster broadcaster, StreamExecutors executors, Subprotocols subprotocols,
			int maxMessageBytes) {
		this.broadcaster = broadcaster;
		this.executors = executors;
		this.subprotocols = subprotocols;
		this.maxMessageBytes = maxMessageBytes;
		this.handshake = new ServedHandshake(maxMessageBytes);
	}

	/**
	 * Upgrade and serve.
	 * @param exchange the exchange
	 * @param opener opens the session, on the executor of the connection
	 * @param failed run if that cannot be
	 * @return completes when the connection has ended
	 */
	Mono<Void> serve(ServerWebExchange exchange, Consumer<WebSocketStream> opener, Runnable failed) {
		Channel channel = NativeResponse.channel(exchange.getResponse());
		return this.handshake.perform(withChosen(exchange), handler(
				(session) -> (channel != null) ? onChannel(session, channel, opener) : onStream(session, opener)),
				failed);
	}

	/** Close at once, for those who cannot see a status. */
	Mono<Void> refuse(ServerWebExchange exchange, CloseStatus status) {
		return this.handshake.perform(withChosen(exchange), handler((session) -> session.close(status)));
	}

	/** Spring does not look behind the blanks of a list. */
	private ServerWebExchange withChosen(ServerWebExchange exchange) {
		String chosen = WebSocketHandshake.subprotocol(exchange, this.subprotocols.names());
		return (chosen != null)
				? exchange.mutate().request((request) -> request.header(WebSocketHandshake.PROTOCOL, chosen)).build()
				: exchange;
	}

	private WebSocketHandler handler(WebSocketHandler delegate) {
		return new WebSocketHandler() {

			@Override
			public List<String> getSubProtocols() {
				return ServedWebSocket.this.subprotocols.names();
			}

			@Override
			public Mono<Void> handle(WebSocketSession session) {
				return delegate.handle(session);
			}

		};
	}

	/** Reactor Netty would take more than a hundred frames ahead of one stream. */
	private Mono<Void> onChannel(WebSocketSession session, Channel channel, Consumer<WebSocketStream> opener) {
		Sinks.Empty<Void> completed = Sinks.empty();
		Executor executor = channel.eventLoop();
		MessageEncoding encoding = encoding(session);
		WebSocketStream connection = new WebSocketStream(this.broadcaster, encoding, executor, new FrameOutlet() {

			@Override
			public void emit(ByteBuf frame, Runnable taken) {
				session.send(Mono.just(message(session, encoding, frame))).subscribe(null, (ex) -> taken.run(), taken);
			}

			@Override
			public void complete() {
				completed.tryEmitEmpty();
			}

			@Override
			public void abort() {
				channel.close();
			}

		}, this.maxMessageBytes,
				(payload) -> session.send(Mono.just(session.pongMessage((factory) -> factory.wrap(payload))))
					.subscribe());
		executor.execute(() -> open(session, connection, opener));
		channel.closeFuture().addListener((future) -> connection.end());
		return completed.asMono().then(Mono.defer(() -> session.close(connection.closeStatus())));
	}

	private Mono<Void> onStream(WebSocketSession session, Consumer<WebSocketStream> opener) {
		Executor executor = this.executors.next();
		FrameStream frames = FrameStream.ofFrames(executor);
		MessageEncoding encoding = encoding(session);
		WebSocketStream connection = new WebSocketStream(this.broadcaster, encoding, executor, frames,
				this.maxMessageBytes, null);
		return session
			.send(frames.asFlux(() -> open(session, connection, opener), connection::end)
				.map((frame) -> message(session, encoding, frame)))
			.then(Mono.defer(() -> session.close(connection.closeStatus())));
	}

	private static void open(WebSocketSession session, WebSocketStream connection, Consumer<WebSocketStream> opener) {
		opener.accept(connection);
		session.receive().subscribe(connection.inbound());
	}

	private MessageEncoding encoding(WebSocketSession session) {
		return this.subprotocols.encoding(session.getHandshakeInfo().getSubProtocol());
	}

	private static WebSocketMessage message(WebSocketSession session, MessageEncoding encoding, ByteBuf frame) {
		return new WebSocketMessage(encoding.isBinary() ? WebSocketMessage.Type.BINARY : WebSocketMessage.Type.TEXT,
				BodyWriter.wrap(session.bufferFactory(), frame));
	}

}
