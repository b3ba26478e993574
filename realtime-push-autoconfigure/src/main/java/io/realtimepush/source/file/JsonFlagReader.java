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

package io.realtimepush.source.file;

import java.util.LinkedHashMap;
import java.util.Map;

import io.realtimepush.flags.FlagValue;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

import org.springframework.util.Assert;

/**
 * Reads flags from a JSON object.
 */
final class JsonFlagReader {

	private static final JsonFactory JSON = JsonFactory.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	private JsonFlagReader() {
	}

	/**
	 * Read the properties of an object.
	 * @param text the JSON text
	 * @return the values by flag key
	 * @throws IllegalArgumentException if the text is not exactly one JSON object
	 */
	static Map<String, FlagValue> read(String text) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
			Assert.isTrue(parser.nextToken() == JsonToken.START_OBJECT, "must hold a JSON object of flags");
			Map<String, FlagValue> flags = new LinkedHashMap<>();
			for (String key = parser.nextName(); key != null; key = parser.nextName()) {
				flags.put(key, readValue(parser, text));
			}
			Assert.isTrue(parser.nextToken() == null, "must hold one JSON object, but more follows it");
			return flags;
		}
		catch (JacksonException ex) {
			TokenStreamLocation location = ex.getLocation();
			String at = (location != null)
					? "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": " : "";
			throw new IllegalArgumentException("must be JSON, but " + at + ex.getOriginalMessage(), ex);
		}
	}

	// The value is cut out of the text, so that its numbers keep theirs
	private static FlagValue readValue(JsonParser parser, String text) {
		parser.nextToken();
		long start = parser.currentTokenLocation().getCharOffset();
		parser.skipChildren();
		parser.finishToken();
		long end = parser.currentLocation().getCharOffset();
		return FlagValue.ofJson(text.substring((int) start, (int) end));
	}

}
