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

package io.realtimepush.hub;

import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagValue;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FlagHistory} and {@link RingLimits}.
 */
class FlagHistoryTests {

	private static final RingLimits FOUR_VERSIONS = new RingLimits(4, 1 << 20);

	@Test
	void ringKeepsTheLastVersionsOnly() {
		FlagHistory history = grow(10, FOUR_VERSIONS);
		assertThat(history.ring()).hasSize(4);
		assertThat(history.position()).isEqualTo(HubFixture.at(10));
		assertThat(history.since(5)).isNull();
		assertThat(history.since(6)).isEqualTo(HubFixture.delta(6, 10));
		assertThat(history.since(9)).isEqualTo(HubFixture.delta(9, 10));
	}

	@Test
	void presentVersionIsNoBoundaryToStartFrom() {
		assertThat(grow(3, FOUR_VERSIONS).since(3)).isNull();
	}

	@Test
	void versionBetweenTwoBoundariesCannotBeContinued() {
		FlagHistory history = FlagHistory.startingAt(HubFixture.snapshot(1))
			.append(HubFixture.delta(1, 5), HubFixture.snapshot(5), FOUR_VERSIONS);
		assertThat(history.since(1)).isNotNull();
		assertThat(history.since(3)).isNull();
		assertThat(history.distance(3)).isEqualTo(-1);
	}

	@Test
	void mergedDeltaHoldsTheLastOperationOnEveryTouchedFlag() {
		FlagHistory history = FlagHistory.startingAt(HubFixture.snapshot(1))
			.append(new FlagDelta(HubFixture.at(1), 2, Map.of("a", FlagValue.TRUE, "b", FlagValue.TRUE), Set.of()),
					HubFixture.snapshot(2), FOUR_VERSIONS)
			.append(new FlagDelta(HubFixture.at(2), 3, Map.of(), Set.of("a")), HubFixture.snapshot(3), FOUR_VERSIONS);
		assertThat(history.since(1))
			.isEqualTo(new FlagDelta(HubFixture.at(1), 3, Map.of("b", FlagValue.TRUE), Set.of("a")));
	}

	@Test
	void distanceCountsBoundaries() {
		FlagHistory history = grow(10, FOUR_VERSIONS);
		assertThat(history.distance(10)).isZero();
		assertThat(history.distance(9)).isEqualTo(1);
		assertThat(history.distance(6)).isEqualTo(4);
		assertThat(history.distance(5)).isEqualTo(-1);
		assertThat(history.distance(11)).isEqualTo(-1);
	}

	@Test
	void ringIsBoundInBytesToo() {
		RingLimits limits = new RingLimits(128, 10_000);
		FlagHistory history = FlagHistory.startingAt(HubFixture.snapshot(0));
		for (int version = 1; version <= 20; version++) {
			FlagDelta large = new FlagDelta(HubFixture.at(version - 1), version,
					Map.of("limit", FlagValue.of("x".repeat(3_000))), Set.of());
			history = history.append(large, HubFixture.snapshot(version), limits);
		}
		assertThat(history.ring()).hasSize(3);
		assertThat(history.since(17)).isNotNull();
		assertThat(history.since(16)).isNull();
	}

	@Test
	void deltaLargerThanTheRingEmptiesIt() {
		FlagHistory history = FlagHistory.startingAt(HubFixture.snapshot(1))
			.append(HubFixture.delta(1, 2), HubFixture.snapshot(2), new RingLimits(4, 1000))
			.append(new FlagDelta(HubFixture.at(2), 3, Map.of("limit", FlagValue.of("x".repeat(1000))), Set.of()),
					HubFixture.snapshot(3), new RingLimits(4, 1000));
		assertThat(history.ring()).isEmpty();
		assertThat(history.position()).isEqualTo(HubFixture.at(3));
	}

	@Test
	void limitsAreChecked() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RingLimits(0, 1))
			.withMessage("ring must hold at least 1 version, but was 0");
		assertThatIllegalArgumentException().isThrownBy(() -> new RingLimits(1, -1))
			.withMessage("ring must hold at least 0 bytes, but was -1");
	}

	private static FlagHistory grow(int versions, RingLimits limits) {
		FlagHistory history = FlagHistory.startingAt(HubFixture.snapshot(0));
		for (int version = 1; version <= versions; version++) {
			history = history.append(HubFixture.delta(version - 1, version), HubFixture.snapshot(version), limits);
		}
		return history;
	}

}
