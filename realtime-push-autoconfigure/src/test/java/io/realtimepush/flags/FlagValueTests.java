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

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FlagValue}.
 */
class FlagValueTests {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	@Property
	void readsAnyJsonAndKeepsWhatItMeans(@ForAll("json") String json) {
		FlagValue value = FlagValue.ofJson(json);
		assertThat(tree(value.json())).isEqualTo(tree(json));
		assertThat(FlagValue.ofJson(value.json())).isEqualTo(value).hasToString(value.json());
	}

	@Property
	void whiteSpaceBetweenTokensDoesNotMatter(@ForAll("json") String json, @ForAll("whiteSpace") String space) {
		FlagValue spaced = FlagValue.ofJson(space + spaced(json, space) + space);
		assertThat(spaced).isEqualTo(FlagValue.ofJson(json)).hasSameHashCodeAs(FlagValue.ofJson(json));
	}

	@Property
	void numberKeepsItsDecimalText(@ForAll("numbers") String number) {
		assertThat(FlagValue.ofJson(number).json()).isEqualTo(number);
		assertThat(FlagValue.ofJson("[" + number + ",{\"n\": " + number + "}]").json())
			.isEqualTo("[" + number + ",{\"n\":" + number + "}]");
	}

	@Property
	void stringIsTheSameHoweverItIsEscaped(@ForAll("texts") String text) {
		StringBuilder escaped = new StringBuilder("\"");
		text.chars().forEach((c) -> escaped.append(String.format("\\u%04x", c)));
		FlagValue value = FlagValue.of(text);
		assertThat(FlagValue.ofJson(escaped.append('"').toString())).isEqualTo(value);
		assertThat(FlagValue.ofJson(JSON.writeValueAsString(text))).isEqualTo(value);
		assertThat(tree(value.json()).stringValue()).isEqualTo(text);
	}

	@Property
	void valueSurvivesUtf8(@ForAll("json") String json) {
		String text = FlagValue.ofJson(json).json();
		assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "1.0", "1.00", "1e400", "1E+400", "-0", "-0.0", "0e0", "12345678901234567890",
			"0.1000000000000000055511151231257827", "1e-99999999999" })
	void numberIsNeitherRoundedNorNormalized(String number) {
		assertThat(FlagValue.ofJson(number).json()).isEqualTo(number);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			{"a" : 1}                | {"a":1}
			[ 1 , [ ] , { } ]        | [1,[],{}]
			"http:\\/\\/x"           | "http://x"
			"\\u0041\\u00e9"         | "Aé"
			"\\ud83d\\ude00"         | "😀"
			"\\u000a\\u0009\\u0022"  | "\\n\\t\\""
			{"\\u0061": null}        | {"a":null}
			true                     | true
			{"b":1,"a":2}            | {"b":1,"a":2}
			""")
	void textIsCanonical(String json, String canonical) {
		assertThat(FlagValue.ofJson(json).json()).isEqualTo(canonical);
		assertThat(FlagValue.ofJson(json)).isEqualTo(FlagValue.ofJson(canonical));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "1 2", "1,2", "{}{}", "null null", "1]", "{\"a\":1}}", "[1", "{\"a\":", "\"a",
			"{\"a\":1,\"a\":2}", "[{\"a\":1,\"\\u0061\":2}]", "NaN", "Infinity", "-Infinity", "+1", ".5", "1.", "01",
			"1e", "-", "0x1", "1_000", "tru", "True", "nulll", "undefined", "'a'", "{a:1}", "[1,]", "{\"a\":1,}",
			"/* c */ 1", "// c\n1", "# c\n1", "\"\t\"", "\"\\x\"", "\"\\u12\"", "\ufeff1", "\u00a01", "\u000b1" })
	void textThatIsNotOneJsonValueIsRefused(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> FlagValue.ofJson(json))
			.withMessageStartingWith("flag value must be ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83dx\"", "\"a\ud83d\"", "[\"\ude00\"]",
			"{\"\\ud800\":1}" })
	void unpairedSurrogateIsRefused(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> FlagValue.ofJson(json))
			.withMessage("flag value must not contain unpaired surrogates");
	}

	@Test
	void stringWithUnpairedSurrogateIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> FlagValue.of("a\ud83d"))
			.withMessage("flag value must not contain unpaired surrogates");
	}

	@Test
	void nestingIsLimited() {
		String deepest = "[".repeat(FlagValue.MAX_DEPTH) + "]".repeat(FlagValue.MAX_DEPTH);
		assertThat(FlagValue.ofJson(deepest).json()).isEqualTo(deepest);
		assertThatIllegalArgumentException().isThrownBy(() -> FlagValue.ofJson("[" + deepest + "]"))
			.withMessageContaining("64");
		assertThatIllegalArgumentException().isThrownBy(() -> FlagValue.ofJson("{\"a\":" + deepest + "}"));
		assertThatIllegalArgumentException().isThrownBy(() -> FlagValue.ofJson("[".repeat(1_000_000)));
	}

	@Test
	void simpleValuesAreAsIfReadFromJson() {
		assertThat(FlagValue.ofJson(" true ")).isSameAs(FlagValue.TRUE).isSameAs(FlagValue.of(true));
		assertThat(FlagValue.ofJson("false")).isSameAs(FlagValue.FALSE).isSameAs(FlagValue.of(false));
		assertThat(FlagValue.ofJson("null")).isSameAs(FlagValue.NULL);
		assertThat(FlagValue.of(Long.MIN_VALUE)).isEqualTo(FlagValue.ofJson("-9223372036854775808"));
		assertThat(FlagValue.of("null")).isNotEqualTo(FlagValue.NULL).isEqualTo(FlagValue.ofJson("\"null\""));
		assertThat(FlagValue.ofJson("1")).isNotEqualTo(FlagValue.ofJson("1.0"));
	}

	private static JsonNode tree(String json) {
		return JSON.readTree(json);
	}

	/** Put white space around every token that is outside of a string. */
	private static String spaced(String json, String space) {
		StringBuilder result = new StringBuilder();
		boolean inString = false;
		for (int i = 0; i < json.length(); i++) {
			char c = json.charAt(i);
			if (c == '"' && (i == 0 || json.charAt(i - 1) != '\\')) {
				inString = !inString;
			}
			boolean structural = !inString && "[]{}:,".indexOf(c) >= 0;
			result.append(structural ? space + c + space : c);
		}
		return result.toString();
	}

	@Provide
	Arbitrary<String> whiteSpace() {
		return Arbitraries.strings().withChars(" \t\r\n").ofMaxLength(2);
	}

	@Provide
	Arbitrary<String> numbers() {
		Arbitrary<String> digits = Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(25);
		Arbitrary<String> whole = Arbitraries.oneOf(Arbitraries.just("0"),
				digits.filter((text) -> text.charAt(0) != '0'));
		Arbitrary<String> fraction = Arbitraries.oneOf(Arbitraries.just(""), digits.map((text) -> "." + text));
		Arbitrary<String> exponent = Arbitraries.oneOf(Arbitraries.just(""),
				Combinators.combine(Arbitraries.of("e", "E", "e+", "E-"), Arbitraries.integers().between(0, 400))
					.as((sign, power) -> sign + power));
		return Combinators.combine(Arbitraries.of("", "-"), whole, fraction, exponent)
			.as((sign, a, b, c) -> sign + a + b + c);
	}

	@Provide
	Arbitrary<String> texts() {
		return Arbitraries
			.frequencyOf(Tuple.of(1, Arbitraries.of(0x1F600, 0x10FFFF, 0x2028, 0xFFFF)),
					Tuple.of(3, Arbitraries.integers().between(0, 0x17F)))
			.list()
			.ofMaxSize(12)
			.map((points) -> new String(points.stream().mapToInt(Integer::intValue).toArray(), 0, points.size()));
	}

	@Provide
	Arbitrary<String> json() {
		Arbitrary<String> scalars = Arbitraries.oneOf(Arbitraries.of("true", "false", "null"), numbers(),
				plainStrings());
		return Arbitraries.recursive(() -> scalars, FlagValueTests::nested, 0, 4);
	}

	private static Arbitrary<String> plainStrings() {
		return Arbitraries.strings()
			.withChars("az[]{}:, é\u2028€")
			.ofMaxLength(6)
			.map((text) -> '"' + text.replace("z", "\\n\\/") + '"');
	}

	private static Arbitrary<String> nested(Arbitrary<String> element) {
		Arbitrary<String> array = element.list().ofMaxSize(3).map((list) -> "[" + String.join(",", list) + "]");
		Arbitrary<String> object = Arbitraries.maps(Arbitraries.of("a", "b.c", "", "ä"), element)
			.ofMaxSize(3)
			.map((map) -> map.entrySet()
				.stream()
				.map((entry) -> '"' + entry.getKey() + "\":" + entry.getValue())
				.collect(Collectors.joining(",", "{", "}")));
		return Arbitraries.oneOf(element, array, object);
	}

}
