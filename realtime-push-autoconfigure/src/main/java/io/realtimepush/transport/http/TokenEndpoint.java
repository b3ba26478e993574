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
import java.util.concurrent.ThreadLocalRandom;

import io.realtimepush.protocol.AccessGrant;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;

/**
 * Changes an SDK key for a short-lived access token, and advises how to connect.
 *
 * @since 0.1.0
 */
public final class TokenEndpoint implements PushEndpoint {

	/** So that clients that started together do not come back together. */
	private static final double SPREAD = 0.1;

	private final PushHandler handler;

	private final Duration lifetime;

	private final ConnectionAdvice advice;

	/**
	 * Create the endpoint.
	 * @param handler checks the key and has the token made
	 * @param lifetime how long a token lasts, give or take a tenth
	 * @param advice what clients are told beside
	 */
	public TokenEndpoint(PushHandler handler, Duration lifetime, ConnectionAdvice advice) {
		this.handler = handler;
		this.lifetime = lifetime;
		this.advice = advice;
	}

	@Override
	public String name() {
		return "token";
	}

	@Override
	public HttpMethod method() {
		return HttpMethod.POST;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		PushRequestReader reader = PushRequestReader.of(exchange.getRequest());
		PushRequest request = reader.read(name());
		String seed = reader.seed();
		double factor = ThreadLocalRandom.current().nextDouble(1 - SPREAD, 1 + SPREAD);
		Duration own = Duration.ofMillis((long) (this.lifetime.toMillis() * factor));
		return this.handler.issueToken(request, own)
			.flatMap((token) -> BodyWriter.writeJson(exchange.getResponse(),
					MessageWriter.writeGrant(grant((seed != null) ? seed : request.client().instance(), token, own))));
	}

	private AccessGrant grant(@Nullable String seed, String token, Duration own) {
		return new AccessGrant(token, own.toMillis(), this.handler.settings().heartbeat().toMillis(),
				this.advice.transportsFor(seed), this.advice.endpoints(), this.advice.addressFamily(),
				this.advice.telemetry());
	}

}
