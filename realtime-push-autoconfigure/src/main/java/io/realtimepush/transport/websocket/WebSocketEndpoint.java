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

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.netty.channel.Channel;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushRequest;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.channel.NativeResponse;
import io.realtimepush.transport.channel.VanishedPeers;
import io.realtimepush.transport.http.PushEndpoint;
import io.realtimepush.transport.http.PushRequestReader;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.WebsocketServerSpec;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;

/**
 * Serves WebSockets. The handshake goes through WebFlux, with all its filters.
 *
 * @since 0.1.0
 */
public final class WebSocketEndpoint implements PushEndpoint {

	/**
	 * The subprotocol that is answered when a client offers it.
	 */
	public static final String SUBPROTOCOL = "realtime-push.v1";

	private final PushHandler handler;

	private final Broadcaster broadcaster;

	private final WebsocketServerSpec plain;

	private final WebsocketServerSpec withSubprotocol;

	private final int maxMessageBytes;

	/**
	 * Create the endpoint.
	 * @param handler opens the sessions
	 * @param broadcaster writes to them
	 * @param maxMessageBytes largest message of a client
	 */
	public WebSocketEndpoint(PushHandler handler, Broadcaster broadcaster, int maxMessageBytes) {
		this.handler = handler;
		this.broadcaster = broadcaster;
		this.maxMessageBytes = maxMessageBytes;
		// Pings that Reactor Netty answers would fill the buffer of a client that does
		// not read
		this.plain = WebsocketServerSpec.builder()
			.maxFramePayloadLength(maxMessageBytes)
			.handlePing(true)
			.compress(false)
			.build();
		this.withSubprotocol = WebsocketServerSpec.builder()
			.protocols(SUBPROTOCOL)
			.maxFramePayloadLength(maxMessageBytes)
			.handlePing(true)
			.compress(false)
			.build();
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
		HttpHeaders headers = exchange.getRequest().getHeaders();
		if (!isUpgrade(headers)) {
			throw new SessionRejectedException(CloseReason.BAD_REQUEST, "this endpoint expects a WebSocket upgrade");
		}
		return Mono.defer(() -> {
			PushRequest request = PushRequestReader.of(exchange.getRequest()).read("websocket");
			return (request.credential() != null) ? open(exchange, request) : expectHello(exchange, request);
		}).onErrorResume((ex) -> refuse(exchange, ex));
	}

	/** What lacks is not told by the server: without a version it guesses a draft. */
	private static boolean isUpgrade(HttpHeaders headers) {
		String key = headers.getFirst("Sec-WebSocket-Key");
		return "websocket".equalsIgnoreCase(headers.getUpgrade())
				&& headers.getConnection().stream().anyMatch("upgrade"::equalsIgnoreCase) && key != null
				&& !key.isBlank() && headers.getFirst("Sec-WebSocket-Version") != null;
	}

	private Mono<Void> open(ServerWebExchange exchange, PushRequest request) {
		return this.handler.login(request).flatMap((login) -> upgrade(exchange, (connection) -> {
			VanishedPeers.detect(connection.socket(), login.heartbeat());
			connection.attach(this.handler.open(login, connection));
		}, login::close));
	}

	private Mono<Void> expectHello(ServerWebExchange exchange, PushRequest request) {
		return this.handler.expectHello(request).flatMap((login) -> upgrade(exchange, (connection) -> {
			VanishedPeers.detect(connection.socket(), this.handler.settings().heartbeatFor(request.heartbeat()));
			connection.attach(this.handler.open(login, connection));
		}, login::close));
	}

	private Mono<Void> upgrade(ServerWebExchange exchange, Consumer<WebSocketConnection> opener, Runnable failed) {
		AtomicBoolean opened = new AtomicBoolean();
		// The commit actions of filters run first, as for any other answer
		return exchange.getResponse()
			.setComplete()
			.then(Mono.defer(() -> NativeResponse.of(exchange.getResponse()).sendWebsocket((in, out) -> {
				Channel[] channel = new Channel[1];
				in.withConnection((connection) -> channel[0] = connection.channel());
				WebSocketConnection connection = new WebSocketConnection(this.broadcaster, channel[0]);
				opened.set(true);
				// After a login that had to wait this is another thread, and the HTTP
				// codec may
				// still be there: what has been queued on the event loop removes it first
				connection.executor().execute(() -> {
					opener.accept(connection);
					in.aggregateFrames(this.maxMessageBytes).receiveFrames().subscribe(connection.inbound());
					channel[0].closeFuture().addListener((future) -> connection.disconnected());
				});
				return connection.ended();
			}, spec(exchange))))
			.doFinally((signal) -> {
				if (!opened.get()) {
					failed.run();
				}
			});
	}

	/**
	 * Reactor Netty serves nobody who offers none of the subprotocols it is told to
	 * answer.
	 */
	private WebsocketServerSpec spec(ServerWebExchange exchange) {
		List<String> offered = exchange.getRequest().getHeaders().getOrEmpty("Sec-WebSocket-Protocol");
		boolean known = offered.stream()
			.flatMap((header) -> Arrays.stream(header.split(",")))
			.anyMatch((name) -> name.trim().equals(SUBPROTOCOL));
		return known ? this.withSubprotocol : this.plain;
	}

	/**
	 * A browser cannot see the HTTP status of a refused upgrade, so it is let in and told
	 * by the close code.
	 */
	private Mono<Void> refuse(ServerWebExchange exchange, Throwable ex) {
		boolean browser = exchange.getRequest().getHeaders().getOrigin() != null;
		if (!browser || exchange.getResponse().isCommitted()) {
			return Mono.error(ex);
		}
		SessionRejectedException rejected = this.handler.rejection(ex);
		return exchange.getResponse()
			.setComplete()
			.then(Mono.defer(
					() -> NativeResponse.of(exchange.getResponse())
						.sendWebsocket(
								(in, out) -> out.sendClose(rejected.closeReason().closeCode(),
										WebSocketConnection.cut(String.valueOf(rejected.getMessage()))),
								spec(exchange))));
	}

}
