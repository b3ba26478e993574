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

package io.realtimepush.flags.support;

import java.time.Duration;
import java.util.regex.Pattern;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.module.SimpleModule;

import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Reads durations as Spring does, from {@code "PT10S"}, {@code "10s"} and
 * {@code "1h30m"}. A number is refused: nobody can tell its unit.
 */
class StrictValuesModule extends SimpleModule {

	StrictValuesModule() {
		super("realtime-push-values");
		addDeserializer(Duration.class, new DurationDeserializer());
	}

	private static final class DurationDeserializer extends StdScalarDeserializer<Duration> {

		private static final Pattern WITHOUT_UNIT = Pattern.compile("\\s*[+-]?\\d*\\s*");

		DurationDeserializer() {
			super(Duration.class);
		}

		@Override
		public Duration deserialize(JsonParser parser, DeserializationContext context) {
			if (!parser.hasToken(JsonToken.VALUE_STRING)) {
				return (Duration) context.handleUnexpectedToken(getValueType(context), parser);
			}
			String text = parser.getString();
			if (WITHOUT_UNIT.matcher(text).matches()) {
				return (Duration) context.handleWeirdStringValue(Duration.class, text, "a duration needs a unit");
			}
			try {
				return DurationFormatterUtils.detectAndParse(text);
			}
			catch (IllegalArgumentException ex) {
				return (Duration) context.handleWeirdStringValue(Duration.class, text, "not a duration");
			}
		}

	}

}
