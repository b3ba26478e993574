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

package io.realtimepush.transport.sse;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushLogin;
import io.realtimepush.session.PushRequest;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.channel.NativeResponse;
import io.realtimepush.transport.channel.VanishedPeers;
import io.realtimepush.transport.http.BodyWriter;
import io.realtimepush.transport.http.PushEndpoint;
import io.realtimepush.transport.http.PushRequestReader;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Serves event streams.
 *
 * @since 0.1.0
 */
public final class SseEndpoint implements PushEndpoint {

	/** Before an EventSource reconnects for the first time. */
	private static final Duration RETRY = Duration.ofSeconds(1);

	private final PushHandler handler;

	private final Broadcaster broadcaster;

	/**
	 * Create the endpoint.
	 * @param handler opens the sessions
	 * @param broadcaster writes to them
	 */
	public SseEndpoint(PushHandler handler, Broadcaster broadcaster) {
		this.handler = handler;
		this.broadcaster = broadcaster;
	}

	@Override
	public String name() {
		return "sse";
	}

	@Override
	public HttpMethod method() {
		return HttpMethod.GET;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		PushRequestReader reader = PushRequestReader.of(exchange.getRequest());
		FlagPosition lastEvent = lastEventId(exchange.getRequest().getHeaders());
		FlagPosition position = reader.position("position");
		PushRequest request = reader.read(name(), (lastEvent != null) ? lastEvent : position);
		return this.handler.login(request)
			.flatMap((login) -> stream(exchange, login))
			.onErrorResume(SessionRejectedException.class, (ex) -> refuse(exchange, ex));
	}

	/** One that cannot be read counts as absent: it may be of another server. */
	private static @Nullable FlagPosition lastEventId(HttpHeaders headers) {
		String id = headers.getFirst("Last-Event-ID");
		try {
			return (id != null) ? FlagPosition.parse(id) : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private Mono<Void> stream(ServerWebExchange exchange, PushLogin login) {
		ServerHttpResponse response = exchange.getResponse();
		Channel channel = NativeResponse.channel(response);
		SseConnection connection = new SseConnection(this.broadcaster, channel);
		// Subscribed to when the head has been flushed, so no event can overtake it
		Mono<DataBuffer> events = Mono.defer(() -> {
			channel.eventLoop().execute(() -> open(connection, login));
			return connection.ended().then(Mono.empty());
		});
		writeHead(response.getHeaders());
		return response.writeAndFlushWith(Flux.just(Mono.just(retry(response, RETRY)), events))
			.doFinally((signal) -> channel.eventLoop().execute(() -> {
				connection.disconnected();
				login.close();
			}));
	}

	private void open(SseConnection connection, PushLogin login) {
		if (!connection.isGone()) {
			VanishedPeers.detect(connection.socket(), login.heartbeat());
			connection.attach(this.handler.open(login, connection));
		}
	}

	private static void writeHead(HttpHeaders headers) {
		headers.setContentType(MediaType.TEXT_EVENT_STREAM);
		headers.setCacheControl("no-store");
		headers.set("X-Accel-Buffering", "no");
	}

	private static DataBuffer retry(ServerHttpResponse response, Duration delay) {
		byte[] line = ("retry: " + delay.toMillis() + "\n\n").getBytes(StandardCharsets.US_ASCII);
		return response.bufferFactory().wrap(line);
	}

	/**
	 * An EventSource stops for good on an error status. Where it should come back it is
	 * told so by an event.
	 */
	private static Mono<Void> refuse(ServerWebExchange exchange, SessionRejectedException ex) {
		CloseReason reason = ex.closeReason();
		ServerHttpResponse response = exchange.getResponse();
		boolean comeBack = reason == CloseReason.TOO_MANY || reason == CloseReason.DRAINING
				|| reason == CloseReason.NOT_READY;
		if (!comeBack || response.isCommitted()) {
			return Mono.error(ex);
		}
		Duration delay = (ex.retryAfter() != null) ? ex.retryAfter() : RETRY;
		writeHead(response.getHeaders());
		ServerMessage goAway = new ServerMessage.GoAway(reason, delay.toMillis());
		ByteBuf event = SseFormat.INSTANCE.encode(goAway, ByteBufAllocator.DEFAULT);
		return response.writeWith(Flux.just(retry(response, delay), BodyWriter.wrap(response.bufferFactory(), event)));
	}

}
