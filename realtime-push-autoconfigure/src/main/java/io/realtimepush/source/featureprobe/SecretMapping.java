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

package io.realtimepush.source.featureprobe;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.Assert;

/**
 * Which client key belongs to which server key.
 *
 * @param version counts the changes of the mapping, or {@code null} if it is not counted
 * @param serverKeys the server keys by client key, in clear text
 */
record SecretMapping(@Nullable Long version, Map<String, String> serverKeys) {

	/**
	 * Read a mapping: that of the back end, which is counted, or the bare one of
	 * FeatureProbe Server.
	 * @throws IllegalArgumentException if it is neither
	 */
	static SecretMapping read(byte[] json) {
		JsonNode node;
		try {
			node = JsonMapper.shared().readTree(json);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("keys must be a JSON object, but are no JSON");
		}
		JsonNode mapping = node.path("mapping").isObject() ? node.path("mapping") : node;
		Assert.isTrue(mapping.isObject(), "keys must be a JSON object");
		Map<String, String> serverKeys = new LinkedHashMap<>();
		mapping.properties().forEach((entry) -> {
			if (entry.getValue().isString() && !entry.getKey().isBlank() && !entry.getValue().asString().isBlank()) {
				serverKeys.put(entry.getKey(), entry.getValue().asString());
			}
		});
		JsonNode version = node.path("version");
		return new SecretMapping(version.isIntegralNumber() ? version.asLong(0) : null, serverKeys);
	}

	/**
	 * Leave out the keys, so that they reach no log.
	 */
	@Override
	public String toString() {
		return "SecretMapping[version=" + this.version + ", environments=" + this.serverKeys.size() + "]";
	}

}
