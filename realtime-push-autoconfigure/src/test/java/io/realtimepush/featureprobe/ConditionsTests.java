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

import java.util.HashMap;
import java.util.Map;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for conditions.
 */
class ConditionsTests {

	private static boolean holds(String type, String predicate, String value, String... objects) {
		Map<String, String> attributes = new HashMap<>();
		if (value != null) {
			attributes.put("it", value);
		}
		return holds(ToggleDocuments.condition(type, "it", predicate, objects), new FlagUser("u-1", attributes));
	}

	private static boolean holds(String condition, FlagUser user) {
		return new ToggleDocuments().conditional("toggle", condition).value("toggle", user).equals("\"other\"");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			is one of        | is not any of        | a       | true
			is one of        | is not any of        | b       | true
			is one of        | is not any of        | A       | false
			is one of        | is not any of        | ab      | false
			ends with        | does not end with    | cba     | true
			ends with        | does not end with    | abc     | false
			starts with      | does not start with  | bcd     | true
			starts with      | does not start with  | cab     | false
			contains         | does not contain     | xbx     | true
			contains         | does not contain     | xyz     | false
			matches regex    | does not match regex | xxbxx   | true
			matches regex    | does not match regex | xyz     | false
			""")
	void negativePredicateHoldsWhereThePositiveDoesNot(String positive, String negative, String value,
			boolean expected) {
		assertThat(holds("string", positive, value, "a", "b")).isEqualTo(expected);
		assertThat(holds("string", negative, value, "a", "b")).isEqualTo(!expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "is one of", "is not any of", "ends with", "does not end with", "starts with",
			"does not start with", "contains", "does not contain", "matches regex", "does not match regex" })
	void stringConditionNeedsTheAttribute(String predicate) {
		assertThat(holds("string", predicate, null, "a")).isFalse();
	}

	@Test
	void conditionWithoutObjectsFitsNobody() {
		assertThat(holds("string", "is one of", "a")).isFalse();
		assertThat(holds("string", "is not any of", "a")).isTrue();
		assertThat(holds("number", "<", "1")).isFalse();
		assertThat(holds("datetime", "after", "1")).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "string, is like", "string, after", "number, ==", "semver, ~", "datetime, at", "segment, contains",
			"boolean, is one of", "'', is one of" })
	void unknownTypeOrPredicateHoldsForNobody(String type, String predicate) {
		assertThat(holds(type, predicate, "1", "1")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "'text'", "[]", "{}", "null", "{'type':'string'}",
			"{'type':'string','predicate':'is one of','objects':'a'}", "{'type':5,'predicate':{},'objects':[[]]}" })
	void unreadableConditionHoldsForNobody(String condition) {
		assertThat(holds(condition, new FlagUser("u-1", Map.of("it", "a", "", "a")))).isFalse();
	}

	@Test
	void regularExpressionMatchesAnyPart() {
		assertThat(holds("string", "matches regex", "order-4711", "[0-9]{4}")).isTrue();
		assertThat(holds("string", "matches regex", "order-4711", "^[0-9]{4}$")).isFalse();
	}

	@Test
	void invalidRegularExpressionMatchesNothing() {
		assertThat(holds("string", "matches regex", "a", "[")).isFalse();
		assertThat(holds("string", "matches regex", "a", "[", "a")).isTrue();
		assertThat(holds("string", "does not match regex", "a", "[")).isTrue();
	}

	@Test
	void regularExpressionThatCostsTooMuchHoldsNeitherWay() {
		String value = "a".repeat(60) + "!";
		String costly = "^.*.*.*.*.*.*.*.*!!$";
		assertThat(holds("string", "matches regex", value, costly)).isFalse();
		assertThat(holds("string", "does not match regex", value, costly)).isFalse();
		String tooLong = "a".repeat(RegexBudget.MAX_TEXT_LENGTH + 1);
		assertThat(holds("string", "matches regex", tooLong, "a")).isFalse();
		assertThat(holds("string", "does not match regex", tooLong, "b")).isFalse();
		assertThat(holds("string", "matches regex", tooLong.substring(1), "^(a|b)*$")).isTrue();
	}

	@Test
	void regularExpressionThatCostsTooMuchDoesNotSpoilOthers() {
		String costly = "^.*.*.*.*.*.*.*.*!!$";
		FlagUser user = new FlagUser("u-1", Map.of("it", "a".repeat(60) + "!"));
		Evaluator evaluator = new Evaluator(new ToggleDocuments()
			.conditional("costly", ToggleDocuments.condition("string", "it", "matches regex", costly))
			.conditional("cheap", ToggleDocuments.condition("string", "it", "matches regex", "a!$"))
			.repository(), user, 1_700_000_000);
		assertThat(evaluator.evaluate("costly").value()).hasToString("\"on\"");
		assertThat(evaluator.evaluate("cheap").value()).hasToString("\"other\"");
	}

	@ParameterizedTest
	@CsvSource({ "=, 5, true", "=, 5.0, true", "=, 4, false", "!=, 4, true", "!=, 5, false", ">, 5, false",
			">, 6, true", ">=, 5, true", ">=, 4, false", "<, 5, false", "<, 4.9, true", "<=, 5, true", "<=, 5.1, false",
			"=, 5e0, true", "=, ' 5 ', true", "=, five, false", "!=, five, false", "<, -, false", "=, NaN, false",
			"!=, NaN, false", "<, -Infinity, false", "=, 0x5, false", "=, 5d, false", "=, '', false" })
	void numbersAreCompared(String predicate, String value, boolean expected) {
		assertThat(holds("number", predicate, value, "5")).isEqualTo(expected);
	}

	@Test
	void anyNumberOfSeveralFits() {
		assertThat(holds("number", "=", "2", "1", "2")).isTrue();
		assertThat(holds("number", "!=", "2", "1", "2")).isFalse();
		assertThat(holds("number", "!=", "2", "1", "x")).isTrue();
		assertThat(holds("number", ">", "2", "1", "9")).isTrue();
		assertThat(holds("number", "=", "0", "-0.0")).isTrue();
		assertThat(holds("number", "=", null, "0")).isFalse();
		assertThat(holds("number", "!=", null, "0")).isFalse();
	}

	@Property(tries = 200)
	void ordersExcludeOneAnother(@ForAll @DoubleRange(min = -1e6, max = 1e6) double value,
			@ForAll @DoubleRange(min = -1e6, max = 1e6) double object) {
		String text = Double.toString(value);
		String other = Double.toString(object);
		assertThat(holds("number", "<", text, other)).isEqualTo(value < object)
			.isNotEqualTo(holds("number", ">=", text, other));
		assertThat(holds("number", ">", text, other)).isEqualTo(value > object)
			.isNotEqualTo(holds("number", "<=", text, other));
		assertThat(holds("number", "=", text, other)).isNotEqualTo(holds("number", "!=", text, other));
	}

	@ParameterizedTest
	@CsvSource({ "=, 1.2.3, true", "=, 1.2.3+build, true", "=, v1.2.3, true", "=, 1.2.3-rc.1, false", "!=, 1.2.4, true",
			"!=, 1.2.3, false", ">, 1.10.0, true", ">, 1.2.3, false", ">, 1.2.4-rc, true", ">=, 1.2.3, true",
			"<, 1.2.3-alpha, true", "<, 1.1.9, true", "<, 0.9.99, true", "<=, 1.2.3, true", "<=, 2.0.0, false",
			"=, 1.2, false", "!=, 1.2, false", "<, one, false", "=, '', false", "=, 99999999999999999999.0.0, false" })
	void semanticVersionsAreCompared(String predicate, String value, boolean expected) {
		assertThat(holds("semver", predicate, value, "1.2.3")).isEqualTo(expected);
	}

	@Test
	void preReleasesAreInTheOrderOfTheSpecification() {
		String[] order = { "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
				"1.0.0-beta.11", "1.0.0-rc.1", "1.0.0" };
		for (int i = 0; i < order.length; i++) {
			for (int j = 0; j < order.length; j++) {
				assertThat(holds("semver", "<", order[i], order[j])).as(order[i] + " < " + order[j]).isEqualTo(i < j);
				assertThat(holds("semver", "=", order[i], order[j])).isEqualTo(i == j);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "after, 100, true", "after, 99, false", "after, 101, true", "before, 99, true", "before, 100, false",
			"after, soon, false", "before, soon, false", "before, 1.5, false", "before, -5, true" })
	void timesAreCompared(String predicate, String value, boolean expected) {
		assertThat(holds("datetime", predicate, value, "100")).isEqualTo(expected);
	}

	@Test
	void timeThatTheUserLacksIsNow() {
		assertThat(holds("datetime", "after", null, "1700000000")).isTrue();
		assertThat(holds("datetime", "after", null, "1700000001")).isFalse();
		assertThat(holds("datetime", "before", null, "1700000000")).isFalse();
		assertThat(holds("datetime", "before", null, "1700000001")).isTrue();
		assertThat(holds("datetime", "after", null, "never")).isFalse();
	}

}
