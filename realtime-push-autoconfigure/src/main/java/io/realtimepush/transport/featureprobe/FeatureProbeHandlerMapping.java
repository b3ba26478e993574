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

package io.realtimepush.transport.featureprobe;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.Unpooled;
import io.realtimepush.featureprobe.EventSink;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.engineio.EngineServer;
import io.realtimepush.transport.http.BodyWriter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import org.springframework.web.util.DisconnectedClientHelper;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Maps the paths of FeatureProbe's HTTP interface, below each base path. Some SDKs join
 * base URL and path without a look at their slashes, so several in a row count as one.
 * All other paths are the app's.
 *
 * @since 0.1.0
 */
public final class FeatureProbeHandlerMapping implements HandlerMapping, Ordered {

	private static final Log logger = LogFactory.getLog(FeatureProbeHandlerMapping.class);

	private static final Duration PREFLIGHT_MAX_AGE = Duration.ofMinutes(10);

	private static final List<HttpMethod> METHODS = List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.OPTIONS);

	/** A star would not stand for the first of them. */
	private static final List<String> ALLOWED_HEADERS = List.of(HttpHeaders.AUTHORIZATION, HttpHeaders.CONTENT_TYPE,
			"UA");

	private static final WebHandler ANSWERED = (exchange) -> Mono.empty();

	private final Map<String, Route> routes = new HashMap<>();

	private final PushHandler handler;

	private final FeatureProbeSettings settings;

	/**
	 * Create a mapping.
	 * @param handler checks the keys and finds the flags
	 * @param repositories has them as repositories
	 * @param sinks are given what SDKs report
	 * @param settings the paths and limits
	 * @param clock tells what time it is for conditions on it
	 */
	public FeatureProbeHandlerMapping(PushHandler handler, Repositories repositories, List<EventSink> sinks,
			FeatureProbeSettings settings, Clock clock) {
		this.handler = handler;
		this.settings = settings;
		TogglesEndpoints toggles = new TogglesEndpoints(handler, repositories, clock);
		EventsEndpoint events = new EventsEndpoint(handler, sinks, settings.maxEventBytes());
		add("/api/server-sdk/toggles", Map.of(HttpMethod.GET, toggles::serverToggles));
		add("/api/client-sdk/toggles", Map.of(HttpMethod.GET, toggles::clientToggles));
		add("/api/client-sdk/events", Map.of(HttpMethod.GET, toggles::eventDefinitions));
		// A browser that is given one URL for events asks there for their definitions too
		add("/api/events", Map.of(HttpMethod.POST, events, HttpMethod.GET, toggles::eventDefinitions));
	}

	private void add(String path, Map<HttpMethod, FeatureProbeEndpoint> endpoints) {
		for (String base : this.settings.basePaths()) {
			this.routes.put(base + path, new Route(PathPatternParser.defaultInstance.parse(base + path), endpoints));
		}
	}

	@Override
	public int getOrder() {
		return -1;
	}

	/**
	 * Return whether a path is served here.
	 * @param exchange a request
	 * @return whether its path is one of those of the interface
	 */
	public boolean matches(ServerWebExchange exchange) {
		return route(exchange) != null;
	}

	private @Nullable Route route(ServerWebExchange exchange) {
		return this.routes
			.get(EngineServer.withSingleSlashes(exchange.getRequest().getPath().pathWithinApplication().value()));
	}

	@Override
	public Mono<Object> getHandler(ServerWebExchange exchange) {
		Route route = route(exchange);
		if (route == null) {
			return Mono.empty();
		}
		exchange.getAttributes().put(BEST_MATCHING_PATTERN_ATTRIBUTE, route.pattern());
		ServerRequestObservationContext.findCurrent(exchange.getAttributes())
			.ifPresent((context) -> context.setPathPattern(route.pattern().getPatternString()));
		if (HttpMethod.OPTIONS.equals(exchange.getRequest().getMethod())) {
			// Nobody calls the handler of a preflight, so it is answered here
			return preflight(exchange).thenReturn(ANSWERED);
		}
		return Mono.just((WebHandler) (same) -> handle(same, route));
	}

	private Mono<Void> preflight(ServerWebExchange exchange) {
		if (!allowOrigin(exchange)) {
			return refuse(exchange.getResponse(), CloseReason.ORIGIN.httpStatus());
		}
		HttpHeaders headers = exchange.getResponse().getHeaders();
		headers.setAccessControlAllowMethods(METHODS);
		headers.setAccessControlAllowHeaders(ALLOWED_HEADERS);
		headers.setAccessControlMaxAge(PREFLIGHT_MAX_AGE);
		exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
		return exchange.getResponse().setComplete();
	}

	/** Let a browser read the answer, errors too. */
	private boolean allowOrigin(ServerWebExchange exchange) {
		HttpHeaders headers = exchange.getResponse().getHeaders();
		if (this.settings.allowsAnyOrigin()) {
			headers.setAccessControlAllowOrigin(FeatureProbeSettings.ANY_ORIGIN);
			return true;
		}
		headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
		String origin = exchange.getRequest().getHeaders().getOrigin();
		if (origin == null) {
			return true;
		}
		if (this.settings.allows(origin)) {
			headers.setAccessControlAllowOrigin(origin);
			return true;
		}
		return false;
	}

	private Mono<Void> handle(ServerWebExchange exchange, Route route) {
		ServerHttpResponse response = exchange.getResponse();
		return Mono.defer(() -> {
			if (!allowOrigin(exchange)) {
				throw new SessionRejectedException(CloseReason.ORIGIN, CloseReason.ORIGIN.text());
			}
			FeatureProbeEndpoint endpoint = route.endpoints().get(exchange.getRequest().getMethod());
			if (endpoint == null) {
				response.getHeaders().setAllow(route.endpoints().keySet());
				throw new SessionRejectedException(CloseReason.METHOD_NOT_ALLOWED,
						CloseReason.METHOD_NOT_ALLOWED.text());
			}
			return endpoint.handle(exchange.getRequest());
		}).flatMap((body) -> answer(response, body)).onErrorResume((ex) -> refuse(response, ex));
	}

	private static Mono<Void> answer(ServerHttpResponse response, byte[] body) {
		HttpHeaders headers = response.getHeaders();
		headers.setCacheControl("no-store");
		headers.setContentLength(body.length);
		if (body.length == 0) {
			return response.setComplete();
		}
		headers.setContentType(MediaType.APPLICATION_JSON);
		return BodyWriter.write(response, Unpooled.wrappedBuffer(body));
	}

	private Mono<Void> refuse(ServerHttpResponse response, Throwable ex) {
		if (response.isCommitted() || DisconnectedClientHelper.isClientDisconnectedException(ex)) {
			logger.debug("request could not be answered to its end", ex);
			return Mono.empty();
		}
		SessionRejectedException rejected = this.handler.rejection(ex);
		Duration retryAfter = rejected.retryAfter();
		if (retryAfter != null) {
			long seconds = Math.max(1, (retryAfter.toMillis() + 999) / 1000);
			response.getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
		}
		return refuse(response, rejected.closeReason().httpStatus());
	}

	/** Without a body, because some SDKs take any JSON for a repository. */
	private static Mono<Void> refuse(ServerHttpResponse response, int status) {
		response.setStatusCode(HttpStatusCode.valueOf(status));
		response.getHeaders().setCacheControl("no-store");
		response.getHeaders().setContentLength(0);
		return response.setComplete();
	}

	/**
	 * A path and who answers there.
	 */
	private record Route(PathPattern pattern, Map<HttpMethod, FeatureProbeEndpoint> endpoints) {

	}

}
