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

import java.util.List;
import java.util.Map;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ViewState}, {@link ViewUpdate} and the states of a {@link FlagView}.
 */
class ViewStateTests {

	private static final FlagFilter UI = FlagFilter.of(List.of("ui.*"));

	private final FlagHub hub = new FlagHub(new RingLimits(8, 1 << 20));

	private final FlagView all = this.hub.acquire(HubFixture.SHOP, FlagFilter.all());

	private final FlagView ui = this.hub.acquire(HubFixture.SHOP, UI);

	@AfterEach
	void releaseViews() {
		this.all.release();
		this.ui.release();
	}

	@Test
	void somebodyNewIsSentEverything() {
		ViewState state = moveTo(3, this.all);
		assertThat(state.since(null).kind()).isEqualTo(ViewUpdate.Kind.SNAPSHOT);
		assertThat(state.since(null)).isSameAs(state.whole());
		assertThat(state.since(null).snapshot()).isEqualTo(HubFixture.snapshot(3));
	}

	@Test
	void presentPositionNeedsNothing() {
		ViewState state = moveTo(3, this.all);
		assertThat(state.since(state.position())).isSameAs(state.current());
		assertThat(state.since(HubFixture.at(3)).kind()).isEqualTo(ViewUpdate.Kind.CURRENT);
	}

	@Test
	void boundaryOfTheRingIsContinuedByOneSharedDelta() {
		ViewState state = moveTo(5, this.all);
		ViewUpdate update = state.since(HubFixture.at(2));
		assertThat(update.kind()).isEqualTo(ViewUpdate.Kind.DELTA);
		assertThat(update.delta()).isEqualTo(HubFixture.delta(2, 5));
		assertThat(update.position()).isSameAs(state.position());
		assertThat(state.since(HubFixture.at(2))).isSameAs(update);
	}

	@Test
	void versionThatWasNoBoundaryIsSentEverything() {
		this.hub.publish(HubFixture.snapshot(1));
		this.hub.publish(HubFixture.snapshot(9));
		ViewState state = state(this.all);
		assertThat(state.since(HubFixture.at(1)).kind()).isEqualTo(ViewUpdate.Kind.DELTA);
		assertThat(state.since(HubFixture.at(5)).kind()).isEqualTo(ViewUpdate.Kind.SNAPSHOT);
		assertThat(state.since(HubFixture.at(0)).kind()).isEqualTo(ViewUpdate.Kind.SNAPSHOT);
	}

	@Test
	void otherEpochIsSentEverything() {
		ViewState state = moveTo(3, this.all);
		assertThat(state.since(new FlagPosition("k8", 3)).kind()).isEqualTo(ViewUpdate.Kind.SNAPSHOT);
		assertThat(state.since(new FlagPosition("k8", 99)).kind()).isEqualTo(ViewUpdate.Kind.SNAPSHOT);
		assertThat(state.since(UI.view(HubFixture.at(2))).kind()).isEqualTo(ViewUpdate.Kind.SNAPSHOT);
	}

	@Test
	void higherVersionIsAhead() {
		ViewUpdate ahead = moveTo(3, this.all).since(HubFixture.at(4));
		assertThat(ahead.kind()).isEqualTo(ViewUpdate.Kind.AHEAD);
		assertThatIllegalStateException().isThrownBy(ahead::delta).withMessage("update of kind AHEAD has no delta");
	}

	@Test
	void changeThatTheFilterHidesMovesOnlyThePosition() {
		ViewState state = moveTo(3, this.ui);
		ViewUpdate update = state.since(UI.view(HubFixture.at(1)));
		assertThat(update.kind()).isEqualTo(ViewUpdate.Kind.HIDDEN);
		assertThat(update.delta().isEmpty()).isTrue();
		assertThat(update.delta().to()).isEqualTo(UI.view(HubFixture.at(3)));
		assertThat(state.snapshot().flags().asMap()).containsOnlyKeys("ui.dark");
		assertThat(state.position()).isEqualTo(UI.view(HubFixture.at(3)));
	}

	@Test
	void hiddenChangesFallBehindWhenHalfOfTheRingIsBetween() {
		ViewState state = moveTo(8, this.ui);
		assertThat(state.isFallingBehind(UI.view(HubFixture.at(4)))).isFalse();
		assertThat(state.isFallingBehind(UI.view(HubFixture.at(3)))).isTrue();
	}

	@Test
	void hiddenChangesFallBehindEarlierWhenTheRingIsFullOfLargeOnes() {
		FlagHub small = new FlagHub(new RingLimits(128, 4_000));
		FlagView view = small.acquire(HubFixture.SHOP, UI);
		for (int version = 1; version <= 9; version++) {
			FlagSet flags = FlagSet.of(Map.of("limit", FlagValue.of(version + "x".repeat(500))));
			small.publish(new FlagSnapshot(HubFixture.SHOP, HubFixture.at(version), flags));
		}
		ViewState state = state(view);
		assertThat(state.since(UI.view(HubFixture.at(4))).kind()).isEqualTo(ViewUpdate.Kind.SNAPSHOT);
		assertThat(state.since(UI.view(HubFixture.at(5))).kind()).isEqualTo(ViewUpdate.Kind.HIDDEN);
		assertThat(state.isFallingBehind(UI.view(HubFixture.at(6)))).isTrue();
		assertThat(state.isFallingBehind(UI.view(HubFixture.at(7)))).isFalse();
	}

	@Test
	void lowerVersionAndForeignDeltaAreIgnored() {
		moveTo(3, this.all);
		ViewState before = state(this.all);
		assertThat(this.hub.publish(HubFixture.snapshot(2))).isFalse();
		assertThat(this.hub.publish(HubFixture.snapshot(3))).isFalse();
		assertThat(this.hub.publish(HubFixture.SHOP, HubFixture.delta(2, 4))).isFalse();
		assertThat(state(this.all)).isSameAs(before);
		assertThat(this.hub.publish(HubFixture.SHOP, HubFixture.delta(3, 4))).isTrue();
		assertThat(state(this.all).snapshot()).isEqualTo(HubFixture.snapshot(4));
	}

	@Test
	void newEpochVoidsTheRing() {
		moveTo(3, this.all);
		FlagPosition renewed = new FlagPosition("k8", 2);
		assertThat(this.hub.publish(HubFixture.snapshot(HubFixture.SHOP, renewed))).isTrue();
		assertThat(state(this.all).position()).isEqualTo(renewed);
		assertThat(state(this.all).since(HubFixture.at(2)).kind()).isEqualTo(ViewUpdate.Kind.SNAPSHOT);
	}

	@Test
	void movedVersionWithEqualContentMovesOnlyThePosition() {
		moveTo(3, this.all);
		this.hub.publish(new FlagSnapshot(HubFixture.SHOP, HubFixture.at(4), HubFixture.snapshot(3).flags()));
		ViewUpdate update = state(this.all).since(HubFixture.at(3));
		assertThat(update.kind()).isEqualTo(ViewUpdate.Kind.HIDDEN);
		assertThat(update.position()).isEqualTo(HubFixture.at(4));
	}

	private ViewState moveTo(int version, FlagView view) {
		for (int v = 1; v <= version; v++) {
			this.hub.publish(HubFixture.snapshot(v));
		}
		return state(view);
	}

	private static ViewState state(FlagView view) {
		ViewState state = view.state();
		assertThat(state).isNotNull();
		return state;
	}

}
