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
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.util.StringUtils;

/**
 * What is known of the request that has opened a session. There are very many of them,
 * and few are looked at again, so query and headers are kept as text and read anew each
 * time they are asked for.
 *
 * @since 0.1.0
 */
public final class EngineHandshake {

	private final String path;

	private final @Nullable String query;

	/** A line for each value. */
	private final String headers;

	private final @Nullable InetSocketAddress remoteAddress;

	private EngineHandshake(String path, @Nullable String query, String headers,
			@Nullable InetSocketAddress remoteAddress) {
		this.path = path;
		this.query = query;
		this.headers = headers;
		this.remoteAddress = remoteAddress;
	}

	static EngineHandshake of(ServerHttpRequest request) {
		StringBuilder lines = new StringBuilder();
		request.getHeaders()
			.forEach((name, values) -> values
				.forEach((value) -> lines.append(name).append(':').append(value).append('\n')));
		return new EngineHandshake(request.getPath().value(), request.getURI().getRawQuery(), lines.toString(),
				request.getRemoteAddress());
	}

	/**
	 * Return the path.
	 * @return the path as the client has spelt it
	 */
	public String path() {
		return this.path;
	}

	/**
	 * Return the query parameters.
	 * @return the parameters, decoded
	 */
	public MultiValueMap<String, String> query() {
		MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
		for (String parameter : StringUtils.delimitedListToStringArray((this.query != null) ? this.query : "", "&")) {
			int equals = parameter.indexOf('=');
			String name = (equals >= 0) ? parameter.substring(0, equals) : parameter;
			if (!name.isEmpty()) {
				parameters.add(decode(name), (equals >= 0) ? decode(parameter.substring(equals + 1)) : "");
			}
		}
		return parameters;
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

	/**
	 * Return the headers.
	 * @return the headers, a copy
	 */
	public HttpHeaders headers() {
		HttpHeaders copy = new HttpHeaders();
		this.headers.lines().forEach((line) -> {
			int colon = line.indexOf(':', 1);
			copy.add(line.substring(0, colon), line.substring(colon + 1));
		});
		return copy;
	}

	/**
	 * Return where the request came from.
	 * @return the address, or {@code null} if that is not known
	 */
	public @Nullable InetSocketAddress remoteAddress() {
		return this.remoteAddress;
	}

	/**
	 * Leave out query and headers, which may hold credentials.
	 */
	@Override
	public String toString() {
		return "EngineHandshake[path=" + this.path + ", remoteAddress=" + this.remoteAddress + "]";
	}

}
