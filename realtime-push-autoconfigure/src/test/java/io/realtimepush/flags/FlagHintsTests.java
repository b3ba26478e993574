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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FlagHints}.
 */
class FlagHintsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private static final FlagSetId BLOG = FlagSetId.of("blog");

	private final FlagHints hints = new FlagHints();

	@Test
	void hintWithoutSubscriberIsLost() {
		this.hints.hint(SHOP);
		StepVerifier.create(this.hints.asFlux())
			.then(() -> this.hints.hint(BLOG))
			.expectNext(BLOG)
			.thenCancel()
			.verify(TIMEOUT);
	}

	@Test
	void subscriberWithoutDemandGetsEachFlagSetOnce() {
		StepVerifier.create(this.hints.asFlux(), 0).then(() -> {
			for (int i = 0; i < 1000; i++) {
				this.hints.hint(SHOP);
				this.hints.hint(BLOG);
			}
		})
			.thenRequest(1)
			.expectNext(SHOP)
			.thenRequest(10)
			.expectNext(BLOG)
			.then(() -> this.hints.hint(SHOP))
			.expectNext(SHOP)
			.thenCancel()
			.verify(TIMEOUT);
	}

	@Test
	void subscriberMayHintItself() {
		StepVerifier.create(this.hints.asFlux().doOnNext((flagSet) -> {
			if (flagSet.equals(SHOP)) {
				this.hints.hint(BLOG);
			}
		})).then(() -> this.hints.hint(SHOP)).expectNext(SHOP, BLOG).thenCancel().verify(TIMEOUT);
	}

	@Test
	void manyThreadsHintAtOnceAndNoFlagSetIsMissed() throws Exception {
		Set<FlagSetId> seen = ConcurrentHashMap.newKeySet();
		AtomicInteger concurrent = new AtomicInteger();
		AtomicInteger overlaps = new AtomicInteger();
		var subscription = this.hints.asFlux().subscribe((flagSet) -> {
			if (concurrent.incrementAndGet() > 1) {
				overlaps.incrementAndGet();
			}
			seen.add(flagSet);
			concurrent.decrementAndGet();
		});
		int threads = 8;
		int flagSets = 2000;
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			CountDownLatch start = new CountDownLatch(1);
			List<Future<?>> hinters = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				String name = "set" + i + "-";
				hinters.add(executor.submit(() -> {
					start.await();
					for (int n = 0; n < flagSets; n++) {
						this.hints.hint(FlagSetId.of(name + n));
					}
					return null;
				}));
			}
			start.countDown();
			for (Future<?> hinter : hinters) {
				hinter.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			}
		}
		finally {
			executor.shutdownNow();
			subscription.dispose();
		}
		assertThat(seen).hasSize(threads * flagSets);
		assertThat(overlaps).hasValue(0);
	}

}
