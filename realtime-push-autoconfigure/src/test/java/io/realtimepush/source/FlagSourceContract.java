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

package io.realtimepush.source;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSetNotFoundException;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagValue;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the watcher of a source relies on, whatever the source.
 */
public interface FlagSourceContract {

	Duration TIMEOUT = Duration.ofSeconds(20);

	FlagSetId SHOP = FlagSetId.of("shop/production");

	FlagSetId BLOG = FlagSetId.of("blog/production");

	FlagSetId UNKNOWN = FlagSetId.of("nobody/nowhere");

	/**
	 * Return the source under test.
	 * @return the source
	 */
	FlagSource source();

	/**
	 * Change the flags by the means that the source has for it.
	 * @param flagSet the flag set, created when missing
	 * @param set the flags to set
	 * @param removed the flags to remove
	 * @throws Exception if that fails
	 */
	void write(FlagSetId flagSet, Map<String, FlagValue> set, Set<String> removed) throws Exception;

	@Test
	default void versionsOfSeveralFlagSetsComeInOneAnswer() throws Exception {
		writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		writeAndAwait(BLOG, Map.of("comments", FlagValue.FALSE), Set.of());
		assertThat(source().versions(Set.of(SHOP, BLOG)).block(TIMEOUT)).containsOnlyKeys(SHOP, BLOG);
	}

	@Test
	default void versionsLeaveOutWhatNobodyAsksFor() throws Exception {
		writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		writeAndAwait(BLOG, Map.of("comments", FlagValue.FALSE), Set.of());
		assertThat(source().versions(Set.of(BLOG)).block(TIMEOUT)).containsOnlyKeys(BLOG);
	}

	@Test
	default void versionsLeaveOutUnknownFlagSets() throws Exception {
		writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		assertThat(source().versions(Set.of(SHOP, UNKNOWN)).block(TIMEOUT)).containsOnlyKeys(SHOP);
		assertThat(source().versions(Set.of(UNKNOWN)).block(TIMEOUT)).isEmpty();
	}

	@Test
	default void fetchOfUnknownFlagSetFails() {
		StepVerifier.create(source().fetch(UNKNOWN))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOfSatisfying(FlagSetNotFoundException.class,
					(notFound) -> assertThat(notFound.flagSet()).isEqualTo(UNKNOWN)))
			.verify(TIMEOUT);
	}

	@Test
	default void changesOfUnknownFlagSetAreEmpty() {
		StepVerifier.create(source().changesSince(UNKNOWN, new FlagPosition("k7", 1))).expectComplete().verify(TIMEOUT);
	}

	@Test
	default void fetchIsAtThePositionThatVersionsTell() throws Exception {
		FlagPosition position = writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		FlagSnapshot snapshot = fetch(SHOP);
		assertThat(snapshot.flagSet()).isEqualTo(SHOP);
		assertThat(snapshot.position()).isEqualTo(position);
		assertThat(snapshot.flags().asMap()).containsExactly(Map.entry("checkout", FlagValue.TRUE));
	}

	@Test
	default void unchangedFlagSetKeepsItsPosition() throws Exception {
		FlagPosition position = writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		writeAndAwait(BLOG, Map.of("comments", FlagValue.TRUE), Set.of());
		assertThat(position(SHOP)).isEqualTo(position);
		assertThat(fetch(SHOP).position()).isEqualTo(position);
	}

	@Test
	default void everyChangeRaisesTheVersionWithinTheEpoch() throws Exception {
		FlagPosition before = writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		FlagPosition changed = writeAndAwait(SHOP, Map.of("checkout", FlagValue.FALSE), Set.of());
		FlagPosition removed = writeAndAwait(SHOP, Map.of(), Set.of("checkout"));
		assertThat(changed.isAheadOf(before)).isTrue();
		assertThat(removed.isAheadOf(changed)).isTrue();
	}

	@Test
	default void valuesAreAnyJson() throws Exception {
		Map<String, FlagValue> flags = Map.of("boolean", FlagValue.FALSE, "null", FlagValue.NULL, "string",
				FlagValue.of("grün \"quoted\" \u2028"), "integer", FlagValue.ofJson("9007199254740993"), "decimal",
				FlagValue.ofJson("1.10"), "exponent", FlagValue.ofJson("1E+400"), "object",
				FlagValue.ofJson("{\"b\":[1,{\"c\":null}],\"a\":\"\"}"), "array", FlagValue.ofJson("[]"));
		writeAndAwait(SHOP, flags, Set.of());
		assertThat(fetch(SHOP).flags()).isEqualTo(FlagSet.of(flags));
	}

	@Test
	default void flagKeysAreCaseSensitiveAndMayHoldDotsAndSpaces() throws Exception {
		Map<String, FlagValue> flags = Map.of("ui.theme", FlagValue.of(1), "UI.theme", FlagValue.of(2), "a b",
				FlagValue.of(3), "k".repeat(FlagSet.MAX_KEY_LENGTH), FlagValue.of(4), "größe", FlagValue.of(5));
		writeAndAwait(SHOP, flags, Set.of());
		assertThat(fetch(SHOP).flags()).isEqualTo(FlagSet.of(flags));
	}

	@Test
	default void changesSinceLeadFromThatPositionToThePresentFlags() throws Exception {
		writeAndAwait(SHOP, Map.of("kept", FlagValue.TRUE, "changed", FlagValue.of(1), "removed", FlagValue.TRUE),
				Set.of());
		FlagSnapshot before = fetch(SHOP);
		writeAndAwait(SHOP, Map.of("changed", FlagValue.of(2), "added", FlagValue.NULL), Set.of());
		writeAndAwait(SHOP, Map.of("changed", FlagValue.of(3)), Set.of("removed"));
		FlagDelta delta = source().changesSince(SHOP, before.position()).block(TIMEOUT);
		if (delta != null) {
			assertThat(before.apply(delta)).isEqualTo(fetch(SHOP));
			assertThat(delta.set()).containsOnlyKeys("changed", "added");
			assertThat(delta.removed()).containsExactly("removed");
		}
	}

	@Test
	default void changesSinceAnotherEpochOrAFuturePositionAreEmpty() throws Exception {
		FlagPosition position = writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		for (FlagPosition other : List.of(position, position.at(position.version() + 1),
				new FlagPosition("another", 0))) {
			StepVerifier.create(source().changesSince(SHOP, other)).expectComplete().verify(TIMEOUT);
		}
	}

	@Test
	default void changeIsHintedToEverySubscriber() throws Exception {
		writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		StepVerifier first = StepVerifier.create(source().hints().filter(SHOP::equals).take(1))
			.expectNext(SHOP)
			.expectComplete()
			.verifyLater();
		StepVerifier second = StepVerifier.create(source().hints().filter(SHOP::equals).take(1))
			.expectNext(SHOP)
			.expectComplete()
			.verifyLater();
		write(SHOP, Map.of("checkout", FlagValue.FALSE), Set.of());
		first.verify(TIMEOUT);
		second.verify(TIMEOUT);
	}

	@Test
	default void publishersAskAnewForEachSubscriber() throws Exception {
		writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		var versions = source().versions(Set.of(SHOP));
		var fetch = source().fetch(SHOP);
		FlagPosition before = fetch.map(FlagSnapshot::position).block(TIMEOUT);
		FlagPosition after = writeAndAwait(SHOP, Map.of("checkout", FlagValue.FALSE), Set.of());
		assertThat(after).isNotEqualTo(before);
		assertThat(versions.block(TIMEOUT)).containsEntry(SHOP, after);
		assertThat(fetch.map(FlagSnapshot::position).block(TIMEOUT)).isEqualTo(after);
	}

	@Test
	default void epochIsNotRenewedFromAnotherPosition() throws Exception {
		FlagPosition position = writeAndAwait(SHOP, Map.of("checkout", FlagValue.TRUE), Set.of());
		for (FlagPosition other : List.of(position.at(position.version() + 1), position.at(position.version() - 1),
				new FlagPosition("another", position.version()))) {
			StepVerifier.create(source().renewEpoch(SHOP, other)).expectComplete().verify(TIMEOUT);
		}
		StepVerifier.create(source().renewEpoch(UNKNOWN, position)).expectComplete().verify(TIMEOUT);
		assertThat(position(SHOP)).isEqualTo(position);
	}

	default FlagPosition writeAndAwait(FlagSetId flagSet, Map<String, FlagValue> set, Set<String> removed)
			throws Exception {
		FlagPosition before = position(flagSet);
		write(flagSet, set, removed);
		return Awaitility.await()
			.atMost(TIMEOUT)
			.pollInterval(Duration.ofMillis(10))
			.until(() -> position(flagSet), (position) -> position != null && !position.equals(before));
	}

	default @Nullable FlagPosition position(FlagSetId flagSet) {
		return source().versions(Set.of(flagSet)).block(TIMEOUT).get(flagSet);
	}

	default FlagSnapshot fetch(FlagSetId flagSet) {
		return source().fetch(flagSet).block(TIMEOUT);
	}

}
