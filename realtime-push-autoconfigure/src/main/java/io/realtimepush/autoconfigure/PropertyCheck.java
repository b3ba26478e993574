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

package io.realtimepush.autoconfigure;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Checks values of properties; a wrong one fails the start with a text that names the
 * property, what is allowed, and the value.
 */
final class PropertyCheck {

	static final int MAX_PORT = 65_535;

	private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^:}]*)[^}]*}");

	private PropertyCheck() {
	}

	static void between(String property, Duration value, Duration min, Duration max) {
		if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
			throw wrong(property, "must be between " + text(min) + " and " + text(max), text(value));
		}
	}

	static void between(String property, DataSize value, DataSize min, DataSize max) {
		if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
			throw wrong(property, "must be between " + text(min) + " and " + text(max), text(value));
		}
	}

	static void between(String property, int value, int min, int max) {
		if (value < min || value > max) {
			throw wrong(property, "must be between " + min + " and " + max, String.valueOf(value));
		}
	}

	static void atLeast(String property, int value, int min) {
		if (value < min) {
			throw wrong(property, "must be at least " + min, String.valueOf(value));
		}
	}

	static FlagSetId flagSet(String property, String rule, @Nullable String name) {
		if (!StringUtils.hasText(name)) {
			throw wrong(property, rule, null);
		}
		try {
			return FlagSetId.of(name);
		}
		catch (IllegalArgumentException ex) {
			throw wrong(property, "cannot be used: " + ex.getMessage(), "'" + name + "'", ex);
		}
	}

	static SdkKey sdkKey(String property, String rule, SdkKey.Kind kind, @Nullable String text) {
		if (!StringUtils.hasText(text)) {
			throw wrong(property, rule, null);
		}
		resolved(property, text);
		String masked = "'" + SdkKey.mask(text) + "'";
		if (text.chars().anyMatch((c) -> c <= ' ' || c == 127)) {
			throw wrong(property, "must not contain blanks or control characters", masked);
		}
		try {
			return SdkKey.of(kind, text);
		}
		catch (IllegalArgumentException ex) {
			throw wrong(property, "cannot be used: " + ex.getMessage(), masked, ex);
		}
	}

	/**
	 * Refuse a secret that is the text of a placeholder. Spring leaves a placeholder as
	 * it is where there is no value for it, and what stands in a file is no secret.
	 * @param property the name of the property
	 * @param text its value
	 */
	static void resolved(String property, String text) {
		Matcher placeholder = PLACEHOLDER.matcher(text);
		if (placeholder.find()) {
			throw new ConfigurationProblemException(
					"'" + property + "' has the placeholder '" + placeholder.group() + "', for which there is no value",
					"Set '" + placeholder.group(1) + "', as an environment variable for instance.", property, null);
		}
	}

	/**
	 * Create the failure for a wrong value.
	 * @param property the name of the property
	 * @param rule what it must be
	 * @param value the value, masked if it is a secret, or {@code null} if there is none
	 */
	static ConfigurationProblemException wrong(String property, String rule, @Nullable String value) {
		return wrong(property, rule, value, null);
	}

	static ConfigurationProblemException wrong(String property, String rule, @Nullable String value,
			@Nullable Throwable cause) {
		String problem = "'" + property + "' " + rule + ((value != null) ? ", but was " + value : ", but is not set");
		String action = (value != null) ? "Correct the value of '" + property + "'." : "Set '" + property + "'.";
		return new ConfigurationProblemException(problem, action, property, cause);
	}

	/** As one writes it in a property, in the largest unit that needs no fraction. */
	static String text(Duration value) {
		long millis = value.toMillis();
		if (millis != 0 && millis % 3_600_000 == 0) {
			return millis / 3_600_000 + "h";
		}
		if (millis != 0 && millis % 60_000 == 0) {
			return millis / 60_000 + "m";
		}
		return (millis % 1000 == 0) ? millis / 1000 + "s" : millis + "ms";
	}

	/** As one writes it in a property, in the largest unit that needs no fraction. */
	static String text(DataSize value) {
		long bytes = value.toBytes();
		String[] units = { "B", "KB", "MB", "GB" };
		int unit = 0;
		while (bytes != 0 && bytes % 1024 == 0 && unit < units.length - 1) {
			bytes /= 1024;
			unit++;
		}
		return bytes + units[unit];
	}

}
