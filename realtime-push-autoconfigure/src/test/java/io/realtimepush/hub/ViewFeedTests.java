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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.SdkKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link ViewFeed} and {@link FlagHub#changes(SdkKey)}.
 */
@Timeout(30)
class ViewFeedTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final SdkKey KEY = SdkKey.server("sdk-server-sample");

	private static final FlagFilter UI = FlagFilter.of(List.of("ui.*"));

	private static final FlagFilter LIMIT = FlagFilter.of(List.of("limit"));

	private final FlagHub hub = new FlagHub(RingLimits.DEFAULT);

	private final FlagFeed feed = this.hub.feed(KEY, HubFixture.SHOP, FlagFilter.all());

	@Test
	void keyWithoutFeedIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.hub.changes(SdkKey.server("sdk-server-other")))
			.withMessageContaining("is not served here")
			.withMessageNotContaining("sdk-server-other");
	}

	@Test
	void keyHasOneFeed() {
		assertThat(this.hub.feed(KEY, HubFixture.SHOP, FlagFilter.all())).isSameAs(this.feed);
		assertThat(this.hub.hasFeed(KEY)).isTrue();
		assertThat(this.hub.watched()).containsExactly(HubFixture.SHOP);
	}

	@Test
	void presentSnapshotComesFirstAndThenEveryChange() {
		this.hub.publish(HubFixture.snapshot(1));
		this.hub.publish(HubFixture.snapshot(2));
		StepVerifier.create(this.hub.changes(KEY)).assertNext((change) -> {
			assertThat(change.from()).isNull();
			assertThat(change.snapshot()).isEqualTo(HubFixture.snapshot(2));
		}).then(() -> this.hub.publish(HubFixture.snapshot(3))).assertNext((change) -> {
			assertThat(change.from()).isEqualTo(HubFixture.at(2));
			assertThat(change.updates()).extracting(FlagUpdate::key).containsExactly("limit");
		}).thenCancel().verify(TIMEOUT);
	}

	@Test
	void firstLoadIsAChangeFromNothing() {
		StepVerifier.create(this.hub.changes(KEY))
			.expectSubscription()
			.then(() -> this.hub.publish(HubFixture.snapshot(5)))
			.assertNext((change) -> {
				assertThat(change.from()).isNull();
				assertThat(change.updates()).hasSize(2).allMatch((update) -> update.kind() == FlagUpdate.Kind.ADDED);
			})
			.thenCancel()
			.verify(TIMEOUT);
	}

	@Test
	void loadedWaitsForTheFirstSnapshot() {
		assertThat(this.feed.snapshot()).isEmpty();
		StepVerifier.create(this.feed.loaded())
			.expectSubscription()
			.then(() -> this.hub.publish(HubFixture.snapshot(5)))
			.expectNext(HubFixture.snapshot(5))
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.feed.snapshot()).contains(HubFixture.snapshot(5));
		StepVerifier.create(this.feed.loaded()).expectNext(HubFixture.snapshot(5)).expectComplete().verify(TIMEOUT);
	}

	@Test
	void slowSubscriberIsGivenOneChangeForAllItHasMissed() {
		this.hub.publish(HubFixture.snapshot(1));
		StepVerifier.create(this.hub.changes(KEY), 1)
			.assertNext((change) -> assertThat(change.position()).isEqualTo(HubFixture.at(1)))
			.then(() -> {
				for (int version = 2; version <= 100; version++) {
					this.hub.publish(HubFixture.snapshot(version));
				}
			})
			.thenRequest(1)
			.assertNext((change) -> {
				assertThat(change.from()).isEqualTo(HubFixture.at(1));
				assertThat(change).isEqualTo(FlagChange.between(HubFixture.snapshot(1), HubFixture.snapshot(100)));
			})
			.thenRequest(1)
			.then(() -> this.hub.publish(HubFixture.snapshot(101)))
			.assertNext((change) -> assertThat(change.from()).isEqualTo(HubFixture.at(100)))
			.thenCancel()
			.verify(TIMEOUT);
	}

	@Test
	void subscriberThatComesWhilePublishingMissesNothing() throws Exception {
		int versions = 2_000;
		this.hub.publish(HubFixture.snapshot(1));
		ExecutorService publisher = Executors.newSingleThreadExecutor();
		try {
			CountDownLatch started = new CountDownLatch(1);
			Future<?> done = publisher.submit(() -> {
				for (int version = 2; version <= versions; version++) {
					this.hub.publish(HubFixture.snapshot(version));
					started.countDown();
				}
			});
			assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
			List<Queue<FlagChange>> all = new ArrayList<>();
			while (!done.isDone() && all.size() < 200) {
				Queue<FlagChange> seen = new ConcurrentLinkedQueue<>();
				all.add(seen);
				this.hub.changes(KEY).take(50).subscribe(seen::add);
			}
			done.get(10, TimeUnit.SECONDS);
			assertThat(all).isNotEmpty().allSatisfy((seen) -> assertFollowEachOther(seen));
		}
		finally {
			publisher.shutdownNow();
		}
	}

	private static void assertFollowEachOther(Queue<FlagChange> changes) {
		FlagPosition at = null;
		assertThat(changes).isNotEmpty();
		for (FlagChange change : changes) {
			assertThat(change.from()).isEqualTo(at);
			at = change.position();
		}
	}

	@Test
	void subscriberThatBlocksHoldsUpNeitherViewsNorLogins() throws Exception {
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch proceed = new CountDownLatch(1);
		this.hub.changes(KEY).subscribe((change) -> {
			entered.countDown();
			awaitQuietly(proceed);
		});
		FlagView view = this.hub.acquire(HubFixture.SHOP, FlagFilter.all());
		ExecutorService publisher = Executors.newSingleThreadExecutor();
		try {
			publisher.execute(() -> this.hub.publish(HubFixture.snapshot(1)));
			assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(this.hub.publish(HubFixture.snapshot(2))).isTrue();
			assertThat(view.state()).isNotNull();
			assertThat(view.state().position()).isEqualTo(HubFixture.at(2));
			this.hub.acquire(HubFixture.SHOP, UI).release();
		}
		finally {
			proceed.countDown();
			publisher.shutdown();
		}
		assertThat(publisher.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void subscriberMayWaitForSomebodyWhoAsksForTheSameFeed() {
		this.hub.publish(HubFixture.snapshot(1));
		ExecutorService other = Executors.newSingleThreadExecutor();
		List<FlagFeed> found = new ArrayList<>();
		try {
			this.hub.changes(KEY).subscribe((change) -> {
				Future<FlagFeed> asked = other.submit(() -> this.hub.feed(KEY, HubFixture.SHOP, FlagFilter.all()));
				found.add(get(asked));
			});
		}
		finally {
			other.shutdown();
		}
		assertThat(found).containsExactly(this.feed);
	}

	private static <T> T get(Future<T> future) {
		try {
			return future.get(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void otherFilterIsFollowedByTheChangeBetweenTheSnapshots() {
		this.hub.publish(HubFixture.snapshot(1));
		this.hub.feed(KEY, HubFixture.SHOP, UI);
		StepVerifier.create(this.hub.changes(KEY))
			.assertNext((change) -> assertThat(change.snapshot()).isEqualTo(HubFixture.snapshot(1).filter(UI)))
			.then(() -> this.hub.feed(KEY, HubFixture.SHOP, LIMIT))
			.assertNext((change) -> {
				assertThat(change.from()).isEqualTo(UI.view(HubFixture.at(1)));
				assertThat(change.snapshot()).isEqualTo(HubFixture.snapshot(1).filter(LIMIT));
				assertThat(change.updates()).extracting(FlagUpdate::key, FlagUpdate::kind)
					.containsExactlyInAnyOrder(tuple("ui.dark", FlagUpdate.Kind.REMOVED),
							tuple("limit", FlagUpdate.Kind.ADDED));
			})
			.then(() -> this.hub.publish(HubFixture.snapshot(2)))
			.assertNext((change) -> assertThat(change.from()).isEqualTo(LIMIT.view(HubFixture.at(1))))
			.thenCancel()
			.verify(TIMEOUT);
	}

	@Test
	void otherFlagSetIsFollowedWhenItIsLoadedEvenAtTheSamePosition() {
		this.hub.publish(HubFixture.snapshot(1));
		this.hub.publish(HubFixture.snapshot(2));
		FlagSnapshot other = HubFixture.snapshot(HubFixture.OTHER, HubFixture.at(3));
		StepVerifier.create(this.hub.changes(KEY))
			.expectNextCount(1)
			.then(() -> this.hub.feed(KEY, HubFixture.OTHER, FlagFilter.all()))
			.then(() -> assertThat(this.feed.snapshot()).isEmpty())
			.then(() -> this.hub.publish(HubFixture.snapshot(3)))
			.then(() -> this.hub.publish(other))
			.assertNext((change) -> assertThat(change).isEqualTo(FlagChange.between(HubFixture.snapshot(2), other)))
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(this.feed.flagSet()).isEqualTo(HubFixture.OTHER);
		assertThat(this.feed.snapshot()).contains(other);
	}

	@Test
	void formerFlagSetIsLetGo() {
		this.hub.feed(KEY, HubFixture.OTHER, FlagFilter.all());
		this.hub.forgetIdle(Duration.ZERO);
		assertThat(this.hub.watched()).containsExactly(HubFixture.OTHER);
	}

	@Test
	void revokedKeyEndsItsFeed() {
		this.hub.publish(HubFixture.snapshot(1));
		StepVerifier.create(this.hub.changes(KEY))
			.expectNextCount(1)
			.then(() -> this.hub.endFeed(KEY))
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(this.hub.hasFeed(KEY)).isFalse();
		assertThat(this.feed.snapshot()).isEmpty();
		StepVerifier.create(this.feed.changes()).expectComplete().verify(TIMEOUT);
		this.hub.forgetIdle(Duration.ZERO);
		assertThat(this.hub.watched()).isEmpty();
	}

	@Test
	void keyGivenAgainHasANewFeed() {
		this.hub.publish(HubFixture.snapshot(1));
		this.hub.endFeed(KEY);
		FlagFeed anew = this.hub.feed(KEY, HubFixture.SHOP, UI);
		assertThat(anew).isNotSameAs(this.feed);
		StepVerifier.create(this.hub.changes(KEY)).expectNextCount(1).thenCancel().verify(TIMEOUT);
	}

	@Test
	void subscriberThatThrowsHurtsNoOther() {
		List<FlagPosition> seen = new ArrayList<>();
		this.hub.changes(KEY).subscribe((change) -> {
			throw new IllegalStateException("subscriber");
		}, (ex) -> {
		});
		this.hub.changes(KEY).subscribe((change) -> seen.add(change.position()));
		this.hub.publish(HubFixture.snapshot(1));
		this.hub.publish(HubFixture.snapshot(2));
		assertThat(seen).containsExactly(HubFixture.at(1), HubFixture.at(2));
	}

}
