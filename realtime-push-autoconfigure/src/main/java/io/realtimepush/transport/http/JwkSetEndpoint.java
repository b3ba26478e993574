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

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.netty.buffer.Unpooled;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.SessionRejectedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;

/**
 * Publishes the keys that other apps can check access tokens with, as a JWK set (RFC
 * 7517). Needs no credential, and may be cached.
 *
 * @since 0.1.0
 */
public final class JwkSetEndpoint implements PushEndpoint {

	/** A key that signs should have been published for longer than that. */
	private static final Duration MAX_AGE = Duration.ofMinutes(5);

	private final byte @Nullable [] keys;

	/**
	 * Create the endpoint.
	 * @param keys the JWK set with public keys only, or {@code null} if there are none
	 */
	public JwkSetEndpoint(@Nullable String keys) {
		this.keys = (keys != null) ? keys.getBytes(StandardCharsets.UTF_8) : null;
	}

	@Override
	public String name() {
		return "jwks.json";
	}

	@Override
	public HttpMethod method() {
		return HttpMethod.GET;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		byte[] published = this.keys;
		if (published == null) {
			return Mono.error(new SessionRejectedException(CloseReason.NOT_FOUND,
					"this server signs access tokens with no key that could be published"));
		}
		HttpHeaders headers = exchange.getResponse().getHeaders();
		headers.set(HttpHeaders.CONTENT_TYPE, "application/jwk-set+json");
		headers.setCacheControl(CacheControl.maxAge(MAX_AGE).cachePublic());
		headers.setContentLength(published.length);
		return BodyWriter.write(exchange.getResponse(), Unpooled.wrappedBuffer(published));
	}

}
