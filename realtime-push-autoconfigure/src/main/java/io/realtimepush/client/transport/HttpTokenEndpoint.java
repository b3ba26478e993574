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

package io.realtimepush.client.transport;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;

import io.realtimepush.client.ConnectFailedException;
import io.realtimepush.client.TokenEndpoint;
import io.realtimepush.protocol.AccessGrant;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessageReader;
import reactor.core.publisher.Mono;

/**
 * Gets access tokens at {@code POST token}.
 *
 * @since 0.1.0
 */
public final class HttpTokenEndpoint implements TokenEndpoint {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final ClientHttp http;

	/**
	 * Decides whether this client is one of a share that is advised something, with each
	 * token the same way. It is not the instance, which the token would then be bound to.
	 */
	private final String seed = Long.toHexString(new SecureRandom().nextLong());

	/**
	 * Create the endpoint.
	 * @param http what connects
	 */
	public HttpTokenEndpoint(ClientHttp http) {
		this.http = http;
	}

	@Override
	public Mono<AccessGrant> fetch(URI endpoint, String sdkKey) {
		return this.http
			.exchange(HttpCall.post(endpoint, "token", new HttpQuery().add("seed", this.seed), sdkKey, null, TIMEOUT))
			.flatMap(HttpTokenEndpoint::grant)
			.onErrorMap(HttpFailures::toException);
	}

	private static Mono<AccessGrant> grant(HttpAnswer answer) {
		if (answer.isOk()) {
			return Mono.just(ServerMessageReader.readGrant(answer.body()));
		}
		ConnectFailedException failed = new ConnectFailedException(answer.toFailure());
		boolean none = failed.failure().code().equals(CloseReason.NOT_FOUND.code());
		return none ? Mono.empty() : Mono.error(failed);
	}

}
