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

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Maps everything below the base path to a {@link PushWebHandler}, in a WebFlux app.
 *
 * @since 0.1.0
 */
public final class PushHandlerMapping implements HandlerMapping, Ordered {

	private static final WebHandler ANSWERED = (exchange) -> Mono.empty();

	private final PushWebHandler handler;

	/**
	 * Create a mapping.
	 * @param handler serves what is below the base path
	 */
	public PushHandlerMapping(PushWebHandler handler) {
		this.handler = handler;
	}

	@Override
	public int getOrder() {
		return -1;
	}

	@Override
	public Mono<Object> getHandler(ServerWebExchange exchange) {
		PathPattern pattern = this.handler.pattern(exchange);
		if (pattern == null) {
			return Mono.empty();
		}
		exchange.getAttributes().put(BEST_MATCHING_PATTERN_ATTRIBUTE, pattern);
		ServerRequestObservationContext.findCurrent(exchange.getAttributes())
			.ifPresent((context) -> context.setPathPattern(pattern.getPatternString()));
		// Nobody calls the handler of a preflight, so it is answered here
		return CorsUtils.isPreFlightRequest(exchange.getRequest()) ? this.handler.handle(exchange).thenReturn(ANSWERED)
				: Mono.just(this.handler);
	}

}
