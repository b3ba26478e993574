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

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Maps the paths at which servers are mounted.
 *
 * @since 0.1.0
 */
public final class EngineHandlerMapping implements HandlerMapping, Ordered {

	private static final WebHandler ANSWERED = (exchange) -> Mono.empty();

	private final List<EngineServer> servers;

	/** Of the paths that are mounted, for meters and traces. */
	private final Map<String, PathPattern> patterns = new ConcurrentHashMap<>();

	/**
	 * Create a mapping.
	 * @param servers the servers
	 */
	public EngineHandlerMapping(Collection<EngineServer> servers) {
		this.servers = List.copyOf(servers);
	}

	/**
	 * Before the mapping of the push endpoints, because a server may be mounted at their
	 * base path.
	 */
	@Override
	public int getOrder() {
		return -2;
	}

	@Override
	public Mono<Object> getHandler(ServerWebExchange exchange) {
		String path = EngineServer.normalize(exchange.getRequest().getPath().pathWithinApplication().value());
		for (EngineServer server : this.servers) {
			if (server.isMountedAt(path)) {
				return found(exchange, server, path);
			}
		}
		return Mono.empty();
	}

	private Mono<Object> found(ServerWebExchange exchange, EngineServer server, String path) {
		exchange.getAttributes()
			.put(BEST_MATCHING_PATTERN_ATTRIBUTE,
					this.patterns.computeIfAbsent(path, PathPatternParser.defaultInstance::parse));
		ServerRequestObservationContext.findCurrent(exchange.getAttributes())
			.ifPresent((context) -> context.setPathPattern(path));
		if (CorsUtils.isPreFlightRequest(exchange.getRequest())) {
			// Nobody calls the handler of a preflight, so it is answered here
			return server.handle(exchange).thenReturn(ANSWERED);
		}
		return Mono.just((WebHandler) server::handle);
	}

}
