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

package io.realtimepush.transport.http;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ProtocolViolationException;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.SessionRejectedException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import org.springframework.web.util.DisconnectedClientHelper;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Serves everything below the base path by the endpoints. It answers preflights itself
 * and turns every error into problem details, so nothing below the base path depends on
 * what else the app has configured.
 *
 * @since 0.1.0
 */
public final class PushWebHandler implements WebHandler {

	private static final Log logger = LogFactory.getLog(PushWebHandler.class);

	private static final List<String> ALLOWED_HEADERS = List.of(HttpHeaders.AUTHORIZATION, HttpHeaders.CONTENT_TYPE,
			HttpHeaders.IF_NONE_MATCH, "Last-Event-ID", "Realtime-Push-Session");

	private static final List<String> EXPOSED_HEADERS = List.of(HttpHeaders.ETAG, HttpHeaders.RETRY_AFTER,
			"Realtime-Push-Session");

	private static final String ALT_SVC = "Alt-Svc";

	private static final Duration PREFLIGHT_MAX_AGE = Duration.ofMinutes(10);

	private final String basePath;

	private final PushHandler handler;

	private final Map<String, PushEndpoint> endpoints;

	/** By the name of the endpoint, for meters and traces. */
	private final Map<String, PathPattern> patterns;

	private final PathPattern anyPattern;

	private volatile @Nullable String alternative;

	/**
	 * Create a handler.
	 * @param basePath the base path, without a slash at its end
	 * @param handler answers which origins are allowed
	 * @param endpoints what is served below the base path
	 */
	public PushWebHandler(String basePath, PushHandler handler, Collection<? extends PushEndpoint> endpoints) {
		this.basePath = basePath;
		this.handler = handler;
		this.endpoints = endpoints.stream()
			.collect(Collectors.toUnmodifiableMap(PushEndpoint::name, Function.identity()));
		this.patterns = this.endpoints.keySet()
			.stream()
			.collect(Collectors.toUnmodifiableMap(Function.identity(), (name) -> pattern(basePath + "/" + name)));
		this.anyPattern = pattern(basePath + "/**");
	}

	/**
	 * Name another way to the same endpoints in all answers from now on.
	 * @param value the value of {@code Alt-Svc}, or {@code null} to name none
	 */
	public void advertise(@Nullable String value) {
		this.alternative = value;
	}

	private static PathPattern pattern(String pattern) {
		return PathPatternParser.defaultInstance.parse(pattern);
	}

	/**
	 * Return the pattern of what is served, for meters and traces.
	 * @param exchange the exchange
	 * @return the pattern, or {@code null} if it is not below the base path
	 */
	@Nullable PathPattern pattern(ServerWebExchange exchange) {
		String name = name(exchange);
		return (name != null) ? this.patterns.getOrDefault(name, this.anyPattern) : null;
	}

	private @Nullable String name(ServerWebExchange exchange) {
		String path = exchange.getRequest().getPath().pathWithinApplication().value();
		return path.startsWith(this.basePath + "/") ? path.substring(this.basePath.length() + 1) : null;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		String name = name(exchange);
		PushEndpoint endpoint = (name != null) ? this.endpoints.get(name) : null;
		String way = this.alternative;
		if (way != null) {
			exchange.getResponse().getHeaders().set(ALT_SVC, way);
		}
		Mono<Void> answer = CorsUtils.isPreFlightRequest(exchange.getRequest()) ? preflight(exchange, endpoint)
				: handle(exchange, endpoint);
		return answer.onErrorResume((ex) -> problem(exchange.getResponse(), ex));
	}

	private Mono<Void> handle(ServerWebExchange exchange, @Nullable PushEndpoint endpoint) {
		ServerHttpRequest request = exchange.getRequest();
		return allowOrigin(exchange).then(Mono.defer(() -> {
			if (endpoint == null) {
				throw new SessionRejectedException(CloseReason.NOT_FOUND,
						"there is no such endpoint below " + this.basePath);
			}
			if (!endpoint.method().equals(request.getMethod())) {
				exchange.getResponse().getHeaders().setAllow(Set.of(endpoint.method()));
				throw new SessionRejectedException(CloseReason.METHOD_NOT_ALLOWED,
						"use " + endpoint.method() + ", not " + request.getMethod());
			}
			return endpoint.handle(exchange);
		}));
	}

	private Mono<Void> preflight(ServerWebExchange exchange, @Nullable PushEndpoint endpoint) {
		return allowOrigin(exchange).flatMap((allowed) -> {
			if (!allowed) {
				return problem(exchange.getResponse(),
						new SessionRejectedException(CloseReason.ORIGIN, "no SDK key allows this origin"));
			}
			HttpHeaders headers = exchange.getResponse().getHeaders();
			headers.setAccessControlAllowMethods(
					(endpoint != null) ? List.of(endpoint.method()) : List.of(HttpMethod.GET));
			headers.setAccessControlAllowHeaders(ALLOWED_HEADERS);
			headers.setAccessControlMaxAge(PREFLIGHT_MAX_AGE);
			exchange.getResponse().setRawStatusCode(204);
			return exchange.getResponse().setComplete();
		});
	}

	/** Let a browser read the answer, errors too, if any key allows its origin. */
	private Mono<Boolean> allowOrigin(ServerWebExchange exchange) {
		String origin = exchange.getRequest().getHeaders().getOrigin();
		exchange.getResponse().getHeaders().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
		if (origin == null || !PushRequestReader.isCrossOrigin(exchange.getRequest())) {
			return Mono.just(true);
		}
		return this.handler.allowsOrigin(origin).defaultIfEmpty(false).doOnNext((allowed) -> {
			if (allowed) {
				HttpHeaders headers = exchange.getResponse().getHeaders();
				headers.setAccessControlAllowOrigin(origin);
				headers.setAccessControlExposeHeaders(EXPOSED_HEADERS);
			}
		});
	}

	private static Mono<Void> problem(ServerHttpResponse response, Throwable ex) {
		if (response.isCommitted()) {
			logger.debug("request failed after its answer had begun", ex);
			// An error would be logged with the URL, and so with the credential in it
			return Mono.empty();
		}
		Problem problem = Problem.of(rejection(ex));
		response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
		problem.headers().forEach(response.getHeaders()::set);
		return response.writeWith(Mono.just(response.bufferFactory().wrap(problem.body()))).onErrorResume((failure) -> {
			// The server has answered by itself, or there is nobody any more to answer
			logger.debug("a refusal could not be written", failure);
			return Mono.empty();
		});
	}

	private static SessionRejectedException rejection(Throwable ex) {
		if (ex instanceof SessionRejectedException rejected) {
			return rejected;
		}
		if (ex instanceof ProtocolViolationException violation) {
			return new SessionRejectedException(violation.closeReason(), String.valueOf(violation.getMessage()));
		}
		if (DisconnectedClientHelper.isClientDisconnectedException(ex)) {
			return new SessionRejectedException(CloseReason.BAD_REQUEST, "the client has left");
		}
		logger.error("request to a push endpoint failed", ex);
		return new SessionRejectedException(CloseReason.INTERNAL, CloseReason.INTERNAL.text());
	}

}
