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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

import io.realtimepush.protocol.ClientMessage;
import org.jspecify.annotations.Nullable;

/**
 * The options of a request as they stand in its URL. What is {@code null} is left out.
 */
final class HttpQuery {

	private final StringBuilder text = new StringBuilder();

	HttpQuery add(String name, @Nullable Object value) {
		if (value != null) {
			this.text.append(this.text.isEmpty() ? '?' : '&')
				.append(name)
				.append('=')
				.append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8).replace("+", "%20"));
		}
		return this;
	}

	HttpQuery add(ClientMessage.Options options) {
		add("mode", (options.mode() != null) ? options.mode().wireName() : null);
		List<String> flags = options.flags();
		if (flags != null) {
			flags.forEach((pattern) -> add("flags", pattern));
		}
		String user = options.user();
		add("user", (user != null && user.startsWith("{"))
				? Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)) : user);
		return add("position", options.position());
	}

	HttpQuery add(String name, @Nullable Duration duration) {
		return add(name, (Object) ((duration != null) ? duration.toMillis() : null));
	}

	/**
	 * Return the URL of a request.
	 * @param endpoint the base URL
	 * @param path what is asked for, without a slash
	 * @return the URL
	 */
	String url(URI endpoint, String path) {
		return endpoint + "/" + path + this.text;
	}

}
