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

package io.realtimepush.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.FlagView;
import io.realtimepush.hub.RingLimits;
import io.realtimepush.hub.ViewUpdate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FlagVersionWatcher} in virtual time.
 */
class FlagVersionWatcherTests {

	private static final FlagSetId SHOP = FlagSetId.of("shop/production");

	private static final FlagSetId OTHER = FlagSetId.of("shop/staging");

	/** An interval and its longest jitter. */
	private static final Duration LONGEST = Duration.ofMillis(1100);

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final FlagHub hub = new FlagHub(RingLimits.DEFAULT);

	private final ScriptedFlagSource source = new ScriptedFlagSource();

	private final List<FlagChange> changes = new ArrayList<>();

	private final RecordingListener listener = new RecordingListener();

	private final FlagVersionWatcher watcher = new FlagVersionWatcher(this.source, this.hub, WatchSettings.DEFAULT,
			this.time, List.of(new ThrowingListener(), this.listener));

	private final FlagView view = this.hub.acquire(SHOP, FlagFilter.all());

	@AfterEach
	void stop() {
		this.watcher.stop();
	}

	@Test
	void firstProbeIsAtOnceAndLoadsTheFlagSet() {
		this.source.put(SHOP, "k7", 1, "a");
		start();
		assertThat(this.hub.position(SHOP)).isEqualTo(at(1));
		assertThat(this.source.fetches).containsExactly(SHOP);
		assertThat(this.watcher.status().state()).isEqualTo(SourceStatus.State.UP);
		assertThat(status().state()).isEqualTo(SourceStatus.State.UP);
	}

	@Test
	void probesComeOnTheIntervalGiveOrTakeATenth() {
		this.source.put(SHOP, "k7", 1, "a");
		start();
		Set<Long> intervals = new HashSet<>();
		for (int probe = 0; probe < 20; probe++) {
			intervals.add(millisToNextProbe());
		}
		assertThat(intervals).hasSizeGreaterThan(1).allMatch((millis) -> millis >= 900 && millis <= 1100);
		assertThat(this.source.fetches).hasSize(1);
	}

	@Test
	void oneProbeAsksForAllWatchedFlagSetsAndNoOther() {
		this.source.put(SHOP, "k7", 1, "a");
		FlagView other = this.hub.acquire(OTHER, FlagFilter.all());
		start();
		assertThat(this.source.probes).containsExactly(Set.of(SHOP, OTHER));
		other.release();
		pass(WatchSettings.DEFAULT.linger());
		this.hub.forgetIdle(Duration.ZERO);
		pass(LONGEST);
		assertThat(this.source.probes).last().isEqualTo(Set.of(SHOP));
		assertThat(this.watcher.statusByFlagSet()).containsOnlyKeys(SHOP);
	}

	@Test
	void firstFlagSetThatIsWatchedIsProbedOnTheInterval() {
		this.view.release();
		this.hub.forgetIdle(Duration.ZERO);
		this.source.put(OTHER, "k7", 1, "a");
		start();
		this.hub.acquire(OTHER, FlagFilter.all());
		pass(Duration.ZERO);
		assertThat(this.hub.position(OTHER)).isEqualTo(at(1));
		assertThat(millisToNextProbe()).isBetween(900L, 1100L);
		this.source.put(OTHER, "k7", 2, "b");
		pass(LONGEST);
		assertThat(this.hub.position(OTHER)).isEqualTo(at(2));
	}

	@Test
	void sourceIsLeftAloneWhenNothingIsWatched() {
		this.view.release();
		this.hub.forgetIdle(Duration.ZERO);
		start();
		pass(Duration.ofMinutes(1));
		assertThat(this.source.probes).isEmpty();
		this.hub.acquire(OTHER, FlagFilter.all());
		pass(Duration.ZERO);
		assertThat(this.source.probes).containsExactly(Set.of(OTHER));
	}

	@Test
	void hintCutsTheWait() {
		this.source.put(SHOP, "k7", 1, "a");
		start();
		this.source.put(SHOP, "k7", 2, "b");
		hint();
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
		pass(Duration.ofMillis(899));
		assertThat(this.source.probes).hasSize(2);
	}

	@Test
	void sourceThatHintsEachChangeIsLeftAlone() {
		this.source.hintsAll = true;
		this.source.put(SHOP, "k7", 1, "a");
		start();
		assertThat(millisToNextProbe()).isBetween(27_000L, 33_000L);
		this.source.put(SHOP, "k7", 2, "b");
		hint();
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
		// Others would be probed at their time still
		assertThat(millisToNextProbe()).isBetween(27_000L, 33_000L);
	}

	@Test
	void sourceThatHintsEachChangeIsAskedAgainWhileSomethingIsLeftToDo() {
		this.source.hintsAll = true;
		this.source.put(SHOP, "k7", 1, "a");
		start();
		this.source.put(SHOP, "k7", 2, "b");
		this.source.fetched.put(SHOP, Mono.error(new IllegalStateException("connection refused")));
		hint();
		assertThat(millisToNextProbe()).isBetween(900L, 1101L);
		this.source.fetched.clear();
		pass(Duration.ofSeconds(4));
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
		assertThat(millisToNextProbe()).isGreaterThan(20_000);
	}

	@Test
	void sourceWhoseHintsEndIsNotLeftAlone() {
		this.source.hintsAll = true;
		this.source.put(SHOP, "k7", 1, "a");
		start();
		this.source.hints.tryEmitError(new IllegalStateException("connection refused"));
		millisToNextProbe();
		assertThat(millisToNextProbe()).isBetween(900L, 1101L);
	}

	@Test
	void flagSetThatNobodyHoldsIsForgottenThoughTheSourceIsLeftAlone() {
		this.source.hintsAll = true;
		this.source.put(SHOP, "k7", 1, "a");
		start();
		this.view.release();
		// The hub goes by the clock
		this.hub.forgetIdle(Duration.ZERO);
		pass(Duration.ofSeconds(33));
		assertThat(this.watcher.statusByFlagSet()).isEmpty();
		this.hub.acquire(OTHER, FlagFilter.all());
		pass(Duration.ZERO);
		assertThat(this.source.probes).last().isEqualTo(Set.of(OTHER));
	}

	@Test
	void hintWhileAProbeIsUnderWayIsNotLost() {
		Sinks.One<Map<FlagSetId, FlagPosition>> answer = Sinks.one();
		this.source.put(SHOP, "k7", 2, "b");
		this.source.versions = answer.asMono();
		start();
		hint();
		assertThat(this.source.probes).hasSize(1);
		this.source.versions = null;
		answer.tryEmitValue(Map.of());
		pass(Duration.ZERO);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
	}

	@Test
	void moveWhileAReadIsUnderWayIsNotLost() {
		Sinks.One<FlagSnapshot> answer = Sinks.one();
		this.source.put(SHOP, "k7", 1, "a");
		FlagSnapshot first = this.source.content.get(SHOP);
		this.source.fetched.put(SHOP, answer.asMono());
		start();
		this.source.put(SHOP, "k7", 2, "b");
		hint();
		this.source.fetched.clear();
		answer.tryEmitValue(first);
		pass(Duration.ZERO);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
	}

	@Test
	void backOffDoublesUpToItsLimit() {
		this.source.versions = Mono.error(new IllegalStateException("connection refused"));
		start();
		for (int seconds : new int[] { 1, 2, 4, 8, 16, 30, 30 }) {
			assertThat(millisToNextProbe()).isBetween(seconds * 900L, seconds * 1100L + 1);
		}
		SourceStatus status = this.watcher.status();
		assertThat(status.state()).isEqualTo(SourceStatus.State.FAILING);
		assertThat(status.failures()).isEqualTo(this.source.probes.size());
		assertThat(status.problem()).isEqualTo("connection refused");
		assertThat(this.listener.failures).hasSize(status.failures());
	}

	private long millisToNextProbe() {
		int before = this.source.probes.size();
		long millis = 0;
		while (this.source.probes.size() == before) {
			assertThat(millis++).isLessThan(60_000);
			pass(Duration.ofMillis(1));
		}
		return millis;
	}

	@Test
	void lastGoodFlagSetIsServedWhileTheSourceFails() {
		this.source.put(SHOP, "k7", 1, "a");
		start();
		this.source.versions = Mono.error(new IllegalStateException("connection refused"));
		pass(Duration.ofMinutes(5));
		assertThat(this.hub.position(SHOP)).isEqualTo(at(1));
		this.source.versions = null;
		this.source.put(SHOP, "k7", 2, "b");
		pass(Duration.ofSeconds(33));
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
		assertThat(this.watcher.status().state()).isEqualTo(SourceStatus.State.UP);
		assertThat(this.watcher.status().failures()).isZero();
	}

	@Test
	void hintDuringBackOffWaitsForOneInterval() {
		this.source.versions = Mono.error(new IllegalStateException("connection refused"));
		start();
		pass(Duration.ofMinutes(2));
		int before = this.source.probes.size();
		millisToNextProbe();
		hint();
		hint();
		assertThat(this.source.probes).hasSize(before + 1);
		pass(Duration.ofMillis(1001));
		assertThat(this.source.probes).hasSize(before + 2);
		pass(Duration.ofSeconds(20));
		assertThat(this.source.probes).hasSize(before + 2);
	}

	@Test
	void hintThatEndsTheBackOffEndsItForAllFlagSets() {
		this.hub.acquire(OTHER, FlagFilter.all());
		this.source.put(OTHER, "k7", 1, "a");
		start();
		this.source.versions = Mono.error(new IllegalStateException("connection refused"));
		pass(Duration.ofMinutes(2));
		millisToNextProbe();
		this.source.versions = null;
		this.source.put(OTHER, "k7", 2, "b");
		hint();
		pass(Duration.ofMillis(1001));
		assertThat(this.source.probes).last().isEqualTo(Set.of(SHOP));
		pass(LONGEST);
		assertThat(this.hub.position(OTHER)).isEqualTo(at(2));
	}

	@Test
	void hintWhileAProbeFailsCutsTheBackOffToo() {
		Sinks.One<Map<FlagSetId, FlagPosition>> answer = Sinks.one();
		this.source.versions = Mono.error(new IllegalStateException("connection refused"));
		start();
		pass(Duration.ofMinutes(2));
		this.source.versions = answer.asMono();
		int before = this.source.probes.size();
		millisToNextProbe();
		hint();
		answer.tryEmitError(new IllegalStateException("connection refused"));
		this.source.versions = null;
		pass(Duration.ofMillis(1001));
		assertThat(this.source.probes).hasSize(before + 2);
	}

	@Test
	void sourceThatThrowsIsAFailureLikeAnyOther() {
		this.source.versions = Mono.defer(() -> {
			throw new IllegalStateException("broken");
		});
		this.source.put(SHOP, "k7", 1, "a");
		start();
		assertThat(this.watcher.status().state()).isEqualTo(SourceStatus.State.FAILING);
		this.source.versions = null;
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(1));
	}

	@Test
	void sourceThatHangsIsTimedOut() {
		this.source.versions = Mono.never();
		start();
		pass(Duration.ofMillis(9_999));
		assertThat(this.watcher.status().state()).isEqualTo(SourceStatus.State.UNKNOWN);
		pass(Duration.ofMillis(1));
		assertThat(this.watcher.status().state()).isEqualTo(SourceStatus.State.FAILING);
		this.source.versions = null;
		this.source.put(SHOP, "k7", 1, "a");
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(1));
	}

	@Test
	void oneFlagSetThatFailsHurtsNoOther() {
		this.hub.acquire(OTHER, FlagFilter.all());
		this.source.put(SHOP, "k7", 1, "a");
		this.source.put(OTHER, "k7", 1, "a");
		this.source.fetched.put(OTHER, Mono.error(new IllegalStateException("half-written")));
		start();
		pass(Duration.ofMinutes(1));
		assertThat(this.hub.position(SHOP)).isEqualTo(at(1));
		assertThat(this.watcher.status().state()).isEqualTo(SourceStatus.State.UP);
		SourceStatus failing = this.watcher.statusByFlagSet().get(OTHER);
		assertThat(failing.state()).isEqualTo(SourceStatus.State.FAILING);
		assertThat(failing.problem()).isEqualTo("half-written");
		assertThat(this.source.fetches).filteredOn(OTHER::equals).hasSizeBetween(5, 8);
		assertThat(this.source.probes).hasSizeGreaterThan(50);
		this.source.fetched.clear();
		pass(Duration.ofSeconds(40));
		assertThat(this.hub.position(OTHER)).isEqualTo(at(1));
		assertThat(this.watcher.statusByFlagSet().get(OTHER).state()).isEqualTo(SourceStatus.State.UP);
	}

	@Test
	void readThatHangsIsTimedOut() {
		this.source.put(SHOP, "k7", 1, "a");
		this.source.fetched.put(SHOP, Mono.never());
		start();
		pass(Duration.ofSeconds(10));
		assertThat(status().state()).isEqualTo(SourceStatus.State.FAILING);
		this.source.fetched.clear();
		pass(Duration.ofSeconds(3));
		assertThat(this.hub.position(SHOP)).isEqualTo(at(1));
	}

	@Test
	void answerForAnotherFlagSetIsRefused() {
		this.source.put(SHOP, "k7", 1, "a");
		this.source.put(OTHER, "k7", 1, "a");
		this.source.fetched.put(SHOP, Mono.just(this.source.content.get(OTHER)));
		start();
		assertThat(this.hub.position(SHOP)).isNull();
		assertThat(status().state()).isEqualTo(SourceStatus.State.FAILING);
		assertThat(status().problem())
			.isEqualTo("flag source was asked for 'shop/production', but answered 'shop/staging'");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void missingFlagSetIsAskedForAgainAndToldOnce(CapturedOutput output) {
		start();
		assertThat(status().state()).isEqualTo(SourceStatus.State.MISSING);
		pass(LONGEST);
		assertThat(output.toString().split("flag source does not have flag set 'shop/production'")).hasSize(2);
		assertThat(this.source.fetches).isEmpty();
		this.source.put(SHOP, "k7", 1, "a");
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(1));
		assertThat(status().state()).isEqualTo(SourceStatus.State.UP);
	}

	@Test
	void flagSetThatVanishesBeforeItIsReadIsMissing() {
		this.source.put(SHOP, "k7", 1, "a");
		this.source.fetched.put(SHOP, Mono.empty());
		start();
		assertThat(status().state()).isEqualTo(SourceStatus.State.MISSING);
		this.source.fetched.clear();
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(1));
	}

	@Test
	void movedVersionWithEqualContentMovesThePositionOnly() {
		this.source.put(SHOP, "k7", 1, "a");
		start();
		this.source.put(SHOP, "k7", 2, "a");
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
		assertThat(this.changes).hasSize(2);
		assertThat(this.changes.get(1).from()).isEqualTo(at(1));
		assertThat(this.changes.get(1).updates()).isEmpty();
	}

	@Test
	void deltaOfTheSourceIsUsedBeforeTheWholeSet() {
		this.source.put(SHOP, "k7", 1, "a");
		start();
		assertThat(this.source.deltaRequests).isEmpty();
		this.source.changes = new FlagDelta(at(1), 2, Map.of("flag", FlagValue.of("b")), Set.of());
		this.source.put(SHOP, "k7", 2, "b");
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
		assertThat(this.source.deltaRequests).containsExactly(at(1));
		assertThat(this.source.fetches).hasSize(1);
		assertThat(this.listener.reads).containsExactly("whole", "delta");
	}

	@Test
	void deltaThatCannotBeAppliedIsAFailureAndAllIsReadNext() {
		this.source.put(SHOP, "k7", 1, "a");
		start();
		// As of a row that was written by SQL
		this.source.changes = new FlagDelta(at(1), 2, Map.of("flag\n", FlagValue.of("b")), Set.of());
		this.source.put(SHOP, "k7", 2, "b");
		pass(LONGEST);
		assertThat(status().state()).isEqualTo(SourceStatus.State.FAILING);
		assertThat(status().problem()).contains("control characters");
		assertThat(this.hub.position(SHOP)).isEqualTo(at(1));
		pass(Duration.ofSeconds(3));
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
		assertThat(status().state()).isEqualTo(SourceStatus.State.UP);
		assertThat(this.source.deltaRequests).hasSize(1);
	}

	@Test
	void flagSetThatTheSourceThrowsForHoldsUpNoOther() {
		this.hub.acquire(OTHER, FlagFilter.all());
		this.source.put(SHOP, "k7", 1, "a");
		this.source.put(OTHER, "k7", 1, "a");
		this.source.broken = OTHER;
		start();
		assertThat(this.hub.position(SHOP)).isEqualTo(at(1));
		assertThat(this.watcher.statusByFlagSet().get(OTHER).state()).isEqualTo(SourceStatus.State.FAILING);
		this.source.put(SHOP, "k7", 2, "b");
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
		this.source.broken = null;
		pass(Duration.ofSeconds(40));
		assertThat(this.hub.position(OTHER)).isEqualTo(at(1));
	}

	@Test
	void deltaFromElsewhereIsNotUsed() {
		this.source.put(SHOP, "k7", 1, "a");
		start();
		this.source.changes = new FlagDelta(at(0), 2, Map.of("flag", FlagValue.of("b")), Set.of());
		this.source.put(SHOP, "k7", 2, "b");
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
		assertThat(this.source.fetches).hasSize(2);
	}

	@Test
	void newEpochIsTakenAtOnce() {
		this.source.put(SHOP, "k7", 9, "a");
		start();
		this.source.put(SHOP, "k8", 1, "b");
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(new FlagPosition("k8", 1));
	}

	@Test
	void epochThatWasLeftIsNotGoneBackToUnlessItLasts() {
		this.source.put(SHOP, "k7", 9, "a");
		start();
		this.source.put(SHOP, "k8", 1, "b");
		pass(LONGEST);
		// As another replica says that is behind
		this.source.put(SHOP, "k7", 8, "old");
		pass(Duration.ofSeconds(4));
		assertThat(this.hub.position(SHOP)).isEqualTo(new FlagPosition("k8", 1));
		this.source.put(SHOP, "k8", 2, "c");
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(new FlagPosition("k8", 2));
		this.source.put(SHOP, "k7", 10, "again");
		pass(Duration.ofSeconds(8));
		assertThat(this.hub.position(SHOP)).isEqualTo(at(10));
	}

	@Test
	void onlyAnAnswerToALaterQuestionConfirms() {
		this.source.put(SHOP, "k7", 5, "a");
		Sinks.One<Map<FlagSetId, FlagPosition>> answer = Sinks.one();
		this.source.versions = answer.asMono();
		start();
		long asOf = this.watcher.questions();
		answer.tryEmitValue(Map.of(SHOP, at(5)));
		this.source.versions = null;
		pass(Duration.ZERO);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(5));
		assertThat(this.watcher.isConfirmed(SHOP, asOf)).isFalse();
		pass(LONGEST);
		assertThat(this.watcher.isConfirmed(SHOP, asOf)).isTrue();
		assertThat(this.watcher.isConfirmed(SHOP, this.watcher.questions())).isFalse();
	}

	@Test
	void readOfAnEarlierAnswerConfirmsNothing() {
		this.source.put(SHOP, "k7", 1, "a");
		start();
		Sinks.One<FlagSnapshot> slow = Sinks.one();
		this.source.fetched.put(SHOP, slow.asMono());
		this.source.put(SHOP, "k7", 2, "b");
		hint();
		FlagSnapshot second = this.source.content.get(SHOP);
		long asOf = this.watcher.questions();
		// It has moved again when it is asked, and the read under way knows nothing of
		// that
		this.source.put(SHOP, "k7", 3, "c");
		hint();
		Sinks.One<FlagSnapshot> slower = Sinks.one();
		this.source.fetched.put(SHOP, slower.asMono());
		slow.tryEmitValue(second);
		pass(Duration.ZERO);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
		assertThat(this.watcher.isConfirmed(SHOP, asOf)).isFalse();
		slower.tryEmitValue(this.source.content.get(SHOP));
		pass(Duration.ZERO);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(3));
		assertThat(this.watcher.isConfirmed(SHOP, asOf)).isTrue();
	}

	@Test
	void readUnderAnEpochThatWasLeftIsNotPublished() {
		this.source.put(SHOP, "k7", 9, "a");
		start();
		FlagSnapshot left = this.source.content.get(SHOP);
		this.source.put(SHOP, "k8", 1, "b");
		pass(LONGEST);
		this.source.put(SHOP, "k8", 2, "c");
		// As a replica reads that is behind
		this.source.fetched.put(SHOP, Mono.just(left));
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(new FlagPosition("k8", 1));
		this.source.fetched.clear();
		pass(Duration.ofSeconds(5));
		assertThat(this.hub.position(SHOP)).isEqualTo(new FlagPosition("k8", 2));
	}

	@Test
	void sourceThatDoesNotKnowConfirmsNothing() {
		this.source.put(SHOP, "k7", 5, "a");
		this.source.confirms = false;
		start();
		pass(Duration.ofSeconds(10));
		assertThat(this.watcher.isConfirmed(SHOP, 0)).isFalse();
		this.source.confirms = true;
		pass(LONGEST);
		assertThat(this.watcher.isConfirmed(SHOP, 0)).isTrue();
	}

	@Test
	void clockThatIsSetBackStopsNoProbes() {
		ClockScheduler clock = new ClockScheduler(this.time);
		FlagVersionWatcher other = new FlagVersionWatcher(this.source, this.hub, WatchSettings.DEFAULT, clock,
				List.of());
		this.source.put(SHOP, "k7", 1, "a");
		other.start();
		pass(Duration.ofMinutes(10));
		clock.setBack = Duration.ofMinutes(5);
		pass(LONGEST);
		this.source.put(SHOP, "k7", 2, "b");
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
		other.stop();
	}

	@Test
	void lowerVersionThatIsMeantIsFollowed() {
		this.source.put(SHOP, "k7", 9, "new");
		start();
		this.source.put(SHOP, "k7", 6, "old");
		this.source.reset = true;
		this.time.advanceTimeBy(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(6));
		assertThat(this.view.state().snapshot().flags().get("flag")).hasToString("\"old\"");
		assertThat(status().state()).isEqualTo(SourceStatus.State.UP);
		assertThat(this.source.renewals).isEmpty();
		this.source.put(SHOP, "k7", 7, "next");
		this.time.advanceTimeBy(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(7));
	}

	@Test
	void resetIsFollowedAtAnyVersion() {
		this.source.put(SHOP, "k7", 9, "new");
		start();
		for (long version : new long[] { 9, 12 }) {
			this.source.put(SHOP, "k7", version, "again " + version);
			this.source.reset = true;
			this.source.fetched.put(SHOP, Mono.error(new IllegalStateException("not now")));
			this.time.advanceTimeBy(LONGEST);
			assertThat(this.view.state().snapshot().flags().get("flag"))
				.doesNotHaveToString("\"again " + version + "\"");
			this.source.fetched.clear();
			this.time.advanceTimeBy(LONGEST.multipliedBy(2));
			assertThat(this.view.state().snapshot().flags().get("flag")).hasToString("\"again " + version + "\"");
			assertThat(this.hub.position(SHOP)).isEqualTo(at(version));
			assertThat(this.view.state().since(at(9)).kind())
				.isEqualTo((version == 9) ? ViewUpdate.Kind.CURRENT : ViewUpdate.Kind.SNAPSHOT);
		}
	}

	@Test
	void lowerVersionIsLagAndIgnored() {
		this.source.put(SHOP, "k7", 5, "a");
		start();
		this.source.put(SHOP, "k7", 4, "old");
		pass(Duration.ofSeconds(3));
		assertThat(this.hub.position(SHOP)).isEqualTo(at(5));
		assertThat(status().state()).isEqualTo(SourceStatus.State.LAGGING);
		assertThat(status().problem()).isEqualTo("source is at k7:4, but was at k7:5");
		this.source.put(SHOP, "k7", 6, "b");
		pass(LONGEST);
		assertThat(status().state()).isEqualTo(SourceStatus.State.UP);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(6));
		assertThat(this.source.renewals).isEmpty();
	}

	@Test
	void lowerVersionThatStaysAsksForANewEpochOnceAMinute() {
		this.source.put(SHOP, "k7", 5, "a");
		start();
		this.source.put(SHOP, "k7", 4, "restored");
		pass(Duration.ofSeconds(5));
		assertThat(this.source.renewals).isEmpty();
		pass(Duration.ofMillis(2_500));
		assertThat(this.source.renewals).containsExactly(at(4));
		pass(Duration.ofSeconds(55));
		assertThat(this.source.renewals).hasSize(1);
		pass(Duration.ofSeconds(8));
		assertThat(this.source.renewals).hasSize(2);
	}

	@Test
	void renewedEpochIsReadAtOnce() {
		this.source.put(SHOP, "k7", 5, "a");
		start();
		this.source.put(SHOP, "k7", 4, "restored");
		pass(Duration.ofSeconds(4));
		this.source.renewed = new FlagPosition("k8", 4);
		while (this.source.renewals.isEmpty()) {
			pass(Duration.ofMillis(10));
		}
		this.source.put(SHOP, "k8", 4, "restored");
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(new FlagPosition("k8", 4));
	}

	@Test
	void clientThatIsAheadIsBelievedWhenTheSourceConfirms() {
		this.source.put(SHOP, "k7", 5, "a");
		start();
		assertThat(this.watcher.confirmRestore(SHOP, 9)).isTrue();
		pass(Duration.ZERO);
		assertThat(this.source.renewals).containsExactly(at(5));
		assertThat(this.watcher.confirmRestore(SHOP, 9)).isFalse();
		pass(Duration.ofSeconds(61));
		assertThat(this.watcher.confirmRestore(SHOP, 9)).isTrue();
	}

	@Test
	void clientThatIsAheadOfAnOldProbeOnlyCausesARead() {
		this.source.put(SHOP, "k7", 5, "a");
		start();
		this.source.put(SHOP, "k7", 9, "b");
		this.watcher.confirmRestore(SHOP, 9);
		pass(Duration.ZERO);
		assertThat(this.source.renewals).isEmpty();
		assertThat(this.hub.position(SHOP)).isEqualTo(at(9));
	}

	@Test
	void epochThatAnotherNodeRenewedIsNotRenewedAgain() {
		this.source.put(SHOP, "k7", 5, "a");
		start();
		this.source.put(SHOP, "k8", 5, "a");
		this.watcher.confirmRestore(SHOP, 9);
		pass(Duration.ZERO);
		assertThat(this.source.renewals).isEmpty();
		assertThat(this.hub.position(SHOP)).isEqualTo(new FlagPosition("k8", 5));
	}

	@Test
	void unknownFlagSetIsNotConfirmed() {
		start();
		assertThat(this.watcher.confirmRestore(OTHER, 9)).isFalse();
	}

	@Test
	void hintsThatFailLeaveTheProbes() {
		this.source.put(SHOP, "k7", 1, "a");
		start();
		this.source.hints.tryEmitError(new IllegalStateException("hints"));
		this.source.put(SHOP, "k7", 2, "b");
		pass(LONGEST);
		assertThat(this.hub.position(SHOP)).isEqualTo(at(2));
	}

	@Test
	void stoppedWatcherAsksNoMore() {
		this.source.put(SHOP, "k7", 1, "a");
		start();
		this.watcher.stop();
		this.source.put(SHOP, "k7", 2, "b");
		hint();
		this.watcher.look(SHOP);
		this.watcher.confirmRestore(SHOP, 9);
		pass(Duration.ofMinutes(1));
		assertThat(this.source.probes).hasSize(1);
		assertThat(this.source.renewals).isEmpty();
		assertThat(this.hub.position(SHOP)).isEqualTo(at(1));
		assertThat(this.source.hints.currentSubscriberCount()).isZero();
	}

	private void start() {
		this.hub.addListener(this.changes::add);
		this.watcher.start();
		pass(Duration.ZERO);
	}

	private void hint() {
		this.source.hints.tryEmitNext(SHOP);
		pass(Duration.ZERO);
	}

	private void pass(Duration duration) {
		this.time.advanceTimeBy(duration);
	}

	private SourceStatus status() {
		return this.watcher.statusByFlagSet().get(SHOP);
	}

	private static FlagPosition at(long version) {
		return new FlagPosition("k7", version);
	}

	private static final class RecordingListener implements WatchListener {

		private final List<Throwable> failures = new ArrayList<>();

		private final List<String> reads = new ArrayList<>();

		@Override
		public void probed(Duration took, @Nullable Throwable failure) {
			if (failure != null) {
				this.failures.add(failure);
			}
		}

		@Override
		public void fetched(FlagSetId flagSet, boolean whole, Duration took, @Nullable Throwable failure) {
			this.reads.add(whole ? "whole" : "delta");
		}

	}

	private static final class ThrowingListener implements WatchListener {

		@Override
		public void probed(Duration took, @Nullable Throwable failure) {
			throw new IllegalStateException("listener");
		}

		@Override
		public void fetched(FlagSetId flagSet, boolean whole, Duration took, @Nullable Throwable failure) {
			throw new IllegalStateException("listener");
		}

	}

	/**
	 * Tells milliseconds by a clock, as the schedulers of Reactor do, and all else by
	 * what only goes on.
	 */
	private static final class ClockScheduler implements Scheduler {

		private final Scheduler time;

		private Duration setBack = Duration.ZERO;

		ClockScheduler(Scheduler time) {
			this.time = time;
		}

		@Override
		public long now(TimeUnit unit) {
			boolean clock = unit.compareTo(TimeUnit.MILLISECONDS) >= 0;
			return this.time.now(unit) - (clock ? unit.convert(this.setBack) : 0);
		}

		@Override
		public Disposable schedule(Runnable task) {
			return this.time.schedule(task);
		}

		@Override
		public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
			return this.time.schedule(task, delay, unit);
		}

		@Override
		public Worker createWorker() {
			return this.time.createWorker();
		}

	}

}
