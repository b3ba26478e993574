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

import java.time.Duration;
import java.util.concurrent.Executor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushLogin;
import io.realtimepush.session.PushRequest;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.channel.ChannelHandOver;
import io.realtimepush.transport.channel.NativeResponse;
import io.realtimepush.transport.channel.VanishedPeers;
import io.realtimepush.transport.http.AcceptEncoding;
import io.realtimepush.transport.http.BodyWriter;
import io.realtimepush.transport.http.ContentCoding;
import io.realtimepush.transport.http.PushEndpoint;
import io.realtimepush.transport.http.PushRequestReader;
import io.realtimepush.transport.stream.ChannelOutlet;
import io.realtimepush.transport.stream.FrameOutlet;
import io.realtimepush.transport.stream.FrameStream;
import io.realtimepush.transport.stream.StreamExecutors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

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

	private final StreamExecutors executors;

	private final boolean compress;

	/**
	 * Create the endpoint.
	 * @param handler opens the sessions
	 * @param broadcaster writes to them
	 * @param executors run the connections of servers without event loops
	 * @param compress whether streams are compressed for clients that accept it
	 */
	public SseEndpoint(PushHandler handler, Broadcaster broadcaster, StreamExecutors executors, boolean compress) {
		this.handler = handler;
		this.broadcaster = broadcaster;
		this.executors = executors;
		this.compress = compress;
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
			.flatMap((login) -> login.use((own) -> stream(exchange, own)))
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
		ChannelHandOver handOver = ChannelHandOver.of(exchange.getRequest(), exchange.getResponse());
		SseFormat format = SseFormat.of(handOver != null, isCompressed(exchange.getRequest().getHeaders()));
		HttpHeaders headers = exchange.getResponse().getHeaders();
		writeHead(headers);
		headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
		if (format.isGzip()) {
			headers.set(HttpHeaders.CONTENT_ENCODING, ContentCoding.GZIP.token());
		}
		return (handOver != null) ? handOver(exchange, handOver, format, login) : serve(exchange, format, login);
	}

	private boolean isCompressed(HttpHeaders request) {
		return this.compress && AcceptEncoding.of(request).choose(ContentCoding.GZIP) != null;
	}

	private Mono<Void> handOver(ServerWebExchange exchange, ChannelHandOver handOver, SseFormat format,
			PushLogin login) {
		exchange.getResponse().getHeaders().setConnection("close");
		SseConnection connection = new SseConnection(this.broadcaster, format);
		return handOver.perform(exchange, connection, () -> {
			VanishedPeers.detect(handOver.channel(), login.heartbeat());
			connection.begin(format.begin(retry(RETRY), handOver.head(true)),
					() -> connection.attach(this.handler.open(login, connection)));
		}, login::close);
	}

	/** Where the server goes on serving the connection. */
	private Mono<Void> serve(ServerWebExchange exchange, SseFormat format, PushLogin login) {
		ServerHttpResponse response = exchange.getResponse();
		Channel channel = NativeResponse.channel(response);
		Executor executor = (channel != null) ? channel.eventLoop() : this.executors.next();
		Sinks.Empty<Void> completed = Sinks.empty();
		FrameStream frames = FrameStream.ofParts(executor);
		FrameOutlet outlet = (channel != null)
				? new ChannelOutlet(channel, DefaultHttpContent::new, completed::tryEmitEmpty) : frames;
		SseStream connection = new SseStream(this.broadcaster, format, executor, outlet);
		Runnable opening = () -> open(connection, login, channel);
		// Subscribed to when the head has been flushed, so no event can overtake it
		Flux<Publisher<DataBuffer>> events = (channel != null) ? Flux.defer(() -> {
			executor.execute(opening);
			return completed.asMono().thenMany(Flux.empty());
		}) : frames.asFlux(opening, connection::end)
			.map((frame) -> Mono.just(BodyWriter.wrap(response.bufferFactory(), frame)));
		Mono<DataBuffer> first = Mono.just(response.bufferFactory().wrap(format.begin(retry(RETRY))));
		return response.writeAndFlushWith(Flux.<Publisher<DataBuffer>>just(first).concatWith(events))
			.doFinally((signal) -> executor.execute(() -> {
				connection.end();
				login.close();
			}));
	}

	private void open(SseStream connection, PushLogin login, @Nullable Channel channel) {
		if (!connection.isEnded()) {
			if (channel != null) {
				VanishedPeers.detect(channel, login.heartbeat());
			}
			connection.attach(this.handler.open(login, connection));
		}
	}

	private static void writeHead(HttpHeaders headers) {
		headers.setContentType(MediaType.TEXT_EVENT_STREAM);
		headers.setCacheControl("no-store");
		headers.set("X-Accel-Buffering", "no");
	}

	private static String retry(Duration delay) {
		return "retry: " + delay.toMillis() + "\n\n";
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
		ByteBuf event = SseFormat.PLAIN.encode(goAway, ByteBufAllocator.DEFAULT);
		return response.writeWith(Flux.just(response.bufferFactory().wrap(SseFormat.PLAIN.begin(retry(delay))),
				BodyWriter.wrap(response.bufferFactory(), event)));
	}

}
