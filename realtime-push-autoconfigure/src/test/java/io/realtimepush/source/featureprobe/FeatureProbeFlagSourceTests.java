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

package io.realtimepush.source.featureprobe;

import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.FlagSourceContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FeatureProbeFlagSource}.
 */
class FeatureProbeFlagSourceTests implements FlagSourceContract {

	private final TestBackEnd backEnd = TestBackEnd.start();

	private final FeatureProbeFlagSource source = new FeatureProbeFlagSource(this.backEnd.client(null, 100_000));

	@AfterEach
	void stopBackEnd() {
		this.backEnd.close();
	}

	@Override
	public FlagSource source() {
		return this.source;
	}

	private static String key(FlagSetId flagSet) {
		return "srv-" + flagSet.name().replace('/', '-');
	}

	@Override
	public void write(FlagSetId flagSet, Map<String, FlagValue> set, Set<String> removed) {
		this.source.put(flagSet, key(flagSet));
		TestBackEnd.Environment environment = this.backEnd.environment(key(flagSet));
		set.forEach(environment::toggle);
		removed.forEach((toggle) -> environment.toggle(toggle, null));
		this.source.refresh(flagSet);
	}

	/** Any number of changes may have been made one after another. */
	@Override
	public void epochIsNotRenewedFromAnotherPosition() throws Exception {
		write(SHOP, Map.of("first", FlagValue.TRUE, "second", FlagValue.TRUE), Set.of());
		FlagSourceContract.super.epochIsNotRenewedFromAnotherPosition();
	}

	@Test
	void versionIsThatOfTheDocument() throws Exception {
		this.backEnd.environment(key(SHOP)).version(41);
		assertThat(writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of())).hasToString("fp:42");
		assertThat(this.source.hasLastingVersions()).isTrue();
		assertThat(this.source.contains(SHOP)).isTrue();
	}

	@Test
	void segmentsAreFlagsToo() throws Exception {
		this.backEnd.environment(key(SHOP)).segment("beta-1", FlagValue.ofJson("{\"rules\":[]}"));
		writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		assertThat(fetch(SHOP).flags().asMap()).containsOnlyKeys("checkout", "$segment/beta-1");
	}

	@Test
	void backEndIsToldTheVersionThatIsHere() throws Exception {
		write(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		this.backEnd.requests().clear();
		FlagSnapshot first = fetch(SHOP);
		assertThat(fetch(SHOP)).isSameAs(first);
		assertThat(position(SHOP)).isEqualTo(first.position());
		assertThat(this.backEnd.requests()).containsExactly("srv-shop-production /internal/server/toggles",
				"srv-shop-production /internal/server/toggles?version=1",
				"srv-shop-production /internal/server/toggles?version=1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "[]", "{\"version\":2}", "{\"toggles\":{\"$segment/x\":{}},\"version\":2}" })
	void documentThatCannotBeReadLeavesTheLast(String document) throws Exception {
		FlagPosition position = writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		this.backEnd.answer(document);
		StepVerifier.create(this.source.versions(Set.of(SHOP))).expectError().verify(TIMEOUT);
		assertThat(this.source.problems()).containsOnlyKeys("shop/production");
		this.backEnd.answer(null);
		assertThat(position(SHOP)).isEqualTo(position);
		assertThat(this.source.problems()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 500, 503, 302 })
	void backEndThatFailsIsAnError(int status) {
		write(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		this.backEnd.fail(status);
		StepVerifier.create(this.source.versions(Set.of(SHOP)))
			.expectErrorMessage("the back end answered with status " + status)
			.verify(TIMEOUT);
		StepVerifier.create(this.source.fetch(SHOP)).expectError().verify(TIMEOUT);
	}

	@Test
	void backEndThatIsNotThereIsAnError() {
		write(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		this.backEnd.close();
		StepVerifier.create(this.source.versions(Set.of(SHOP))).expectError().verify(TIMEOUT);
	}

	@Test
	void oneEnvironmentThatFailsDoesNotHoldUpOthers() throws Exception {
		FlagPosition shop = writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		FlagPosition blog = writeAndAwait(BLOG, Map.of("comments", FlagValue.TRUE), Set.of());
		this.backEnd.environment(key(BLOG)).toggle("$segment/wrong", FlagValue.TRUE);
		this.backEnd.environment(key(SHOP)).toggle("checkout", FlagValue.FALSE);
		assertThat(this.source.versions(Set.of(SHOP, BLOG)).block(TIMEOUT)).containsEntry(BLOG, blog)
			.containsEntry(SHOP, shop.at(shop.version() + 1));
		assertThat(this.source.problems()).containsOnlyKeys("blog/production");
	}

	@Test
	void keyThatTheBackEndDoesNotKnowIsAMissingFlagSet() throws Exception {
		writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		this.backEnd.forget(key(SHOP));
		assertThat(this.source.versions(Set.of(SHOP)).block(TIMEOUT)).isEmpty();
		assertThat(this.source.problems().get("shop/production")).contains("does not know the server key", "404")
			.doesNotContain(key(SHOP));
	}

	@Test
	void emptyRepositoryOfFeatureProbeServerIsAMissingFlagSet() {
		this.source.put(SHOP, key(SHOP));
		this.backEnd.answer("{\"segments\":{},\"toggles\":{},\"events\":null,\"version\":0,\"debugUntilTime\":null}");
		assertThat(this.source.versions(Set.of(SHOP)).block(TIMEOUT)).isEmpty();
	}

	@Test
	void documentThatIsTooLargeIsAnError() {
		this.source.put(SHOP, key(SHOP));
		this.backEnd.answer("x".repeat(200_000));
		StepVerifier.create(this.source.versions(Set.of(SHOP)))
			.expectErrorSatisfies((ex) -> assertThat(ex).hasMessageContaining("max-size"))
			.verify(TIMEOUT);
	}

	@Test
	void versionThatWentBackwardsIsToldAndRenewed() throws Exception {
		this.backEnd.environment(key(SHOP)).version(41);
		writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		this.backEnd.answer("{\"toggles\":{\"checkout\":false},\"version\":7}");
		assertThat(position(SHOP)).hasToString("fp:7");
		FlagPosition renewed = this.source.renewEpoch(SHOP, position(SHOP)).block(TIMEOUT);
		assertThat(renewed).hasToString("r7:7");
		assertThat(fetch(SHOP).position()).isEqualTo(renewed);
		assertThat(fetch(SHOP).flags().get("checkout")).isEqualTo(FlagValue.FALSE);
		this.backEnd.fail(404);
		assertThat(this.source.versions(Set.of(SHOP)).block(TIMEOUT)).isEmpty();
		this.backEnd.fail(200);
		assertThat(position(SHOP)).as("after a refusal in between").isEqualTo(renewed);
		FlagPosition again = this.source.renewEpoch(SHOP, renewed).block(TIMEOUT);
		assertThat(again.epoch()).isNotEqualTo("r7");
	}

	@Test
	void environmentWithAnotherKeyIsReadAnew() throws Exception {
		writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		this.backEnd.environment("srv-other").toggle("other", FlagValue.TRUE);
		this.source.put(SHOP, "srv-other");
		assertThat(fetch(SHOP).flags().asMap()).containsOnlyKeys("other");
		this.source.remove(SHOP);
		assertThat(this.source.versions(Set.of(SHOP)).block(TIMEOUT)).isEmpty();
	}

}
