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

package io.realtimepush.flags;

import java.io.StringWriter;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

import org.springframework.util.Assert;

/**
 * Value of a flag: any JSON, {@code null} too. It is kept as compact JSON text, so
 * numbers keep their decimal text and a value is written to a message as it is. Two
 * values are equal if their compact texts are.
 *
 * @since 0.1.0
 */
public final class FlagValue {

	/**
	 * The JSON value {@code null}, which is not the absence of a value.
	 */
	public static final FlagValue NULL = new FlagValue("null");

	/**
	 * The JSON value {@code true}.
	 */
	public static final FlagValue TRUE = new FlagValue("true");

	/**
	 * The JSON value {@code false}.
	 */
	public static final FlagValue FALSE = new FlagValue("false");

	/**
	 * Deepest nesting of arrays and objects that is read.
	 */
	public static final int MAX_DEPTH = 64;

	private static final JsonFactory JSON = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	private final String json;

	private FlagValue(String json) {
		this.json = json;
	}

	/**
	 * Return a boolean value.
	 * @param value the value
	 * @return the flag value
	 */
	public static FlagValue of(boolean value) {
		return value ? TRUE : FALSE;
	}

	/**
	 * Return an integer value.
	 * @param value the value
	 * @return the flag value
	 */
	public static FlagValue of(long value) {
		return new FlagValue(Long.toString(value));
	}

	/**
	 * Return a string value.
	 * @param value the string itself, not its JSON text
	 * @return the flag value
	 * @throws IllegalArgumentException if the string has unpaired surrogates
	 */
	public static FlagValue of(String value) {
		StringWriter out = new StringWriter(value.length() + 2);
		try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
			generator.writeString(value);
		}
		return new FlagValue(requireWellFormed(out.toString()));
	}

	/**
	 * Read a value from JSON text. White space between tokens is dropped, numbers keep
	 * their text, properties keep their order.
	 * @param json exactly one JSON value
	 * @return the flag value
	 * @throws IllegalArgumentException if the text is no JSON, has anything behind the
	 * value, repeats a property, has unpaired surrogates, or is nested deeper than
	 * {@value #MAX_DEPTH} levels
	 */
	public static FlagValue ofJson(String json) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
			if (parser.nextToken() == null) {
				throw new IllegalArgumentException("flag value must be JSON, but is empty");
			}
			FlagValue value = read(parser);
			if (parser.nextToken() != null) {
				throw new IllegalArgumentException("flag value must be one JSON value, but more follows it");
			}
			return value;
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("flag value must be JSON: " + ex.getOriginalMessage(), ex);
		}
	}

	/**
	 * Read a value as people write it into a configuration: JSON, or else plain text.
	 * @param text the text, which is a string if it is no JSON
	 * @return the flag value
	 * @throws IllegalArgumentException if the text has unpaired surrogates
	 */
	public static FlagValue ofText(String text) {
		try {
			return ofJson(text);
		}
		catch (IllegalArgumentException ex) {
			return of(text);
		}
	}

	/**
	 * Read a value with a parser that stands on its first token, as
	 * {@link #ofJson(String)} does.
	 * @param parser the parser, which stands on the last token of the value afterwards
	 * @return the flag value
	 * @throws JacksonException if the text is no JSON
	 * @throws IllegalArgumentException if the value has unpaired surrogates
	 */
	public static FlagValue read(JsonParser parser) {
		StringWriter out = new StringWriter();
		try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
			copy(parser, generator);
		}
		return ofCompactJson(requireWellFormed(out.toString()));
	}

	/**
	 * Wrap JSON text that is known to be valid and compact, for instance because a JSON
	 * generator wrote it. It is not checked.
	 * @param json compact JSON
	 * @return the flag value
	 */
	public static FlagValue ofCompactJson(String json) {
		return switch (json) {
			case "true" -> TRUE;
			case "false" -> FALSE;
			case "null" -> NULL;
			default -> new FlagValue(json);
		};
	}

	private static String requireWellFormed(String json) {
		Assert.isTrue(WellFormed.isWellFormed(json), "flag value must not contain unpaired surrogates");
		return json;
	}

	private static void copy(JsonParser parser, JsonGenerator generator) {
		int depth = 0;
		do {
			JsonToken token = parser.currentToken();
			switch (token) {
				case START_OBJECT, START_ARRAY -> depth++;
				case END_OBJECT, END_ARRAY -> depth--;
				default -> {
				}
			}
			if (token.isNumeric()) {
				generator.writeNumber(parser.getString());
			}
			else {
				generator.copyCurrentEvent(parser);
			}
		}
		while (depth > 0 && parser.nextToken() != null);
	}

	/**
	 * Return the value as compact JSON.
	 * @return the JSON text
	 */
	public String json() {
		return this.json;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof FlagValue that && this.json.equals(that.json);
	}

	@Override
	public int hashCode() {
		return this.json.hashCode();
	}

	@Override
	public String toString() {
		return this.json;
	}

}
