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

import io.realtimepush.protocol.MessageReader;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushRequest;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;

/**
 * Answers requests of clients whose transport is one-way.
 *
 * @since 0.1.0
 */
public final class RequestEndpoint implements PushEndpoint {

	private final PushHandler handler;

	private final int maxMessageBytes;

	/**
	 * Create the endpoint.
	 * @param handler checks the key and has the request answered
	 * @param maxMessageBytes largest body
	 */
	public RequestEndpoint(PushHandler handler, int maxMessageBytes) {
		this.handler = handler;
		this.maxMessageBytes = maxMessageBytes;
	}

	@Override
	public String name() {
		return "request";
	}

	@Override
	public HttpMethod method() {
		return HttpMethod.POST;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		PushRequest request = PushRequestReader.of(exchange.getRequest()).read(name());
		// The key first, so that nobody unknown has a body read
		return this.handler.identify(request)
			.flatMap((identity) -> BodyReader.read(exchange.getRequest(), this.maxMessageBytes)
				.map(MessageReader::readRequest)
				.flatMap((call) -> this.handler.answer(request, identity, call)))
			.flatMap((response) -> BodyWriter.writeJson(exchange.getResponse(), MessageWriter.write(response)));
	}

}
