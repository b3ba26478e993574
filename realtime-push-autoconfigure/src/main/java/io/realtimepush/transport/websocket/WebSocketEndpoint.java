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

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.PushConnection;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushRequest;
import io.realtimepush.session.PushSession;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.channel.ChannelHandOver;
import io.realtimepush.transport.channel.CloseFrame;
import io.realtimepush.transport.channel.DeflateAgreement;
import io.realtimepush.transport.channel.VanishedPeers;
import io.realtimepush.transport.channel.WebSocketHandshake;
import io.realtimepush.transport.http.PushEndpoint;
import io.realtimepush.transport.http.PushRequestReader;
import io.realtimepush.transport.stream.StreamExecutors;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Serves WebSockets. The handshake goes through WebFlux, with all its filters.
 *
 * @since 0.1.0
 */
public final class WebSocketEndpoint implements PushEndpoint {

	private final Subprotocols subprotocols = new Subprotocols();

	private final PushHandler handler;

	private final Broadcaster broadcaster;

	private final ServedWebSocket served;

	private final int maxMessageBytes;

	private final boolean compress;

	/** One of each, because each connection holds one. */
	private final Map<WebSocketFormat, WebSocketFormat> formats = new ConcurrentHashMap<>();

	/**
	 * Create the endpoint.
	 * @param handler opens the sessions
	 * @param broadcaster writes to them
	 * @param executors run the connections of servers without event loops
	 * @param maxMessageBytes largest message of a client
	 * @param compress whether messages are compressed for clients that offer it
	 */
	public WebSocketEndpoint(PushHandler handler, Broadcaster broadcaster, StreamExecutors executors,
			int maxMessageBytes, boolean compress) {
		this.handler = handler;
		this.broadcaster = broadcaster;
		this.served = new ServedWebSocket(broadcaster, executors, this.subprotocols, maxMessageBytes);
		this.maxMessageBytes = maxMessageBytes;
		this.compress = compress;
	}

	@Override
	public String name() {
		return "ws";
	}

	@Override
	public HttpMethod method() {
		return HttpMethod.GET;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		String refusal = WebSocketHandshake.refusal(exchange);
		if (refusal != null) {
			throw new SessionRejectedException(CloseReason.BAD_REQUEST, refusal);
		}
		return Mono.defer(() -> {
			PushRequest request = PushRequestReader.of(exchange.getRequest()).read("websocket");
			return (request.credential() != null) ? open(exchange, request) : expectHello(exchange, request);
		}).onErrorResume((ex) -> refuse(exchange, ex));
	}

	private Mono<Void> open(ServerWebExchange exchange, PushRequest request) {
		return this.handler.login(request)
			.flatMap((login) -> upgrade(exchange, login.heartbeat(),
					(connection) -> this.handler.open(login, connection), login::close));
	}

	private Mono<Void> expectHello(ServerWebExchange exchange, PushRequest request) {
		int heartbeat = this.handler.settings().heartbeatFor(request.heartbeat());
		return this.handler.expectHello(request)
			.flatMap((login) -> upgrade(exchange, heartbeat, (connection) -> this.handler.open(login, connection),
					login::close));
	}

	private Mono<Void> upgrade(ServerWebExchange exchange, int heartbeat, Function<PushConnection, PushSession> opener,
			Runnable failed) {
		try {
			return perform(exchange, heartbeat, opener, failed);
		}
		catch (RuntimeException ex) {
			failed.run();
			throw ex;
		}
	}

	private Mono<Void> perform(ServerWebExchange exchange, int heartbeat, Function<PushConnection, PushSession> opener,
			Runnable failed) {
		ChannelHandOver handOver = ChannelHandOver.of(exchange.getRequest(), exchange.getResponse());
		if (handOver == null) {
			return this.served.serve(exchange, (connection) -> connection.attach(opener.apply(connection)), failed);
		}
		WebSocketConnection connection = accept(exchange);
		return handOver.perform(exchange, connection, () -> {
			VanishedPeers.detect(handOver.channel(), heartbeat);
			connection.begin(handOver.head(false), () -> connection.attach(opener.apply(connection)));
		}, failed);
	}

	private WebSocketConnection accept(ServerWebExchange exchange) {
		String subprotocol = WebSocketHandshake.subprotocol(exchange, this.subprotocols.names());
		DeflateAgreement deflate = this.compress ? DeflateAgreement.of(exchange.getRequest().getHeaders()) : null;
		WebSocketHandshake.accept(exchange, subprotocol, deflate);
		WebSocketFormat format = WebSocketFormat.of(this.subprotocols.encoding(subprotocol), deflate);
		return new WebSocketConnection(this.broadcaster, this.formats.computeIfAbsent(format, (same) -> same),
				this.maxMessageBytes);
	}

	/**
	 * A browser cannot see the HTTP status of a refused upgrade, so it is let in and told
	 * by the close code.
	 */
	private Mono<Void> refuse(ServerWebExchange exchange, Throwable ex) {
		boolean browser = exchange.getRequest().getHeaders().getOrigin() != null;
		if (!browser || exchange.getResponse().isCommitted()
				|| DisconnectedClientHelper.isClientDisconnectedException(ex)) {
			return Mono.error(ex);
		}
		SessionRejectedException rejected = this.handler.rejection(ex);
		CloseReason reason = rejected.closeReason();
		String text = String.valueOf(rejected.getMessage());
		ChannelHandOver handOver = ChannelHandOver.of(exchange.getRequest(), exchange.getResponse());
		if (handOver == null) {
			return this.served.refuse(exchange, new CloseStatus(reason.closeCode(), CloseFrame.cut(text)));
		}
		WebSocketConnection connection = accept(exchange);
		return handOver.perform(exchange, connection,
				() -> connection.begin(handOver.head(false), () -> connection.close(reason, text)), () -> {
				});
	}

}
