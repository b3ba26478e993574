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

package io.realtimepush.transport;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.realtimepush.transport.channel.NativeResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * A filter as apps have them: adds a header to each answer and sees exchanges begin and
 * end.
 */
final class ExchangeRecorder implements WebFilter {

	/** Header of requests that are handled when the client has left. */
	static final String AFTER_LEAVING = "Test-After-Leaving";

	private final List<String> begun = new CopyOnWriteArrayList<>();

	private final List<String> ended = new CopyOnWriteArrayList<>();

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		String path = exchange.getRequest().getPath().value();
		this.begun.add(path);
		if (exchange.getRequest().getHeaders().getFirst(AFTER_LEAVING) != null) {
			afterLeaving(exchange, Mono.defer(() -> chain.filter(exchange)));
			return Mono.never();
		}
		exchange.getResponse().beforeCommit(() -> {
			exchange.getResponse().getHeaders().set("X-Served-By", "the app");
			return Mono.empty();
		});
		return chain.filter(exchange)
			.doFinally((signal) -> this.ended.add(path + " " + exchange.getResponse().getStatusCode() + " " + signal));
	}

	/** As if what stands before had taken until then, and nobody had heard of the end. */
	private void afterLeaving(ServerWebExchange exchange, Mono<Void> rest) {
		String path = exchange.getRequest().getPath().value();
		Flux.interval(Duration.ZERO, Duration.ofMillis(10))
			.filter((tick) -> hasLeft(exchange))
			.next()
			.then(rest)
			.subscribe(null, (ex) -> this.ended.add(path + " " + ex), () -> this.ended.add(path + " completed"));
	}

	private static boolean hasLeft(ServerWebExchange exchange) {
		try {
			return NativeResponse.channel(exchange.getResponse()) == null;
		}
		catch (AbortedException ex) {
			return true;
		}
	}

	/** The paths of all exchanges that have begun. */
	List<String> begun() {
		return this.begun;
	}

	/** Path, status and signal of all exchanges that have ended. */
	List<String> ended() {
		return this.ended;
	}

	void clear() {
		this.begun.clear();
		this.ended.clear();
	}

}
