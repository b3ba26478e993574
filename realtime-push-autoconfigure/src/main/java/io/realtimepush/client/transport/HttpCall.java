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
import java.util.LinkedHashMap;
import java.util.Map;

import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * A request whose answer is read as a whole.
 *
 * @param method its method
 * @param endpoint the base URL of the server
 * @param path what is asked for, below the base URL
 * @param query the options
 * @param credential SDK key or access token
 * @param headers further headers
 * @param body the JSON to send, or {@code null}
 * @param timeout how long the answer may be silent
 */
record HttpCall(HttpMethod method, URI endpoint, String path, HttpQuery query, String credential,
		Map<String, String> headers, byte @Nullable [] body, Duration timeout) {

	static HttpCall get(URI endpoint, String path, HttpQuery query, String credential, Duration timeout) {
		return new HttpCall(HttpMethod.GET, endpoint, path, query, credential, Map.of(), null, timeout);
	}

	static HttpCall post(URI endpoint, String path, HttpQuery query, String credential, byte @Nullable [] body,
			Duration timeout) {
		return new HttpCall(HttpMethod.POST, endpoint, path, query, credential, Map.of(), body, timeout);
	}

	HttpCall header(String name, @Nullable String value) {
		if (value == null) {
			return this;
		}
		Map<String, String> all = new LinkedHashMap<>(this.headers);
		all.put(name, value);
		return new HttpCall(this.method, this.endpoint, this.path, this.query, this.credential, Map.copyOf(all),
				this.body, this.timeout);
	}

}
