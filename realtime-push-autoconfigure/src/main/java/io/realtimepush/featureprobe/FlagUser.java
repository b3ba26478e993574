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

package io.realtimepush.featureprobe;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import org.springframework.util.Assert;

/**
 * Whom toggles are evaluated for.
 *
 * @param key what tells the user from others, possibly empty
 * @param attributes what conditions look at, by name
 * @since 0.1.0
 */
public record FlagUser(String key, Map<String, String> attributes) {

	/**
	 * Longest text that is read, in characters of JSON or Base64.
	 */
	public static final int MAX_LENGTH = 16 * 1024;

	public FlagUser {
		attributes = Map.copyOf(attributes);
	}

	/**
	 * Create a user without attributes.
	 * @param key the key
	 * @return the user
	 */
	public static FlagUser of(String key) {
		return new FlagUser(key, Map.of());
	}

	/**
	 * Read a user in either form.
	 * @param text the JSON, or the Base64 of it
	 * @return the user
	 * @throws IllegalArgumentException if it is neither
	 */
	public static FlagUser parse(String text) {
		return text.startsWith("{") ? ofJson(text) : ofBase64(text);
	}

	/**
	 * Read a user as client-side SDKs send it: JSON in Base64. A space stands for a plus
	 * sign, because some SDKs do not encode it, and padding may be missing.
	 * @param text the Base64 text
	 * @return the user
	 * @throws IllegalArgumentException if it is no Base64 of a JSON object with a text
	 * {@code key}, or is longer than {@value #MAX_LENGTH} characters
	 */
	public static FlagUser ofBase64(String text) {
		requireShort(text);
		byte[] json;
		try {
			json = Base64.getDecoder().decode(text.replace(' ', '+').replace('-', '+').replace('_', '/'));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("user must be JSON in Base64, but is no Base64");
		}
		return ofJson(new String(json, StandardCharsets.UTF_8));
	}

	/**
	 * Read a user from JSON, for instance
	 * <code>{"key":"u-1","attrs":{"city":"Oslo"}}</code>.
	 * @param json the JSON text
	 * @return the user
	 * @throws IllegalArgumentException if it is no JSON object with a text {@code key},
	 * or is longer than {@value #MAX_LENGTH} characters
	 */
	public static FlagUser ofJson(String json) {
		requireShort(json);
		JsonNode node;
		try {
			node = Json.MAPPER.readTree(json);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("user must be a JSON object, but is no JSON");
		}
		String key = Json.text(node.get("key"));
		Assert.isTrue(key != null, "user must be a JSON object with a text 'key'");
		Map<String, String> attributes = new LinkedHashMap<>();
		JsonNode attrs = node.get("attrs");
		if (attrs != null) {
			attrs.properties().forEach((attribute) -> {
				String value = Json.text(attribute.getValue());
				if (value != null) {
					attributes.put(attribute.getKey(), value);
				}
			});
		}
		return new FlagUser(key, attributes);
	}

	private static void requireShort(String text) {
		Assert.isTrue(text.length() <= MAX_LENGTH,
				() -> "user must have at most " + MAX_LENGTH + " characters, but has " + text.length());
	}

	/**
	 * Return an attribute.
	 * @param name its name
	 * @return the value, or {@code null} if the user has no such attribute
	 */
	public @Nullable String attribute(String name) {
		return this.attributes.get(name);
	}

	/**
	 * Return a text that is the same for equal users and no others.
	 * @return the key and the attributes in the order of their names, as JSON
	 */
	public String canonical() {
		return Json.MAPPER.writeValueAsString(new Object[] { this.key, new TreeMap<>(this.attributes) });
	}

	/**
	 * Leave out the key and the values, which are personal.
	 */
	@Override
	public String toString() {
		return "FlagUser[attributes=" + new TreeMap<>(this.attributes).keySet() + "]";
	}

}
