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

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads conditions. One of an unknown type or predicate holds for nobody.
 * <p>
 * A condition holds if any of its objects fits, one with a negative predicate if none
 * does; either kind only for a user who has the attribute.
 */
final class Conditions {

	private static final Pattern NUMBER = Pattern
		.compile("[+-]?(\\d{1,64}(\\.\\d{0,64})?|\\.\\d{1,64})([eE][+-]?\\d{1,4})?");

	private static final Pattern SECONDS = Pattern.compile("-?\\d{1,18}");

	private Conditions() {
	}

	static List<Condition> read(@Nullable JsonNode conditions) {
		return Json.elements(conditions).stream().map(Conditions::readOne).toList();
	}

	/** Add the flag keys of the segments that the conditions of a rule name. */
	static void addSegments(JsonNode rule, Set<String> segments) {
		for (JsonNode condition : Json.elements(rule.get("conditions"))) {
			if (Json.text(condition, "type", "").equals("segment")) {
				Json.elements(condition.get("objects"))
					.forEach((id) -> segments.add(ToggleRepository.SEGMENT_PREFIX + Json.text(id)));
			}
		}
	}

	private static Condition readOne(JsonNode node) {
		String subject = Json.text(node, "subject", "");
		String predicate = Json.text(node, "predicate", "");
		List<String> objects = Json.elements(node.get("objects"))
			.stream()
			.map(Json::text)
			.filter(Objects::nonNull)
			.toList();
		return switch (Json.text(node, "type", "")) {
			case "string" -> string(subject, predicate, objects);
			case "segment" -> segment(predicate, objects);
			case "datetime" -> datetime(subject, predicate, objects);
			case "number" -> ordered(subject, predicate, objects, Conditions::number, Comparator.naturalOrder());
			case "semver" -> ordered(subject, predicate, objects, SemanticVersion::parse,
					Comparator.<SemanticVersion>naturalOrder());
			default -> Condition.NEVER;
		};
	}

	private static Condition string(String subject, String predicate, List<String> objects) {
		return switch (predicate) {
			case "is one of" -> attribute(subject, true, isOneOf(objects));
			case "is not any of" -> attribute(subject, false, isOneOf(objects));
			case "ends with" -> attribute(subject, true, any(objects, String::endsWith));
			case "does not end with" -> attribute(subject, false, any(objects, String::endsWith));
			case "starts with" -> attribute(subject, true, any(objects, String::startsWith));
			case "does not start with" -> attribute(subject, false, any(objects, String::startsWith));
			case "contains" -> attribute(subject, true, any(objects, String::contains));
			case "does not contain" -> attribute(subject, false, any(objects, String::contains));
			case "matches regex" -> attribute(subject, true, matchesAny(objects));
			case "does not match regex" -> attribute(subject, false, matchesAny(objects));
			default -> Condition.NEVER;
		};
	}

	private static Condition attribute(String subject, boolean expected, BiPredicate<String, Evaluator> test) {
		return (run) -> {
			String value = run.user().attribute(subject);
			try {
				return value != null && test.test(value, run) == expected;
			}
			catch (RegexBudget.ExhaustedException ex) {
				return false;
			}
		};
	}

	private static BiPredicate<String, Evaluator> isOneOf(List<String> objects) {
		Set<String> all = Set.copyOf(objects);
		return (value, run) -> all.contains(value);
	}

	private static BiPredicate<String, Evaluator> any(List<String> objects, BiPredicate<String, String> fits) {
		return (value, run) -> objects.stream().anyMatch((object) -> fits.test(value, object));
	}

	private static BiPredicate<String, Evaluator> matchesAny(List<String> objects) {
		List<Pattern> patterns = objects.stream().map(Conditions::pattern).filter(Objects::nonNull).toList();
		return (value, run) -> patterns.stream().anyMatch((pattern) -> run.regexBudget().find(pattern, value));
	}

	private static @Nullable Pattern pattern(String regex) {
		try {
			return Pattern.compile(regex);
		}
		catch (PatternSyntaxException ex) {
			return null;
		}
	}

	private static Condition segment(String predicate, List<String> objects) {
		return switch (predicate) {
			case "is in" -> (run) -> objects.stream().anyMatch(run::isInSegment);
			case "is not in" -> (run) -> objects.stream().noneMatch(run::isInSegment);
			default -> Condition.NEVER;
		};
	}

	private static Condition datetime(String subject, String predicate, List<String> objects) {
		List<Long> times = objects.stream().map(Conditions::seconds).filter(Objects::nonNull).toList();
		boolean after = predicate.equals("after");
		if (!after && !predicate.equals("before")) {
			return Condition.NEVER;
		}
		return (run) -> {
			String value = run.user().attribute(subject);
			Long time = (value != null) ? seconds(value) : Long.valueOf(run.now());
			return time != null && times.stream().anyMatch((object) -> (time >= object) == after);
		};
	}

	private static <T> Condition ordered(String subject, String predicate, List<String> objects,
			Function<String, @Nullable T> reader, Comparator<T> order) {
		boolean expected = !predicate.equals("!=");
		IntPredicate fits = switch (predicate) {
			case "=", "!=" -> (compared) -> compared == 0;
			case ">" -> (compared) -> compared > 0;
			case ">=" -> (compared) -> compared >= 0;
			case "<" -> (compared) -> compared < 0;
			case "<=" -> (compared) -> compared <= 0;
			default -> null;
		};
		if (fits == null) {
			return Condition.NEVER;
		}
		List<T> readable = objects.stream().map(reader).filter(Objects::nonNull).toList();
		return (run) -> {
			String text = run.user().attribute(subject);
			T value = (text != null) ? reader.apply(text) : null;
			return value != null
					&& readable.stream().anyMatch((object) -> fits.test(order.compare(value, object))) == expected;
		};
	}

	private static @Nullable Double number(String text) {
		String trimmed = text.trim();
		// Adding zero makes one zero of both
		return NUMBER.matcher(trimmed).matches() ? Double.parseDouble(trimmed) + 0.0 : null;
	}

	private static @Nullable Long seconds(String text) {
		String trimmed = text.trim();
		return SECONDS.matcher(trimmed).matches() ? Long.parseLong(trimmed) : null;
	}

}
