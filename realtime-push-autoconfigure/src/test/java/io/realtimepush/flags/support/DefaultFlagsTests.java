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

package io.realtimepush.flags.support;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DefaultFlags}.
 */
@ExtendWith(OutputCaptureExtension.class)
class DefaultFlagsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final TestFlagFeed feed = TestFlagFeed.loaded("shop/production", "limit", "5");

	private final DefaultFlags flags = flags(this.feed);

	@Test
	void presentValueIsConverted() {
		assertThat(this.flags.get("limit", Integer.class, 1)).isEqualTo(5);
		assertThat(this.flags.get("limit", int.class, 1)).isEqualTo(5);
		assertThat(this.flags.get("limit")).isEqualTo(FlagValue.of(5));
		this.feed.set("limit", "6");
		assertThat(this.flags.get("limit", Integer.class, 1)).isEqualTo(6);
	}

	@Test
	void fallbackStandsForNotLoadedAbsentAndNull(CapturedOutput output) {
		DefaultFlags notLoaded = flags(TestFlagFeed.notLoaded("other"));
		assertThat(notLoaded.get("limit", Integer.class, 1)).isEqualTo(1);
		assertThat(notLoaded.get("limit")).isNull();
		assertThat(this.flags.get("absent", Integer.class, 1)).isEqualTo(1);
		this.feed.set("limit", "null");
		assertThat(this.flags.get("limit", Integer.class, 1)).isEqualTo(1);
		assertThat(this.flags.get("limit", int.class, 1)).isEqualTo(1);
		assertThat(this.flags.get("limit")).isEqualTo(FlagValue.NULL);
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void valueOfTheWrongTypeIsLoggedOnceForEachVersion(CapturedOutput output) {
		this.feed.set("limit", "\"many\"");
		for (int i = 0; i < 3; i++) {
			assertThat(this.flags.get("limit", Integer.class, 1)).isEqualTo(1);
		}
		assertThat(output).containsOnlyOnce(takenAsAbsent("k7:2"));
		this.feed.set("other", "1");
		this.flags.get("limit", Integer.class, 1);
		this.flags.get("limit", Integer.class, 1);
		assertThat(output).containsOnlyOnce(takenAsAbsent("k7:3"));
	}

	@Test
	void valueIsConvertedOnceForEachVersion() {
		this.feed.set("list", "[1,2]");
		Object first = this.flags.get("list", Object.class, "");
		assertThat(first).isEqualTo(List.of(1, 2));
		assertThat(this.flags.get("list", Object.class, "")).isSameAs(first);
		assertThat(this.flags.get("list", Collection.class, List.of()) == first).isFalse();
		this.feed.set("list", "[3]");
		assertThat(this.flags.get("list", Object.class, "")).isEqualTo(List.of(3));
	}

	@Test
	void readersNeverSeeAValueGoBackwards() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			List<Future<Boolean>> readers = IntStream.range(0, 4).mapToObj((i) -> executor.submit(() -> {
				int last = 0;
				while (last < 2_000) {
					int next = this.flags.get("limit", Integer.class, -1);
					if (next < last) {
						return false;
					}
					last = next;
				}
				return true;
			})).toList();
			for (int i = 6; i <= 2_000; i++) {
				this.feed.set("limit", Integer.toString(i));
			}
			for (Future<Boolean> reader : readers) {
				assertThat(reader).succeedsWithin(TIMEOUT).isEqualTo(true);
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void watchBeginsWithThePresentValueAndLeavesOutEqualOnes() {
		StepVerifier.create(this.flags.watch("limit", Integer.class))
			.expectNext(5)
			.then(() -> this.feed.set("other", "1"))
			.then(() -> this.feed.set("limit", "6"))
			.expectNext(6)
			.then(() -> this.feed.remove("limit"))
			.then(() -> this.feed.set("limit", "null"))
			.then(() -> this.feed.set("limit", "6"))
			.then(() -> this.feed.set("limit", "7"))
			.expectNext(7)
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(this.feed.subscriberCount()).isZero();
	}

	@Test
	void watchWaitsUntilTheFlagSetIsLoaded() {
		TestFlagFeed late = TestFlagFeed.notLoaded("late");
		StepVerifier.create(flags(late).watch("limit", int.class))
			.then(() -> late.load(Map.of("limit", FlagValue.of(1))))
			.expectNext(1)
			.thenCancel()
			.verify(TIMEOUT);
	}

	@Test
	void watchLeavesOutAndLogsWhatCannotBeConverted(CapturedOutput output) {
		StepVerifier.create(this.flags.watch("limit", Integer.class))
			.expectNext(5)
			.then(() -> this.feed.set("limit", "\"many\""))
			.then(() -> this.feed.set("other", "1"))
			.then(() -> this.feed.set("limit", "8"))
			.expectNext(8)
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(output).containsOnlyOnce(takenAsAbsent("k7:2"));
	}

	@Test
	void slowWatcherMissesValuesInBetweenButNotTheLast() {
		StepVerifier.create(this.flags.watch("limit", Integer.class), 1)
			.expectNext(5)
			.then(() -> IntStream.rangeClosed(6, 100).forEach((i) -> this.feed.set("limit", Integer.toString(i))))
			.thenRequest(1)
			.expectNext(100)
			.thenCancel()
			.verify(TIMEOUT);
	}

	@Test
	void snapshotIsTheWholeFlagSet() {
		assertThat(this.flags.snapshot()).isEqualTo(this.feed.snapshot().orElseThrow());
		assertThatIllegalStateException().isThrownBy(() -> flags(TestFlagFeed.notLoaded("other")).snapshot())
			.withMessageContaining("flag set 'other' has not been loaded yet");
	}

	@Test
	void otherFlagSetsAreReachedByName() {
		TestFlagFeed other = TestFlagFeed.loaded("other", "limit", "9");
		TestFlagFeeds feeds = new TestFlagFeeds(this.feed, other).withPrimary(this.feed);
		DefaultFlags byName = new DefaultFlags(feeds, converter());
		assertThat(byName.get("limit", Integer.class, 1)).isEqualTo(5);
		assertThat(byName.of(FlagSetId.of("other")).get("limit", Integer.class, 1)).isEqualTo(9);
		assertThat(byName.of(FlagSetId.of("other"))).isSameAs(byName.of(FlagSetId.of("other")));
		assertThatIllegalArgumentException().isThrownBy(() -> byName.of(FlagSetId.of("none")))
			.withMessageContaining("[shop/production, other]");
	}

	@Test
	void ambiguityIsToldAtCreation() {
		TestFlagFeeds feeds = new TestFlagFeeds(this.feed, TestFlagFeed.loaded("other"));
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> new DefaultFlags(feeds, converter()))
			.withMessageContaining("[shop/production, other]");
	}

	private static DefaultFlags flags(TestFlagFeed feed) {
		return new DefaultFlags(new TestFlagFeeds(feed), converter());
	}

	private static FlagValueConverter converter() {
		return new FlagValueConverter(new JsonMapper());
	}

	/** The end of the line, which no stack trace repeats. */
	private static String takenAsAbsent(String position) {
		return "flag 'limit' at " + position
				+ " cannot be converted to Integer: it is the JSON string \"many\"; it is taken as absent";
	}

}
