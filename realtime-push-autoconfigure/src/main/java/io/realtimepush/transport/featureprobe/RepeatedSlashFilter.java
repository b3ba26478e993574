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

import io.realtimepush.transport.engineio.EngineServer;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Gives requests of SDKs that join paths with two slashes the path they mean, before
 * Spring Security's firewall refuses it. Other requests pass as they are.
 *
 * @since 0.1.0
 */
public final class RepeatedSlashFilter implements WebFilter, Ordered {

	/** Before the filter chains of Spring Security, which are at -100. */
	private static final int ORDER = -200;

	private final SdkPaths paths;

	/**
	 * Create the filter.
	 * @param paths tells which paths are served to SDKs
	 */
	public RepeatedSlashFilter(SdkPaths paths) {
		this.paths = paths;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		String path = exchange.getRequest().getURI().getRawPath();
		if (path == null || !path.contains("//") || !this.paths.matches(exchange)) {
			return chain.filter(exchange);
		}
		ServerHttpRequest request = exchange.getRequest().mutate().path(EngineServer.withSingleSlashes(path)).build();
		return chain.filter(exchange.mutate().request(request).build());
	}

}
