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

package io.realtimepush.autoconfigure;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * Serves a port of its own: what the mappings know, and everything else by the push
 * endpoints.
 */
final class OwnPortWebHandler implements WebHandler {

	private final List<HandlerMapping> mappings;

	private final WebHandler others;

	/**
	 * Create a handler.
	 * @param mappings map requests to handlers of type {@link WebHandler}, in their order
	 * @param others serves what none of them maps
	 */
	OwnPortWebHandler(List<HandlerMapping> mappings, WebHandler others) {
		this.mappings = mappings;
		this.others = others;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		return Flux.fromIterable(this.mappings)
			.concatMap((mapping) -> mapping.getHandler(exchange))
			.next()
			.cast(WebHandler.class)
			.defaultIfEmpty(this.others)
			.flatMap((handler) -> handler.handle(exchange));
	}

}
