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

import java.util.LinkedHashMap;
import java.util.Map;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

import org.springframework.util.Assert;

/**
 * Reads a repository document, as FeatureProbe's back end has it, into flags: a flag for
 * each toggle, each segment, and what else stands in it.
 *
 * @since 0.1.0
 */
public final class RepositoryReader {

	private final Map<String, FlagValue> flags = new LinkedHashMap<>();

	private @Nullable Long version;

	private boolean hasToggles;

	private RepositoryReader() {
	}

	/**
	 * Read a document.
	 * @param json the document in UTF-8
	 * @return its flags and its version
	 * @throws IllegalArgumentException if it is no JSON object with {@code toggles} and a
	 * {@code version} of at least 0, or has a key that cannot be a flag key
	 */
	public static Document read(byte[] json) {
		RepositoryReader reader = new RepositoryReader();
		try (JsonParser parser = Json.MAPPER.createParser(json)) {
			Assert.isTrue(parser.nextToken() == JsonToken.START_OBJECT, "repository must be a JSON object");
			for (String name = parser.nextName(); name != null; name = parser.nextName()) {
				reader.read(parser, name);
			}
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("repository must be JSON: " + ex.getOriginalMessage(), ex);
		}
		return reader.document();
	}

	private void read(JsonParser parser, String name) {
		parser.nextToken();
		switch (name) {
			case "toggles" -> {
				requireObject(parser, name);
				this.hasToggles = true;
				for (String key = parser.nextName(); key != null; key = parser.nextName()) {
					add(ToggleRepository.requireToggleKey(key), parser);
				}
			}
			case "segments" -> {
				if (parser.currentToken() != JsonToken.VALUE_NULL) {
					requireObject(parser, name);
					for (String id = parser.nextName(); id != null; id = parser.nextName()) {
						add(FlagSet.requireValidKey(ToggleRepository.SEGMENT_PREFIX + id), parser);
					}
				}
			}
			case "version" -> {
				Assert.isTrue(parser.currentToken() == JsonToken.VALUE_NUMBER_INT,
						"'version' of a repository must be a whole number");
				this.version = parser.getLongValue();
			}
			case "debugUntilTime" -> put(ToggleRepository.DEBUG_UNTIL_TIME, FlagValue.read(parser), FlagValue.NULL);
			case "events" ->
				put(ToggleRepository.EVENTS, FlagValue.read(parser), FlagValue.NULL, RepositoryWriter.EMPTY_OBJECT);
			default -> parser.skipChildren();
		}
	}

	private static void requireObject(JsonParser parser, String name) {
		Assert.isTrue(parser.currentToken() == JsonToken.START_OBJECT,
				() -> "'" + name + "' of a repository must be a JSON object");
	}

	private void add(String key, JsonParser parser) {
		parser.nextToken();
		this.flags.put(key, FlagValue.read(parser));
	}

	/** Nothing is said of what is as if it were absent. */
	private void put(String key, FlagValue value, FlagValue... absent) {
		for (FlagValue each : absent) {
			if (value.equals(each)) {
				return;
			}
		}
		this.flags.put(key, value);
	}

	private Document document() {
		Assert.isTrue(this.hasToggles, "repository must have 'toggles'");
		Long found = this.version;
		Assert.isTrue(found != null && found >= 0 && found <= FlagPosition.MAX_VERSION,
				() -> "'version' of a repository must be between 0 and " + FlagPosition.MAX_VERSION + ", but was "
						+ found);
		return new Document(found, FlagSet.of(this.flags));
	}

	/**
	 * What stands in a document.
	 *
	 * @param version its version
	 * @param flags its flags
	 */
	public record Document(long version, FlagSet flags) {

	}

}
