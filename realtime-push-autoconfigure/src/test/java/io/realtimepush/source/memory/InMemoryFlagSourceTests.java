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

package io.realtimepush.source.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.FlagSourceContract;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link InMemoryFlagSource}.
 */
class InMemoryFlagSourceTests implements FlagSourceContract {

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	@Override
	public FlagSource source() {
		return this.source;
	}

	@Override
	public void write(FlagSetId flagSet, Map<String, FlagValue> set, Set<String> removed) {
		this.source.update(flagSet, set, removed);
	}

	@Test
	void updateAnswersThePositionThatHoldsIt() {
		InMemoryFlagSource named = new InMemoryFlagSource("k7");
		assertThat(named.set(SHOP, "checkout", FlagValue.TRUE)).hasToString("k7:1");
		assertThat(named.set(SHOP, "checkout", FlagValue.TRUE)).hasToString("k7:2");
		assertThat(named.remove(SHOP, "checkout")).hasToString("k7:3");
		assertThat(named.fetch(SHOP).block(TIMEOUT).flags().asMap()).isEmpty();
	}

	@Test
	void emptyUpdateCreatesTheFlagSet() {
		this.source.update(SHOP, Map.of(), Set.of());
		assertThat(fetch(SHOP).flags().asMap()).isEmpty();
	}

	@Test
	void epochIsOfTheProcess() {
		FlagPosition position = this.source.set(SHOP, "checkout", FlagValue.TRUE);
		assertThat(new InMemoryFlagSource().set(SHOP, "checkout", FlagValue.TRUE).epoch())
			.isNotEqualTo(position.epoch());
		assertThatIllegalArgumentException().isThrownBy(() -> new InMemoryFlagSource("k7.1"));
	}

	@Test
	void badUpdateChangesNothing() {
		FlagPosition position = this.source.set(SHOP, "checkout", FlagValue.TRUE);
		assertThatIllegalArgumentException().isThrownBy(() -> this.source.set(SHOP, "", FlagValue.TRUE));
		assertThatIllegalArgumentException().isThrownBy(() -> this.source.remove(SHOP, "a\nb"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.source.update(SHOP, Map.of("a", FlagValue.TRUE), Set.of("a")));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.source.update(BLOG, Map.of("a", FlagValue.TRUE), Set.of("a")));
		assertThat(position(SHOP)).isEqualTo(position);
		assertThat(position(BLOG)).isNull();
	}

	@Test
	void changesSinceReachBackOver128Updates() {
		this.source.set(SHOP, "n", FlagValue.of(0));
		List<FlagSnapshot> snapshots = new ArrayList<>();
		for (int i = 1; i <= 200; i++) {
			snapshots.add(fetch(SHOP));
			this.source.update(SHOP, Map.of("n", FlagValue.of(i), "n" + i, FlagValue.TRUE), Set.of("n" + (i - 3)));
		}
		FlagSnapshot present = fetch(SHOP);
		for (int i = 0; i < snapshots.size(); i++) {
			FlagSnapshot before = snapshots.get(i);
			var delta = this.source.changesSince(SHOP, before.position()).block(TIMEOUT);
			if (i < 200 - 128) {
				assertThat(delta).isNull();
			}
			else {
				assertThat(before.apply(delta)).isEqualTo(present);
			}
		}
	}

	@Test
	void manyThreadsWriteWithoutLossAndEachWriteIsHinted() throws Exception {
		int threads = 8;
		int updates = 500;
		List<FlagPosition> hinted = new ArrayList<>();
		var subscription = this.source.hints().subscribe((flagSet) -> hinted.add(position(flagSet)));
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			CountDownLatch start = new CountDownLatch(1);
			List<Future<?>> writers = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				String key = "flag" + i;
				writers.add(executor.submit(() -> {
					start.await();
					for (int n = 1; n <= updates; n++) {
						this.source.set(SHOP, key, FlagValue.of(n));
					}
					return null;
				}));
			}
			start.countDown();
			for (Future<?> writer : writers) {
				writer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
			subscription.dispose();
		}
		FlagSnapshot present = fetch(SHOP);
		assertThat(present.position().version()).isEqualTo(threads * updates);
		assertThat(present.flags().asMap()).hasSize(threads).containsValue(FlagValue.of(updates));
		assertThat(present.flags().asMap().values()).containsOnly(FlagValue.of(updates));
		assertThat(hinted).isNotEmpty().last().isEqualTo(present.position());
	}

	@Test
	void restoreGoesBackToAnOlderState() {
		this.source.set(SHOP, "checkout", FlagValue.TRUE);
		FlagSnapshot backup = fetch(SHOP);
		FlagPosition lost = this.source.set(SHOP, "checkout", FlagValue.FALSE);
		StepVerifier.create(this.source.hints().take(1))
			.then(() -> this.source.restore(backup))
			.expectNext(SHOP)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(fetch(SHOP)).isEqualTo(backup);
		assertThat(this.source.changesSince(SHOP, lost).blockOptional(TIMEOUT)).isEmpty();
	}

	@Test
	void oneOfSeveralRenewsTheEpoch() {
		FlagPosition confirmed = this.source.set(SHOP, "checkout", FlagValue.TRUE);
		List<FlagPosition> renewed = Mono.just(confirmed)
			.repeat(15)
			.flatMap((position) -> this.source.renewEpoch(SHOP, position).subscribeOn(Schedulers.parallel()))
			.collectList()
			.block(TIMEOUT);
		assertThat(renewed).singleElement().satisfies((position) -> {
			assertThat(position.epoch()).isNotEqualTo(confirmed.epoch());
			assertThat(position(SHOP)).isEqualTo(position);
		});
		assertThat(this.source.changesSince(SHOP, confirmed).blockOptional(TIMEOUT)).isEmpty();
		assertThat(this.source.set(SHOP, "checkout", FlagValue.FALSE).isAheadOf(renewed.get(0))).isTrue();
	}

}
