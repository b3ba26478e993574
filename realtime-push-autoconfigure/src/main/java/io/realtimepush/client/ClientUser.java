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

package io.realtimepush.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.Assert;

/**
 * Whom the server evaluates toggles for, where a client key selects toggles.
 *
 * @param key what tells the user from others, possibly empty
 * @param attributes what conditions look at, by name
 * @since 0.1.0
 */
public record ClientUser(String key, Map<String, String> attributes) {

	/** Longest text that a server reads, in characters of Base64. */
	private static final int MAX_LENGTH = 16 * 1024;

	public ClientUser {
		attributes = Map.copyOf(attributes);
		int length = (json(key, attributes).getBytes(StandardCharsets.UTF_8).length + 2) / 3 * 4;
		Assert.isTrue(length <= MAX_LENGTH,
				() -> "user must have at most " + MAX_LENGTH + " characters in Base64, but has " + length);
	}

	/**
	 * Create a user without attributes.
	 * @param key the key
	 * @return the user
	 */
	public static ClientUser of(String key) {
		return new ClientUser(key, Map.of());
	}

	/** The user as a login tells it; the same text for equal users. */
	String json() {
		return json(this.key, this.attributes);
	}

	private static String json(String key, Map<String, String> attributes) {
		return JsonMapper.shared()
			.writeValueAsString(new TreeMap<>(Map.of("key", key, "attrs", new TreeMap<>(attributes))));
	}

	/**
	 * Leave out the key and the values, which are personal.
	 */
	@Override
	public String toString() {
		return "ClientUser[attributes=" + new TreeMap<>(this.attributes).keySet() + "]";
	}

}
