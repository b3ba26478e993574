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
import java.time.Duration;

import io.realtimepush.client.ConnectFailedException;
import io.realtimepush.client.FlagPuller;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.ServerMessageReader;
import io.realtimepush.protocol.SubscriptionLookup;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Gets flag sets at {@code GET flags}.
 *
 * @since 0.1.0
 */
public final class HttpFlagPuller implements FlagPuller {

	private static final Duration TIMEOUT = Duration.ofSeconds(15);

	private final ClientHttp http;

	/**
	 * Create the puller.
	 * @param http what connects
	 */
	public HttpFlagPuller(ClientHttp http) {
		this.http = http;
	}

	@Override
	public Mono<ServerMessage> pull(URI endpoint, String credential, ClientMessage.Options options,
			@Nullable FlagPosition minimum, SubscriptionLookup subscriptions) {
		HttpQuery query = new HttpQuery().add(options.at(options.position(), null)).add("min", minimum);
		return this.http.exchange(HttpCall.get(endpoint, "flags", query, credential, TIMEOUT)).map((answer) -> {
			if (!answer.isOk()) {
				throw new ConnectFailedException(answer.toFailure());
			}
			return ServerMessageReader.read(answer.body(), subscriptions);
		}).onErrorMap(HttpFailures::toException);
	}

}
