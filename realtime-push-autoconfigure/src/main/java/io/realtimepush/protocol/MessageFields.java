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

package io.realtimepush.protocol;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The fields of a server message, read in one pass and in whatever order they come. JSON
 * {@code null} counts as absent, but for a value that may be any JSON.
 *
 * @param values a {@link String}, {@link Number}, {@link Boolean}, {@link FlagValue},
 * list, map or {@link MessageFields} by name
 */
record MessageFields(Map<String, Object> values) {

	/** Fields that hold any JSON. */
	private static final Set<String> RAW = Set.of("payload", "t");

	/** Fields that hold any JSON by key. */
	private static final Set<String> MAPS = Set.of("flags", "set");

	/** What no field may be. */
	private static final Object OTHER = new Object();

	private static final JsonFactory JSON = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder()
			// A value stands two levels deep in its message
			.maxNestingDepth(FlagValue.MAX_DEPTH + 2)
			.maxStringLength(Integer.MAX_VALUE)
			.build())
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	/**
	 * Read the fields of a JSON object.
	 * @throws ProtocolViolationException if the text is no JSON object
	 */
	static MessageFields parse(byte[] utf8) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), utf8)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw violation("message must be a JSON object");
			}
			MessageFields fields = read(parser);
			if (parser.nextToken() != null) {
				throw violation("message must be one JSON object, but more follows it");
			}
			return fields;
		}
		catch (JacksonException ex) {
			throw violation("message is not JSON: " + ex.getOriginalMessage());
		}
	}

	private static MessageFields read(JsonParser parser) {
		Map<String, Object> values = new LinkedHashMap<>();
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String name = parser.currentName();
			parser.nextToken();
			Object value = read(name, parser);
			if (value != null) {
				values.put(name, value);
			}
		}
		return new MessageFields(values);
	}

	private static @Nullable Object read(String name, JsonParser parser) {
		if (RAW.contains(name)) {
			return checked("'" + name + "'", () -> FlagValue.read(parser));
		}
		return switch (parser.currentToken()) {
			case START_OBJECT -> MAPS.contains(name) ? readValues(name, parser) : read(parser);
			case START_ARRAY -> readTexts(parser);
			case VALUE_STRING -> parser.getString();
			case VALUE_NUMBER_INT -> parser.getBigIntegerValue();
			case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
			case VALUE_TRUE -> Boolean.TRUE;
			case VALUE_FALSE -> Boolean.FALSE;
			default -> null;
		};
	}

	private static Map<String, FlagValue> readValues(String name, JsonParser parser) {
		Map<String, FlagValue> values = new LinkedHashMap<>();
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			String key = parser.currentName();
			parser.nextToken();
			values.put(key, checked("'" + name + "'", () -> FlagValue.read(parser)));
		}
		return values;
	}

	private static Object readTexts(JsonParser parser) {
		List<String> texts = new ArrayList<>();
		boolean others = false;
		while (parser.nextToken() != JsonToken.END_ARRAY) {
			if (parser.currentToken() == JsonToken.VALUE_STRING) {
				texts.add(parser.getString());
			}
			else {
				others = true;
				parser.skipChildren();
			}
		}
		return others ? OTHER : texts;
	}

	boolean has(String name) {
		return this.values.containsKey(name);
	}

	@Nullable String optionalText(String name) {
		return get(name, String.class, "a string");
	}

	String text(String name) {
		return required(name, optionalText(name));
	}

	boolean flag(String name) {
		return required(name, get(name, Boolean.class, "true or false"));
	}

	@Nullable Double optionalNumber(String name) {
		Number number = get(name, Number.class, "a number");
		return (number != null) ? number.doubleValue() : null;
	}

	/** One that is too large is cut: it is beyond every limit anyway. */
	@Nullable Long optionalWhole(String name) {
		BigInteger value = get(name, BigInteger.class, "a whole number");
		if (value == null) {
			return null;
		}
		if (value.bitLength() < Long.SIZE) {
			return value.longValue();
		}
		return (value.signum() < 0) ? Long.MIN_VALUE : Long.MAX_VALUE;
	}

	long whole(String name) {
		return required(name, optionalWhole(name));
	}

	@Nullable Long optionalMillis(String name) {
		Long value = optionalWhole(name);
		if (value != null && value < 0) {
			throw violation("'" + name + "' must be a whole number of milliseconds, at least 0");
		}
		return value;
	}

	long millis(String name) {
		return required(name, optionalMillis(name));
	}

	FlagValue raw(String name) {
		FlagValue value = get(name, FlagValue.class, "JSON");
		return (value != null) ? value : FlagValue.NULL;
	}

	@SuppressWarnings("unchecked")
	List<String> optionalTexts(String name) {
		List<String> texts = get(name, List.class, "an array of strings");
		return (texts != null) ? texts : List.of();
	}

	List<String> texts(String name) {
		required(name, this.values.get(name));
		return optionalTexts(name);
	}

	@SuppressWarnings("unchecked")
	Map<String, FlagValue> values(String name) {
		return required(name, (Map<String, FlagValue>) get(name, Map.class, "an object"));
	}

	@Nullable MessageFields optionalFields(String name) {
		return get(name, MessageFields.class, "an object");
	}

	private <T> @Nullable T get(String name, Class<T> type, String what) {
		Object value = this.values.get(name);
		if (value != null && !type.isInstance(value)) {
			throw violation("'" + name + "' must be " + what);
		}
		return type.cast(value);
	}

	private static <T> T required(String name, @Nullable T value) {
		if (value == null) {
			throw violation("'" + name + "' is missing");
		}
		return value;
	}

	/**
	 * Make something of what was read.
	 * @param what the fields it is made of, for the message
	 * @throws ProtocolViolationException if it cannot be made
	 */
	static <T> T checked(String what, Supplier<T> maker) {
		try {
			return maker.get();
		}
		catch (IllegalArgumentException ex) {
			throw violation(what + ": " + ex.getMessage());
		}
	}

	static ProtocolViolationException violation(String message) {
		return new ProtocolViolationException(CloseReason.BAD_REQUEST, message);
	}

}
