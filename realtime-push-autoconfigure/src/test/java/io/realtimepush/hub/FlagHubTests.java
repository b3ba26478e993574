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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagLens;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.SdkKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.test.StepVerifier;

import org.springframework.util.Assert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link FlagHub} and {@link FlagView}.
 */
@Timeout(30)
class FlagHubTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final FlagFilter UI = FlagFilter.of(List.of("ui.*"));

	private static final Runnable NOTHING = () -> {
	};

	private final FlagHub hub = new FlagHub(RingLimits.DEFAULT);

	@Test
	void viewsOfEqualFiltersAreOne() {
		FlagView view = this.hub.acquire(HubFixture.SHOP, UI);
		assertThat(this.hub.acquire(HubFixture.SHOP, FlagFilter.of(List.of("ui.*")))).isSameAs(view);
		assertThat(this.hub.acquire(HubFixture.SHOP, FlagFilter.all())).isNotSameAs(view);
		assertThat(this.hub.acquire(HubFixture.OTHER, UI)).isNotSameAs(view);
		assertThat(view.flagSet()).isEqualTo(HubFixture.SHOP);
		assertThat(view.filter()).isEqualTo(UI);
	}

	@Test
	void viewEndsWithItsLastHolder() {
		FlagView view = this.hub.acquire(HubFixture.SHOP, UI);
		this.hub.acquire(HubFixture.SHOP, UI);
		view.release();
		assertThat(this.hub.acquire(HubFixture.SHOP, UI)).isSameAs(view);
		view.release();
		view.release();
		assertThat(this.hub.acquire(HubFixture.SHOP, UI)).isNotSameAs(view);
	}

	@Test
	void viewAcquiredLateIsAtThePresentState() {
		this.hub.acquire(HubFixture.SHOP, FlagFilter.all());
		this.hub.publish(HubFixture.snapshot(7));
		FlagView late = this.hub.acquire(HubFixture.SHOP, UI);
		assertThat(late.state()).isNotNull();
		assertThat(late.state().position()).isEqualTo(UI.view(HubFixture.at(7)));
	}

	@Test
	void partOfWhatIsAPartAlreadyIsAView() {
		FlagView all = this.hub.acquire(HubFixture.SHOP, FlagFilter.all());
		FlagView part = this.hub.acquire(HubFixture.SHOP, UI);
		FlagPosition position = new FlagPosition("k7f3abcd.1a2b3c4d", 1);
		assertThat(this.hub.publish(HubFixture.snapshot(HubFixture.SHOP, position))).isTrue();
		assertThat(this.hub.publish(HubFixture.snapshot(HubFixture.SHOP, position.next()))).isTrue();
		assertThat(all.state().position()).isEqualTo(position.next());
		assertThat(part.state().position()).isEqualTo(UI.view(position.next()));
		assertThat(part.state().since(UI.view(position)).kind()).isEqualTo(ViewUpdate.Kind.HIDDEN);
	}

	@Test
	void nobodyWaitsForAViewThatTakesAWhile() throws Exception {
		CompletableFuture<Void> looking = new CompletableFuture<>();
		CompletableFuture<Void> goOn = new CompletableFuture<>();
		FlagView all = this.hub.acquire(HubFixture.SHOP, FlagFilter.all());
		this.hub.publish(HubFixture.snapshot(1));
		FlagView slow = this.hub.acquire(HubFixture.SHOP, new TestLens(NOTHING, () -> {
			looking.complete(null);
			goOn.join();
		}), 1);
		CompletableFuture<Boolean> published = CompletableFuture
			.supplyAsync(() -> this.hub.publish(HubFixture.snapshot(2)));
		looking.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		CompletableFuture.runAsync(() -> this.hub.acquire(HubFixture.SHOP, UI).release())
			.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(all.state().position()).isEqualTo(HubFixture.at(2));
		assertThat(slow.state().position().version()).isEqualTo(1);
		goOn.complete(null);
		assertThat(published.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(slow.state().position().version()).isEqualTo(2);
	}

	@Test
	void nobodyWaitsForANewViewThatTakesAWhile() throws Exception {
		CompletableFuture<Void> looking = new CompletableFuture<>();
		CompletableFuture<Void> goOn = new CompletableFuture<>();
		this.hub.acquire(HubFixture.SHOP, FlagFilter.all());
		this.hub.publish(HubFixture.snapshot(1));
		FlagLens lens = new TestLens(() -> {
			looking.complete(null);
			goOn.join();
		}, NOTHING);
		CompletableFuture<FlagView> slow = CompletableFuture
			.supplyAsync(() -> this.hub.acquire(HubFixture.SHOP, lens, 1));
		looking.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		CompletableFuture.runAsync(() -> {
			this.hub.acquire(HubFixture.SHOP, UI).release();
			this.hub.publish(HubFixture.snapshot(2));
		}).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		goOn.complete(null);
		FlagView view = slow.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(view.state().position().version()).isEqualTo(2);
		assertThat(view.state().snapshot().flags()).isEqualTo(HubFixture.snapshot(2).flags());
		assertThat(this.hub.acquire(HubFixture.SHOP, lens, 1)).isSameAs(view);
	}

	@Test
	void flagSetThatNobodyWatchesIsNotKept() {
		assertThat(this.hub.publish(HubFixture.snapshot(1))).isFalse();
		assertThat(this.hub.position(HubFixture.SHOP)).isNull();
		assertThat(this.hub.watched()).isEmpty();
	}

	@Test
	void idleFlagSetIsForgottenAfterTheLingerOnly() {
		FlagView view = this.hub.acquire(HubFixture.SHOP, UI);
		this.hub.forgetIdle(Duration.ZERO);
		assertThat(this.hub.watched()).containsExactly(HubFixture.SHOP);
		view.release();
		this.hub.forgetIdle(Duration.ofHours(1));
		assertThat(this.hub.watched()).containsExactly(HubFixture.SHOP);
		this.hub.forgetIdle(Duration.ZERO);
		assertThat(this.hub.watched()).isEmpty();
		assertThat(this.hub.publish(HubFixture.snapshot(1))).isFalse();
	}

	@Test
	void forgottenFlagSetIsLookedAtAgainWhenItIsAcquired() {
		RecordingObserver observer = new RecordingObserver();
		FlagView view = this.hub.acquire(HubFixture.SHOP, UI);
		this.hub.setObserver(observer);
		this.hub.acquire(HubFixture.SHOP, FlagFilter.all()).release();
		assertThat(observer.looks).containsExactly(HubFixture.SHOP);
		view.release();
		this.hub.forgetIdle(Duration.ZERO);
		FlagView anew = this.hub.acquire(HubFixture.SHOP, UI);
		assertThat(anew.state()).isNull();
		assertThat(observer.looks).containsExactly(HubFixture.SHOP, HubFixture.SHOP);
	}

	@Test
	void positionsAreThoseOfTheSource() {
		this.hub.acquire(HubFixture.SHOP, UI);
		this.hub.acquire(HubFixture.OTHER, UI);
		this.hub.publish(HubFixture.snapshot(4));
		assertThat(this.hub.positions()).isEqualTo(Map.of(HubFixture.SHOP, HubFixture.at(4)));
		assertThat(this.hub.position(HubFixture.OTHER)).isNull();
	}

	@Test
	void loadedCompletesWithTheFirstState() {
		FlagView view = this.hub.acquire(HubFixture.SHOP, UI);
		StepVerifier.create(view.loaded())
			.expectSubscription()
			.then(() -> this.hub.publish(HubFixture.snapshot(1)))
			.assertNext((state) -> assertThat(state.position()).isEqualTo(UI.view(HubFixture.at(1))))
			.expectComplete()
			.verify(TIMEOUT);
		StepVerifier.create(view.loaded()).expectNextCount(1).expectComplete().verify(TIMEOUT);
	}

	@Test
	void awaitCompletesAtThePositionOrInAnotherEpoch() {
		FlagView view = this.hub.acquire(HubFixture.SHOP, FlagFilter.all());
		this.hub.publish(HubFixture.snapshot(1));
		StepVerifier.create(view.await(HubFixture.at(3)).map(ViewState::position))
			.expectSubscription()
			.then(() -> this.hub.publish(HubFixture.snapshot(2)))
			.expectNoEvent(Duration.ofMillis(20))
			.then(() -> this.hub.publish(HubFixture.snapshot(4)))
			.expectNext(HubFixture.at(4))
			.expectComplete()
			.verify(TIMEOUT);
		FlagPosition renewed = new FlagPosition("k8", 1);
		StepVerifier.create(view.await(HubFixture.at(9)).map(ViewState::position))
			.expectSubscription()
			.then(() -> this.hub.publish(HubFixture.snapshot(HubFixture.SHOP, renewed)))
			.expectNext(renewed)
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void listenersOfAViewRunInVersionOrderUntilRemoved() {
		FlagView view = this.hub.acquire(HubFixture.SHOP, FlagFilter.all());
		List<FlagPosition> seen = new ArrayList<>();
		Runnable listener = () -> seen.add(view.state().position());
		view.addListener(listener);
		this.hub.publish(HubFixture.snapshot(1));
		this.hub.publish(HubFixture.snapshot(2));
		view.removeListener(listener);
		this.hub.publish(HubFixture.snapshot(3));
		assertThat(seen).containsExactly(HubFixture.at(1), HubFixture.at(2));
	}

	@Test
	void listenerOfAViewThatThrowsHurtsNoOtherView() {
		List<FlagView> views = List.of(this.hub.acquire(HubFixture.SHOP, FlagFilter.all()),
				this.hub.acquire(HubFixture.SHOP, UI),
				this.hub.acquire(HubFixture.SHOP, FlagFilter.of(List.of("limit"))));
		List<FlagView> told = new ArrayList<>();
		views.forEach((view) -> {
			view.addListener(() -> {
				throw new IllegalStateException("listener");
			});
			view.addListener(() -> told.add(view));
		});
		assertThat(this.hub.publish(HubFixture.snapshot(1))).isTrue();
		assertThat(told).containsExactlyInAnyOrderElementsOf(views);
	}

	@Test
	void lensThatFailsTakesNoPlaceAndHoldsUpNoOther() {
		List<FlagChange> told = new ArrayList<>();
		this.hub.addListener(told::add);
		this.hub.acquire(HubFixture.SHOP, FlagFilter.all());
		this.hub.publish(HubFixture.snapshot(1));
		AtomicBoolean fails = new AtomicBoolean(true);
		Runnable look = () -> Assert.state(!fails.get(), "lens");
		FlagLens failing = new TestLens(look, look);
		for (int i = 0; i < 3; i++) {
			assertThatIllegalStateException().isThrownBy(() -> this.hub.acquire(HubFixture.SHOP, failing, 2))
				.withMessage("lens");
		}
		fails.set(false);
		FlagView behind = this.hub.acquire(HubFixture.SHOP, failing, 2);
		FlagView other = this.hub.acquire(HubFixture.SHOP, new TestLens(NOTHING, NOTHING), 2);
		fails.set(true);
		assertThat(this.hub.publish(HubFixture.snapshot(2))).isTrue();
		assertThat(other.state().position().version()).isEqualTo(2);
		assertThat(told).extracting(FlagChange::position).containsExactly(HubFixture.at(1), HubFixture.at(2));
		fails.set(false);
		this.hub.publish(HubFixture.snapshot(3));
		assertThat(behind.state().position().version()).isEqualTo(3);
		assertThat(behind.state().snapshot().flags()).isEqualTo(HubFixture.snapshot(3).flags());
	}

	@Test
	void publishingFromManyThreadsNeverFailsAndNeverReorders() throws Exception {
		int threads = 8;
		int versions = 2_000;
		FlagView view = this.hub.acquire(HubFixture.SHOP, FlagFilter.all());
		Queue<FlagChange> told = new ConcurrentLinkedQueue<>();
		Queue<FlagPosition> moves = new ConcurrentLinkedQueue<>();
		Queue<FlagChange> emitted = new ConcurrentLinkedQueue<>();
		this.hub.addListener(told::add);
		view.addListener(() -> moves.add(view.state().position()));
		this.hub.feed(HubFixture.SHOP).changes().subscribe(emitted::add);
		CountDownLatch start = new CountDownLatch(1);
		ExecutorService publishers = Executors.newFixedThreadPool(threads);
		try {
			List<Future<?>> done = IntStream.range(0, threads).<Future<?>>mapToObj((thread) -> publishers.submit(() -> {
				start.await();
				for (int version = 1 + thread / 2; version <= versions; version++) {
					this.hub.publish(HubFixture.snapshot(version));
				}
				return null;
			})).toList();
			start.countDown();
			for (Future<?> future : done) {
				future.get(20, TimeUnit.SECONDS);
			}
		}
		finally {
			publishers.shutdownNow();
		}
		assertThat(this.hub.position(HubFixture.SHOP)).isEqualTo(HubFixture.at(versions));
		assertThat(List.copyOf(moves))
			.isSortedAccordingTo((left, right) -> Long.compare(left.version(), right.version()))
			.doesNotHaveDuplicates()
			.last()
			.isEqualTo(HubFixture.at(versions));
		assertFollowEachOther(told, versions);
		assertFollowEachOther(emitted, versions);
	}

	private static void assertFollowEachOther(Queue<FlagChange> changes, int last) {
		FlagPosition at = null;
		for (FlagChange change : changes) {
			assertThat(change.from()).isEqualTo(at);
			assertThat(change.snapshot()).isEqualTo(HubFixture.snapshot(change.position().version()));
			at = change.position();
		}
		assertThat(at).isEqualTo(HubFixture.at(last));
	}

	@Test
	void resetGoesBackAndContinuesNobody() {
		List<String> told = new ArrayList<>();
		this.hub.addListener(new FlagHubListener() {

			@Override
			public void onChange(FlagChange change) {
				told.add(change.from() + " to " + change.position());
			}

			@Override
			public void onReset(FlagSetId flagSet) {
				told.add("reset " + flagSet);
			}

		});
		FlagView view = this.hub.acquire(HubFixture.SHOP, FlagFilter.all());
		this.hub.reset(HubFixture.snapshot(8));
		this.hub.publish(HubFixture.snapshot(9));
		assertThat(told).containsExactly("null to k7:8", "k7:8 to k7:9");
		told.clear();
		assertThat(this.hub.publish(HubFixture.snapshot(6))).isFalse();
		assertThat(this.hub.reset(HubFixture.snapshot(6))).isTrue();
		assertThat(told).containsExactlyInAnyOrder("k7:9 to k7:6", "reset shop/production");
		assertThat(view.state().position()).isEqualTo(HubFixture.at(6));
		this.hub.publish(HubFixture.snapshot(7));
		this.hub.publish(HubFixture.snapshot(9));
		assertThat(view.state().since(HubFixture.at(8)).kind()).isEqualTo(ViewUpdate.Kind.SNAPSHOT);
		assertThat(view.state().since(HubFixture.at(6)).kind()).isEqualTo(ViewUpdate.Kind.DELTA);
	}

	@Test
	void listenerThatThrowsHurtsNobody() {
		List<FlagChange> told = new ArrayList<>();
		this.hub.addListener((change) -> {
			throw new IllegalStateException("listener");
		});
		this.hub.addListener(told::add);
		this.hub.acquire(HubFixture.SHOP, UI);
		assertThat(this.hub.publish(HubFixture.snapshot(1))).isTrue();
		assertThat(this.hub.publish(HubFixture.snapshot(2))).isTrue();
		assertThat(told).extracting(FlagChange::position).containsExactly(HubFixture.at(1), HubFixture.at(2));
	}

	@Test
	void listenerThatPublishesIsToldOfItAfterwards() {
		List<FlagChange> told = new ArrayList<>();
		this.hub.addListener((change) -> {
			if (change.position().version() == 1) {
				this.hub.publish(HubFixture.snapshot(2));
			}
		});
		this.hub.addListener(told::add);
		this.hub.acquire(HubFixture.SHOP, UI);
		this.hub.publish(HubFixture.snapshot(1));
		assertThat(told).extracting(FlagChange::position).containsExactly(HubFixture.at(1), HubFixture.at(2));
	}

	@Test
	void withoutObserverNothingIsRenewed() {
		assertThat(this.hub.confirmRestore(HubFixture.SHOP, 9)).isFalse();
		assertThat(this.hub.hasFeed(SdkKey.server("sdk-server-sample"))).isFalse();
	}

	private static final class RecordingObserver implements FlagSetObserver {

		private final List<FlagSetId> looks = new ArrayList<>();

		@Override
		public void look(FlagSetId flagSet) {
			this.looks.add(flagSet);
		}

		@Override
		public boolean confirmRestore(FlagSetId flagSet, long version) {
			return true;
		}

	}

	/**
	 * Shows all, after something has been done.
	 */
	private record TestLens(Runnable onWhole, Runnable onPart) implements FlagLens {

		@Override
		public String viewEpoch(String sourceEpoch) {
			return sourceEpoch + ".lens";
		}

		@Override
		public FlagSet see(FlagSnapshot snapshot) {
			this.onWhole.run();
			return snapshot.flags();
		}

		@Override
		public Seen see(FlagSnapshot snapshot, Set<String> touched) {
			this.onPart.run();
			return new Seen(snapshot.flags().asMap(), Set.of());
		}

	}

}
