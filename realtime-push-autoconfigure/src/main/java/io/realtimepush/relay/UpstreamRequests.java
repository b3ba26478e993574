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

package io.realtimepush.relay;

import io.realtimepush.client.PushClient;
import io.realtimepush.client.PushRequestException;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.session.ClientRequest;
import io.realtimepush.session.ClientRequestException;
import io.realtimepush.session.ClientRequestHandler;
import reactor.core.publisher.Mono;

/**
 * Forwards requests that nobody here answers to the other push server, and its answers
 * back. There the request is one of the relay: it carries the relay's key and labels.
 *
 * @since 0.1.0
 */
public final class UpstreamRequests implements ClientRequestHandler {

	private final PushClient client;

	/**
	 * Create the handler.
	 * @param client the connection to the other server
	 */
	public UpstreamRequests(PushClient client) {
		this.client = client;
	}

	@Override
	public boolean handles(String method) {
		return true;
	}

	@Override
	public boolean isFallback() {
		return true;
	}

	@Override
	public Mono<FlagValue> handle(ClientRequest request) {
		return this.client.request(request.method(), request.payload(), FlagValue.class)
			.onErrorMap(PushRequestException.class,
					(ex) -> new ClientRequestException(ex.code(), String.valueOf(ex.getMessage())));
	}

}
