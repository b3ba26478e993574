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

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FlagFilter}.
 */
class FlagFilterTests {

	@Property(tries = 5000)
	void matchesAsTheRegularExpressionDoes(@ForAll("patterns") String pattern, @ForAll("keys") String key) {
		assertThat(FlagFilter.of(List.of(pattern)).matches(key)).isEqualTo(oracle(pattern, key));
	}

	@Property
	void anyPatternOfAListLetsThrough(@ForAll("lists") List<String> patterns, @ForAll("keys") String key) {
		assertThat(FlagFilter.of(patterns).matches(key))
			.isEqualTo(patterns.isEmpty() || patterns.stream().anyMatch((pattern) -> oracle(pattern, key)));
	}

	@Property
	void orderAndDuplicatesDoNotMatter(@ForAll("lists") List<String> patterns, @ForAll Random random) {
		List<String> other = new ArrayList<>(patterns);
		other.addAll(patterns);
		Collections.shuffle(other, random);
		FlagFilter filter = FlagFilter.of(patterns);
		assertThat(FlagFilter.of(other)).isEqualTo(filter).hasSameHashCodeAs(filter);
		assertThat(FlagFilter.of(other).viewEpoch("k7f3")).isEqualTo(filter.viewEpoch("k7f3"));
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	void bothFiltersMustLetThrough(@ForAll("filters") FlagFilter left, @ForAll("filters") FlagFilter right,
			@ForAll("keys") String key) {
		assertThat(left.and(right).matches(key)).isEqualTo(left.matches(key) && right.matches(key));
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	void intersectionIsIdempotentCommutativeAndAssociative(@ForAll("filters") FlagFilter a,
			@ForAll("filters") FlagFilter b, @ForAll("filters") FlagFilter c) {
		assertThat(a.and(a)).isEqualTo(a);
		assertThat(a.and(FlagFilter.all())).isEqualTo(a);
		assertThat(a.and(b)).isEqualTo(b.and(a)).hasSameHashCodeAs(b.and(a));
		assertThat(a.and(b).viewEpoch("k7f3")).isEqualTo(b.and(a).viewEpoch("k7f3"));
		assertThat(a.and(b).and(b)).isEqualTo(a.and(b));
		assertThat(a.and(b.and(c))).isEqualTo(a.and(b).and(c));
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	void viewsShareAnEpochOnlyIfTheirFiltersAreEqual(@ForAll("filters") FlagFilter left,
			@ForAll("filters") FlagFilter right) {
		assertThat(left.viewEpoch("k7f3").equals(right.viewEpoch("k7f3"))).isEqualTo(left.equals(right));
	}

	@Property
	void viewOfAnyPositionOfASourceIsAPosition(@ForAll("filters") FlagFilter filter) {
		FlagPosition view = filter.view(new FlagPosition(Epochs.random(), 42));
		assertThat(view.version()).isEqualTo(42);
		assertThat(FlagPosition.parse(view.toString())).isEqualTo(view);
	}

	@Test
	void patternsThatOnlyLookAlikeAreOtherViews() {
		FlagFilter one = FlagFilter.of(List.of("a, b"));
		FlagFilter two = FlagFilter.of(List.of("a", "b"));
		FlagFilter nested = FlagFilter.of(List.of("a")).and(FlagFilter.of(List.of("b")));
		FlagFilter brackets = FlagFilter.of(List.of("a], [b"));
		assertThat(List.of(one, two, nested, brackets)).doesNotHaveDuplicates()
			.extracting((filter) -> filter.viewEpoch("k7f3"))
			.doesNotHaveDuplicates();
	}

	@Test
	void hashIsTheSameOnEveryNode() {
		assertThat(FlagFilter.of(List.of("ui.*")).viewEpoch("k7f3")).isEqualTo("k7f3.whuuuz5r");
		assertThat(FlagFilter.of(List.of("ui.*", "checkout")).and(FlagFilter.of(List.of("*x"))).viewEpoch("k7f3"))
			.isEqualTo("k7f3.julh3zxo");
		assertThat(FlagFilter.all().viewEpoch("k7f3")).isEqualTo("k7f3");
	}

	@Test
	void epochOfAViewCountsByItsHash() {
		FlagFilter filter = FlagFilter.of(List.of("ui.*"));
		assertThat(filter.viewEpoch("k7f3abcd")).isEqualTo("k7f3abcd.whuuuz5r");
		assertThat(filter.viewEpoch("k7f3abcd.1a2b3c4d")).isEqualTo("eqx4fsyg.whuuuz5r");
		assertThat(filter.view(new FlagPosition("k7f3abcd.1a2b3c4d", 42))).hasToString("eqx4fsyg.whuuuz5r:42");
		assertThat(FlagFilter.all().viewEpoch("k7f3abcd.1a2b3c4d")).isEqualTo("k7f3abcd.1a2b3c4d");
	}

	@Test
	void noPatternOrOnlyStarsMeansAll() {
		for (List<String> patterns : List.of(List.<String>of(), List.of("*"), List.of("ui.*", "**"))) {
			assertThat(FlagFilter.of(patterns)).isSameAs(FlagFilter.all());
		}
		assertThat(FlagFilter.all().matches("anything")).isTrue();
	}

	@Test
	void starMatchesDotsAndEverythingElseIsLiteral() {
		assertThat(FlagFilter.of(List.of("ui.*")).matches("ui.a.b")).isTrue();
		assertThat(FlagFilter.of(List.of("ui.*")).matches("ui.")).isTrue();
		assertThat(FlagFilter.of(List.of("ui.*")).matches("uixa")).isFalse();
		assertThat(FlagFilter.of(List.of("ui.*")).matches("UI.a")).isFalse();
		assertThat(FlagFilter.of(List.of("a?[b]\\d")).matches("a?[b]\\d")).isTrue();
		assertThat(FlagFilter.of(List.of("aa*aa")).matches("aaa")).isFalse();
		assertThat(FlagFilter.of(List.of("*a*a*")).matches("a")).isFalse();
	}

	@Test
	void unusablePatternIsRefused() {
		for (String pattern : List.of("", "a".repeat(257), "a\nb", "\u0000", "\ud83d*")) {
			assertThatIllegalArgumentException().isThrownBy(() -> FlagFilter.of(List.of("ok", pattern)))
				.withMessageStartingWith("flag pattern must");
		}
	}

	private static boolean oracle(String pattern, String key) {
		String regex = pattern.chars()
			.mapToObj((c) -> (c == '*') ? ".*" : Pattern.quote(String.valueOf((char) c)))
			.collect(Collectors.joining());
		return key.matches("(?s)" + regex);
	}

	@Provide
	Arbitrary<String> patterns() {
		return Arbitraries.strings().withChars("ab.**,").ofMinLength(1).ofMaxLength(9);
	}

	@Provide
	Arbitrary<String> keys() {
		return Arbitraries.strings().withChars("ab.,").ofMinLength(1).ofMaxLength(12);
	}

	@Provide
	Arbitrary<List<String>> lists() {
		return patterns().list().ofMaxSize(4);
	}

	@Provide
	Arbitrary<FlagFilter> filters() {
		return lists().map(FlagFilter::of)
			.list()
			.ofMinSize(1)
			.ofMaxSize(3)
			.map((filters) -> filters.stream().reduce(FlagFilter.all(), FlagFilter::and));
	}

}
