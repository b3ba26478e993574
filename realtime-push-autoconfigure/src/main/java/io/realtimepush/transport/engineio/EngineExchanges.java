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

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.realtimepush.protocol.MessageReader;
import io.realtimepush.protocol.ProtocolViolationException;
import io.realtimepush.transport.channel.WebSocketHandshake;
import io.realtimepush.transport.engineio.EngineError.EngineRefusalException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.StringUtils;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;
import org.springframework.web.server.ServerWebExchange;

/**
 * Translates between HTTP and sessions.
 */
final class EngineExchanges {

	private static final Log logger = LogFactory.getLog(EngineExchanges.class);

	private static final MediaType TEXT = new MediaType("text", "plain", StandardCharsets.UTF_8);

	private static final MediaType HTML = new MediaType("text", "html");

	private static final String VERSION = "4";

	private static final char SEPARATOR = '\u001E';

	/** Time for what is left of a request that is refused. */
	private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

	private final EngineServer server;

	private final EngineOptions options;

	/** Time for a body: no longer than a client may be silent. */
	private final Duration bodyTimeout;

	private final WebSocketUpgrade upgrade;

	private final DefaultCorsProcessor cors = new DefaultCorsProcessor();

	EngineExchanges(EngineServer server) {
		this.server = server;
		this.options = server.options();
		this.bodyTimeout = this.options.pingInterval().plus(this.options.pingTimeout());
		this.upgrade = new WebSocketUpgrade(this.options, server::anyExecutor);
	}

	Mono<Void> handle(ServerWebExchange exchange) {
		CorsConfiguration allowed = this.options.cors();
		if (allowed != null) {
			boolean goOn = this.cors.process(allowed, exchange);
			if (!goOn || CorsUtils.isPreFlightRequest(exchange.getRequest())) {
				return exchange.getResponse().setComplete();
			}
		}
		return Mono.defer(() -> serve(exchange))
			.onErrorResume((ex) -> drain(exchange, ex).then(Mono.defer(() -> refuse(exchange, ex))));
	}

	private Mono<Void> serve(ServerWebExchange exchange) {
		EngineTransport transport = EngineTransport.of(parameter(exchange, "transport"));
		if (transport == null || !this.options.transports().contains(transport)) {
			throw EngineError.UNKNOWN_TRANSPORT.refusal();
		}
		String id = parameter(exchange, "sid");
		EngineSession session = (id != null) ? this.server.session(id) : null;
		if (id != null && session == null) {
			throw EngineError.UNKNOWN_SESSION.refusal();
		}
		HttpMethod method = exchange.getRequest().getMethod();
		if (session == null && method != HttpMethod.GET) {
			throw EngineError.BAD_HANDSHAKE_METHOD.refusal();
		}
		if (!VERSION.equals(parameter(exchange, "EIO"))) {
			throw EngineError.UNSUPPORTED_VERSION.refusal();
		}
		if (session == null && !this.server.takesSessions()) {
			throw EngineError.UNAVAILABLE.refusal();
		}
		return (transport == EngineTransport.WEBSOCKET) ? upgrade(exchange, session) : poll(exchange, session, method);
	}

	private static @Nullable String parameter(ServerWebExchange exchange, String name) {
		String value = exchange.getRequest().getQueryParams().getFirst(name);
		return StringUtils.hasLength(value) ? value : null;
	}

	private Mono<Void> upgrade(ServerWebExchange exchange, @Nullable EngineSession session) {
		if (WebSocketHandshake.refusal(exchange) != null) {
			throw EngineError.BAD_REQUEST.refusal();
		}
		if (session == null) {
			EngineHandshake handshake = EngineHandshake.of(exchange.getRequest());
			EngineTicket ticket = this.server.admit(handshake);
			return this.upgrade.perform(exchange, null, (socket) -> this.server.open(socket, handshake, ticket),
					ticket::giveBack);
		}
		return this.upgrade.perform(exchange, session.carrier(), (socket) -> {
			socket.attach(session);
			session.execute(() -> session.probe(socket));
		}, () -> {
		});
	}

	private Mono<Void> poll(ServerWebExchange exchange, @Nullable EngineSession session, HttpMethod method) {
		if (session == null) {
			return reply((reply) -> this.server.open(exchange, reply))
				.flatMap((payload) -> write(exchange, TEXT, payload));
		}
		if (method == HttpMethod.POST) {
			return post(exchange, session);
		}
		if (method != HttpMethod.GET) {
			throw EngineError.BAD_REQUEST.refusal();
		}
		Mono<byte[]> payload = Mono.create((sink) -> {
			Reply reply = new Reply(sink);
			sink.onCancel(() -> session.execute(() -> session.withPolls((polls) -> polls.cancelled(reply))));
			session.execute(() -> session.request(reply, (polls) -> polls.poll(reply)));
		});
		return payload.flatMap((bytes) -> write(exchange, TEXT, bytes));
	}

	private static Mono<byte[]> reply(Consumer<Reply> asking) {
		return Mono.create((sink) -> asking.accept(new Reply(sink)));
	}

	private Mono<Void> post(ServerWebExchange exchange, EngineSession session) {
		if (exchange.getRequest().getHeaders().getContentLength() > this.options.maxPayload()) {
			throw EngineError.TOO_LARGE.refusal();
		}
		return reply((reply) -> session.execute(() -> session.request(reply, (polls) -> polls.beginPost(reply))))
			.flatMap((begun) -> read(exchange, session))
			.flatMap((packets) -> reply(
					(reply) -> session.execute(() -> session.request(reply, (polls) -> polls.post(packets, reply)))))
			.flatMap((answer) -> write(exchange, HTML, answer));
	}

	private Mono<List<EnginePacket>> read(ServerWebExchange exchange, EngineSession session) {
		return DataBufferUtils.join(exchange.getRequest().getBody(), this.options.maxPayload())
			.map((buffer) -> decode(exchange, buffer))
			.switchIfEmpty(Mono.error(() -> EnginePacket.malformed("a body is empty")))
			.timeout(this.bodyTimeout)
			.doOnError(TimeoutException.class, (ex) -> endConnection(exchange))
			.doOnCancel(() -> end(session, EngineCloseReason.TRANSPORT_CLOSE))
			.onErrorMap((ex) -> failed(session, ex));
	}

	private static List<EnginePacket> decode(ServerWebExchange exchange, DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		if (MediaType.APPLICATION_OCTET_STREAM.equals(exchange.getRequest().getHeaders().getContentType())) {
			throw EnginePacket.malformed("binary packets are Base64 in this version of the protocol");
		}
		String payload = MessageReader.decode(ByteBuffer.wrap(bytes));
		List<EnginePacket> packets = new ArrayList<>();
		int from = 0;
		for (int to = payload.indexOf(SEPARATOR); to >= 0; to = payload.indexOf(SEPARATOR, from)) {
			packets.add(EnginePacket.decode(payload.substring(from, to)));
			from = to + 1;
		}
		packets.add(EnginePacket.decode(payload.substring(from)));
		return packets;
	}

	private static Throwable failed(EngineSession session, Throwable ex) {
		if (ex instanceof DataBufferLimitException) {
			session.execute(() -> session.withPolls(Polling::postRefused));
			return EngineError.TOO_LARGE.refusal();
		}
		if (ex instanceof ProtocolViolationException) {
			logger.debug("a client has sent what is not understood: " + ex.getMessage());
			end(session, EngineCloseReason.PARSE_ERROR);
		}
		else {
			end(session, EngineCloseReason.TRANSPORT_ERROR);
		}
		return ((ex instanceof TimeoutException) ? EngineError.TIMED_OUT : EngineError.BAD_REQUEST).refusal();
	}

	/** The rest of the request is not waited for. */
	private static void endConnection(ServerWebExchange exchange) {
		exchange.getResponse().getHeaders().setConnection("close");
	}

	/** What has come over HTTP cannot be read. */
	private static void end(EngineSession session, EngineCloseReason reason) {
		session.execute(() -> session.withPolls((polls) -> session.end(reason)));
	}

	private static Mono<Void> write(ServerWebExchange exchange, MediaType type, byte[] body) {
		ServerHttpResponse response = exchange.getResponse();
		response.getHeaders().setContentType(type);
		response.getHeaders().setCacheControl("no-store");
		response.getHeaders().setContentLength(body.length);
		return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
	}

	/** Some clients wait for ever if they are answered before they have sent the body. */
	private Mono<Void> drain(ServerWebExchange exchange, Throwable ex) {
		if (exchange.getRequest().getMethod() != HttpMethod.POST
				|| (ex instanceof EngineRefusalException refusal && refusal.error().isOfTheBody())) {
			return Mono.empty();
		}
		return DataBufferUtils.takeUntilByteCount(exchange.getRequest().getBody(), this.options.maxPayload())
			.doOnNext(DataBufferUtils::release)
			.then()
			.timeout(DRAIN_TIMEOUT)
			.doOnError(TimeoutException.class, (late) -> endConnection(exchange))
			.onErrorComplete();
	}

	private static Mono<Void> refuse(ServerWebExchange exchange, Throwable ex) {
		ServerHttpResponse response = exchange.getResponse();
		if (response.isCommitted()) {
			logger.debug("a request failed after its answer had begun", ex);
			return Mono.empty();
		}
		EngineError error = (ex instanceof EngineRefusalException refusal) ? refusal.error() : EngineError.BAD_REQUEST;
		if (!(ex instanceof EngineRefusalException)) {
			logger.debug("a request failed", ex);
		}
		response.setStatusCode(HttpStatusCode.valueOf(error.status()));
		boolean upgrade = "websocket".equalsIgnoreCase(exchange.getRequest().getHeaders().getUpgrade());
		return (upgrade ? write(exchange, HTML, error.message().getBytes(StandardCharsets.UTF_8))
				: write(exchange, MediaType.APPLICATION_JSON, error.json().getBytes(StandardCharsets.UTF_8)))
			.onErrorResume((failure) -> {
				logger.debug("a refusal could not be written", failure);
				return Mono.empty();
			});
	}

}
