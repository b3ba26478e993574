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

import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;

/**
 * An endpoint below the base path.
 *
 * @since 0.1.0
 */
public interface PushEndpoint {

	/**
	 * Return the name of the endpoint, which is the last segment of its path.
	 * @return the name
	 */
	String name();

	/**
	 * Return the only method that the endpoint knows.
	 * @return the HTTP method
	 */
	HttpMethod method();

	/**
	 * Serve a request.
	 * @param exchange the exchange
	 * @return completes when the request has been served; the errors
	 * {@link io.realtimepush.session.SessionRejectedException} and
	 * {@link io.realtimepush.protocol.ProtocolViolationException} become problem details
	 */
	Mono<Void> handle(ServerWebExchange exchange);

}
