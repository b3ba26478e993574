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

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.realtimepush.flags.FlagValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests for {@link Evaluator}.
 */
class EvaluatorTests {

	private static final FlagUser ANNA = new FlagUser("u-1", Map.of("city", "Oslo", "mail", "anna@example.org"));

	private static final String IN_OSLO = ToggleDocuments.condition("string", "city", "is one of", "Oslo");

	private static final String IN_ROME = ToggleDocuments.condition("string", "city", "is one of", "Rome");

	private static final String AT_EXAMPLE = ToggleDocuments.condition("string", "mail", "ends with", "@example.org");

	private final ToggleDocuments documents = new ToggleDocuments();

	private static String in(String... segments) {
		return ToggleDocuments.condition("segment", "", "is in", segments);
	}

	private static String notIn(String... segments) {
		return ToggleDocuments.condition("segment", "", "is not in", segments);
	}

	private static String prerequisite(String key, String value) {
		return "{'key':'" + key + "','value':" + value + "}";
	}

	private static String split(String distribution, String more) {
		return "{'split':{'distribution':" + distribution + more + "}}";
	}

	@Test
	void disabledToggleServesItsDisabledVariation() {
		this.documents.toggle("t", "enabled", "false", "rules", "[{'serve':{'select':2},'conditions':[]}]");
		assertThat(this.documents.evaluate("t", ANNA))
			.isEqualTo(new Evaluation(FlagValue.of("off"), null, 0, 5, "disabled."));
	}

	@Test
	void toggleWithoutRuleThatHoldsServesItsDefault() {
		this.documents.conditional("t", IN_ROME);
		assertThat(this.documents.evaluate("t", ANNA))
			.isEqualTo(new Evaluation(FlagValue.of("on"), null, 1, 5, "default."));
	}

	@Test
	void firstRuleWhoseConditionsAllHoldDecides() {
		this.documents.toggle("t", "rules",
				"[{'serve':{'select':0},'conditions':[" + IN_OSLO + "," + IN_ROME + "]},"
						+ "{'serve':{'select':2},'conditions':[" + IN_OSLO + "," + AT_EXAMPLE + "]},"
						+ "{'serve':{'select':1},'conditions':[" + IN_OSLO + "]}]");
		assertThat(this.documents.evaluate("t", ANNA))
			.isEqualTo(new Evaluation(FlagValue.of("other"), 1, 2, 5, "rule 1"));
		assertThat(this.documents.value("t", FlagUser.of("u-2"))).isEqualTo("\"on\"");
	}

	@Test
	void ruleWithoutConditionsHoldsForAll() {
		this.documents.toggle("t", "rules", "[{'serve':{'select':2},'conditions':[]}]");
		assertThat(this.documents.value("t", FlagUser.of(""))).isEqualTo("\"other\"");
	}

	@Test
	void unknownToggleIsNotEvaluated() {
		assertThat(this.documents.evaluate("t", ANNA)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'select':3}", "{'select':-1}", "{'select':'1'}", "{'select':9999999999}", "{}", "null",
			"'on'", "{'split':null}", "{'split':{}}", "{'split':{'distribution':[[[0,0]]]}}",
			"{'split':{'distribution':[[[0]],[['a','b']],7]}}" })
	void serveThatPointsNowhereServesNothing(String serve) {
		this.documents.toggle("t", "defaultServe", serve);
		assertThat(this.documents.evaluate("t", ANNA)).isEqualTo(new Evaluation(null, null, null, 5, "default."));
	}

	/** Computed with sha1sum: the last 8 digits of the hash, modulo 10000. */
	@ParameterizedTest
	@CsvSource({ "u-1, new_checkout, 250", "u-2, new_checkout, 1987", "u-3, new_checkout, 4904", "user-42, salty, 8628",
			"Oslo, new_checkout, 8325", "grün, schlüssel, 5691", "'', new_checkout, 8000", "用户, 开关, 364", "a, b, 844",
			"13, tutorial_rollout, 9558" })
	void userFallsIntoTheBucketOfTheHash(String user, String salt, int bucket) {
		assertThat(Serve.Split.bucket(user, salt)).isEqualTo(bucket);
		String own = "[" + bucket + "," + (bucket + 1) + "]";
		String others = "[[0," + bucket + "],[" + (bucket + 1) + ",10000]]";
		this.documents.toggle(salt, "defaultServe", split("[" + others + ",[],[" + own + "]]", ""));
		assertThat(this.documents.value(salt, FlagUser.of(user))).isEqualTo("\"other\"");
		this.documents.toggle("t", "defaultServe",
				split("[" + others + ",[" + own + "]]", ",'salt':'" + salt + "','bucketBy':' '"));
		assertThat(this.documents.value("t", FlagUser.of(user))).isEqualTo("\"on\"");
		this.documents.toggle(salt, "defaultServe", split("[[],[" + own + "]]", ",'salt':'','bucketBy':'name'"));
		assertThat(this.documents.value(salt, new FlagUser("x", Map.of("name", user)))).isEqualTo("\"on\"");
	}

	@Test
	void splitByAnAttributeThatTheUserLacksServesNothing() {
		this.documents.toggle("t", "defaultServe", split("[[[0,10000]]]", ",'bucketBy':'team'"));
		assertThat(this.documents.value("t", ANNA)).isEqualTo("nothing");
	}

	@Test
	void ruleThatHoldsDecidesAlsoIfItServesNothing() {
		this.documents.toggle("t", "rules",
				"[{'serve':" + split("[[[0,10000]]]", ",'bucketBy':'team'") + ",'conditions':[" + IN_OSLO + "]}]");
		assertThat(this.documents.evaluate("t", ANNA)).isEqualTo(new Evaluation(null, 0, null, 5, "rule 0"));
	}

	@Test
	void splitSharesUsersAsItSays() {
		this.documents.toggle("t", "defaultServe", split("[[[0,9000]],[[9000,10000]]]", ""));
		ToggleRepository repository = this.documents.repository();
		long on = IntStream.range(0, 20_000)
			.mapToObj((i) -> new Evaluator(repository, FlagUser.of("user-" + i), 0).evaluate("t"))
			.filter((evaluation) -> Integer.valueOf(1).equals(evaluation.variationIndex()))
			.count();
		assertThat(on).isBetween(1800L, 2200L);
	}

	@Test
	void segmentHoldsIfAllConditionsOfAnyRuleHold() {
		this.documents.segment("s", IN_ROME, IN_OSLO + "," + AT_EXAMPLE)
			.segment("none", IN_OSLO + "," + IN_ROME)
			.conditional("in", in("s"))
			.conditional("notIn", notIn("s"))
			.conditional("inOther", in("none", "missing"))
			.conditional("inAny", in("missing", "none", "s"))
			.conditional("notInOther", notIn("none", "missing"));
		assertThat(List.of("in", "notIn", "inOther", "inAny", "notInOther"))
			.extracting((key) -> this.documents.value(key, ANNA))
			.containsExactly("\"other\"", "\"on\"", "\"on\"", "\"other\"", "\"other\"");
		assertThat(this.documents.value("notIn", FlagUser.of("u-2"))).isEqualTo("\"other\"");
	}

	@Test
	void segmentsMayStandInSegmentsButNotInThemselves() {
		this.documents.segment("inner", IN_OSLO)
			.segment("outer", in("inner"))
			.segment("self", in("self"))
			.segment("one", in("two"))
			.segment("two", in("one"), IN_OSLO)
			.conditional("outer", in("outer"))
			.conditional("self", in("self"))
			.conditional("one", in("one"));
		assertThat(List.of("outer", "self", "one")).extracting((key) -> this.documents.value(key, ANNA))
			.containsExactly("\"other\"", "\"on\"", "\"other\"");
	}

	@Test
	void prerequisiteMustGiveExactlyItsValue() {
		this.documents.toggle("open", "variations", "[false,true]")
			.toggle("met", "prerequisites", "[" + prerequisite("open", "true") + "]")
			.toggle("notMet", "prerequisites", "[" + prerequisite("open", "false") + "]")
			.toggle("otherType", "prerequisites", "[" + prerequisite("open", "'true'") + "]")
			.toggle("withoutValue", "prerequisites", "[{'key':'open'}]")
			.toggle("second", "prerequisites",
					"[" + prerequisite("open", "true") + "," + prerequisite("notMet", "'on'") + "]");
		assertThat(List.of("met", "notMet", "otherType", "withoutValue", "second"))
			.extracting((key) -> this.documents.value(key, ANNA))
			.containsExactly("\"on\"", "\"off\"", "\"off\"", "\"off\"", "\"off\"");
	}

	@Test
	void prerequisiteComparesNumbersByWorthAndObjectsInAnyOrder() {
		this.documents.toggle("number", "variations", "[0,1.0]")
			.toggle("object", "variations", "[0,{'a':1,'b':[2]}]")
			.toggle("t", "prerequisites",
					"[" + prerequisite("number", "1") + "," + prerequisite("object", "{'b':[2.0],'a':1}") + "]");
		assertThat(this.documents.value("t", ANNA)).isEqualTo("\"on\"");
	}

	@Test
	void prerequisiteIsEvaluatedForTheSameUser() {
		this.documents.conditional("inner", IN_OSLO)
			.toggle("outer", "prerequisites", "[" + prerequisite("inner", "'other'") + "]");
		assertThat(this.documents.value("outer", ANNA)).isEqualTo("\"on\"");
		assertThat(this.documents.value("outer", FlagUser.of("u-2"))).isEqualTo("\"off\"");
	}

	@Test
	void missingPrerequisiteDisables() {
		this.documents.toggle("t", "prerequisites", "[" + prerequisite("missing", "true") + "]")
			.toggle("above", "prerequisites", "[" + prerequisite("t", "'off'") + "]");
		assertThat(this.documents.evaluate("t", ANNA)).satisfies((evaluation) -> {
			assertThat(evaluation.variationIndex()).isZero();
			assertThat(evaluation.reason()).isEqualTo("prerequisite is missing.");
		});
		assertThat(this.documents.value("above", ANNA)).isEqualTo("\"off\"");
	}

	@Test
	void prerequisiteThatServesNothingDisables() {
		this.documents.toggle("nothing", "defaultServe", "{'select':7}")
			.toggle("t", "prerequisites", "[" + prerequisite("nothing", "null") + "]");
		assertThat(this.documents.value("t", ANNA)).isEqualTo("\"off\"");
	}

	@ParameterizedTest
	@CsvSource({ "1, on", "19, on", "20, on", "21, off", "40, off" })
	void prerequisitesGoTwentyLevelsDeep(int toggles, String expected) {
		for (int i = 1; i < toggles; i++) {
			this.documents.toggle("t" + i, "prerequisites", "[" + prerequisite("t" + (i + 1), "'on'") + "]");
		}
		this.documents.toggle("t" + toggles);
		assertThat(this.documents.value("t1", ANNA)).isEqualTo("\"" + expected + "\"");
	}

	@Test
	void disabledToggleEndsTheWayDown() {
		for (int i = 1; i <= 20; i++) {
			this.documents.toggle("t" + i, "prerequisites",
					"[" + prerequisite("t" + (i + 1), (i < 20) ? "'on'" : "'off'") + "]");
		}
		this.documents.toggle("t21", "enabled", "false");
		assertThat(this.documents.value("t1", ANNA)).isEqualTo("\"on\"");
	}

	@Test
	void togglesThatNeedOneAnotherAreDisabled() {
		this.documents.toggle("a", "prerequisites", "[" + prerequisite("b", "'on'") + "]")
			.toggle("b", "prerequisites", "[" + prerequisite("a", "'on'") + "]")
			.toggle("self", "prerequisites", "[" + prerequisite("self", "'on'") + "]");
		assertThat(List.of("a", "b", "self")).extracting((key) -> this.documents.value(key, ANNA))
			.containsOnly("\"off\"");
	}

	@Test
	@Timeout(20)
	void manyWaysToTheSameToggleCostNoMoreThanOne() {
		String both = "[" + prerequisite("x%1$d", "'on'") + "," + prerequisite("y%1$d", "'on'") + "]";
		for (int i = 0; i < 19; i++) {
			this.documents.toggle("x" + i, "prerequisites", String.format(both, i + 1))
				.toggle("y" + i, "prerequisites", String.format(both, i + 1));
		}
		this.documents.toggle("x19").toggle("y19");
		assertThat(this.documents.value("x0", ANNA)).isEqualTo("\"on\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "true", "'text'", "[]", "{}", "null", "{'enabled':'yes','rules':{},'variations':7}",
			"{'enabled':true,'rules':[7,null,{}],'variations':[1],'prerequisites':[null]}" })
	void whatIsNoToggleBreaksNothing(String json) {
		this.documents.put("t", json).put(ToggleRepository.SEGMENT_PREFIX + "s", json).toggle("sound");
		assertThatCode(() -> this.documents.repository().evaluate(ANNA, (key) -> true, 0)).doesNotThrowAnyException();
		assertThat(this.documents.repository().evaluate(ANNA, (key) -> true, 0)).containsKey("sound");
	}

	@Test
	void clientsSeeOnlyWhatIsForThem() {
		this.documents.toggle("seen")
			.toggle("hidden", "forClient", "false")
			.toggle("unsaid", "forClient", "null")
			.toggle("notMine")
			.toggle("nothing", "defaultServe", "{'select':7}")
			.segment("s", IN_OSLO)
			.put(ToggleRepository.EVENTS, "{'home':{}}");
		assertThat(this.documents.repository().evaluate(ANNA, (key) -> !key.equals("notMine"), 0))
			.containsOnlyKeys("seen");
	}

	@Test
	void whatHasNotChangedIsTakenOver() {
		this.documents.toggle("same").toggle("changed").segment("s", IN_OSLO);
		ToggleRepository before = this.documents.repository();
		this.documents.toggle("changed", "version", "6");
		ToggleRepository after = ToggleRepository.ofDocuments(this.documents.flags(), 18, before);
		assertThat(after.toggle("same")).isSameAs(before.toggle("same"));
		assertThat(after.segment("s")).isSameAs(before.segment("s"));
		assertThat(after.toggle("changed")).isNotSameAs(before.toggle("changed"));
		assertThat(after.version()).isEqualTo(18);
	}

}
