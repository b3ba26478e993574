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

package io.realtimepush.transport.engineio;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;

/**
 * What is known of the request that has opened a session.
 *
 * @param path the path as the client has spelt it
 * @param query the query parameters
 * @param headers the headers
 * @param remoteAddress where the request came from, or {@code null} if that is not known
 * @since 0.1.0
 */
public record EngineHandshake(String path, MultiValueMap<String, String> query, HttpHeaders headers,
		@Nullable InetSocketAddress remoteAddress) {

	static EngineHandshake of(ServerHttpRequest request) {
		// A copy, because the headers of a server may end with the request
		HttpHeaders headers = new HttpHeaders();
		headers.addAll(request.getHeaders());
		return new EngineHandshake(request.getPath().value(), request.getQueryParams(), headers,
				request.getRemoteAddress());
	}

}
