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

import java.util.ArrayList;
import java.util.List;

import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JSON leniently: what is missing or of another type than expected is absent.
 */
final class Json {

	/** Numbers keep their decimal digits. */
	static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(FlagValue.MAX_DEPTH).build())
			.build())
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
		.build();

	private Json() {
	}

	/** The text of a string, number or boolean. */
	static @Nullable String text(@Nullable JsonNode node) {
		return (node != null && node.isValueNode() && !node.isNull()) ? node.asString() : null;
	}

	static String text(JsonNode parent, String property, String fallback) {
		String text = text(parent.get(property));
		return (text != null) ? text : fallback;
	}

	static boolean isTrue(JsonNode parent, String property) {
		JsonNode node = parent.get(property);
		return node != null && node.isBoolean() && node.booleanValue();
	}

	static @Nullable Long integer(JsonNode parent, String property) {
		JsonNode node = parent.get(property);
		return (node != null && node.isIntegralNumber() && node.canConvertToLong()) ? node.longValue() : null;
	}

	/** The elements of an array; none of anything else. */
	static List<JsonNode> elements(@Nullable JsonNode node) {
		List<JsonNode> result = new ArrayList<>();
		if (node != null && node.isArray()) {
			node.forEach(result::add);
		}
		return result;
	}

	static FlagValue value(JsonNode node) {
		return FlagValue.ofCompactJson(node.toString());
	}

}
