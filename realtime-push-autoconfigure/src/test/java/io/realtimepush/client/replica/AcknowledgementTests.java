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

package io.realtimepush.client.replica;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ClientMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A position is acknowledged when all subscribers have asked for the next change.
 */
class AcknowledgementTests {

	private long now;

	private final AtomicInteger progress = new AtomicInteger();

	private final FlagReplica replica = new FlagReplica(FlagSetId.of("shop"), () -> this.now,
			this.progress::incrementAndGet);

	@Test
	void positionIsAcknowledgedAtOnceIfNobodyHandlesIt() {
		load();
		int before = this.progress.get();
		set("a", "2");
		assertThat(this.progress.get()).isGreaterThan(before);
		assertThat(takeAcks()).containsExactly(applied("k7:2", 0));
		assertThat(takeAcks()).isEmpty();
	}

	@Test
	void acknowledgementWaitsForTheSlowestHandler() {
		OneByOne fast = new OneByOne();
		OneByOne slow = new OneByOne();
		load();
		assertThat(takeAcks()).isEmpty();
		fast.request(1);
		assertThat(takeAcks()).isEmpty();
		this.now += Duration.ofMillis(30).toNanos();
		int before = this.progress.get();
		slow.request(1);
		assertThat(this.progress.get()).isGreaterThan(before);
		assertThat(takeAcks()).containsExactly(applied("k7:1", 30));
	}

	@Test
	void handlerThatIsAlwaysBehindIsAcknowledgedAsFarAsItIs() {
		OneByOne slow = new OneByOne();
		load();
		set("a", "2");
		set("a", "3");
		slow.request(1);
		assertThat(takeAcks()).containsExactly(applied("k7:1", 0));
		set("a", "4");
		slow.request(1);
		assertThat(takeAcks()).containsExactly(applied("k7:3", 0));
		assertThat(slow.positions).containsExactly("k7:1", "k7:3", "k7:4");
	}

	@Test
	void asynchronousCallIsWaitedFor() {
		Sinks.Empty<Void> call = Sinks.empty();
		this.replica.feed().changes().concatMap((change) -> call.asMono(), 0).subscribe();
		load();
		assertThat(takeAcks()).isEmpty();
		call.tryEmitEmpty();
		assertThat(takeAcks()).containsExactly(applied("k7:1", 0));
	}

	@Test
	void filteredChangeIsNotWaitedFor() {
		this.replica.feed().changes().filter((change) -> false).concatMap((change) -> Mono.never(), 0).subscribe();
		load();
		assertThat(takeAcks()).containsExactly(applied("k7:1", 0));
	}

	@Test
	void subscriberThatLeavesOrNeverAsksHoldsUpNothing() {
		OneByOne leaving = new OneByOne();
		this.replica.feed().changes().subscribe(new BaseSubscriber<FlagChange>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
			}

		});
		load();
		assertThat(takeAcks()).isEmpty();
		leaving.cancel();
		assertThat(takeAcks()).containsExactly(applied("k7:1", 0));
	}

	@Test
	void failureIsToldAndNotCoveredUp() {
		OneByOne handler = new OneByOne();
		load();
		handler.request(1);
		set("a", "2");
		this.replica.handlerFailed(FlagPosition.parse("k7:2"), null, new IllegalStateException("x".repeat(1000)));
		handler.request(1);
		set("a", "3");
		handler.request(1);
		List<ClientMessage.Ack> acks = takeAcks();
		assertThat(acks).hasSize(2);
		assertThat(acks.get(0).applied()).isFalse();
		assertThat(acks.get(0).position()).hasToString("k7:2");
		assertThat(acks.get(0).error()).startsWith("IllegalStateException: xxx").hasSize(256).endsWith("…");
		assertThat(acks.get(1)).isEqualTo(applied("k7:3", 0));
	}

	@Test
	void positionIsNotAppliedWhileAFlagIsKept() {
		List<FlagChange> changes = new ArrayList<>();
		this.replica.feed().changes().subscribe(changes::add);
		load();
		takeAcks();
		set("a", "2");
		this.replica.handlerFailed(FlagPosition.parse("k7:2"), changes.get(1).updates().get(0),
				new IllegalStateException("boom"));
		assertThat(takeAcks()).containsExactly(failed("k7:2", 0L, "IllegalStateException: boom"));
		set("b", "2");
		assertThat(takeAcks()).containsExactly(failed("k7:3", 0L, "former values are kept: [a]"));
		set("a", "3");
		assertThat(takeAcks()).containsExactly(applied("k7:4", 0));
	}

	@Test
	void failureAfterTheAcknowledgementIsToldToo() {
		load();
		takeAcks();
		this.replica.handlerFailed(FlagPosition.parse("k7:1"), null, new IllegalStateException());
		assertThat(takeAcks()).containsExactly(failed("k7:1", null, "IllegalStateException"));
	}

	@Test
	void whatWasRestoredIsAcknowledgedWhenItIsCurrent() {
		this.replica.restore(FlagReplicaTests.snapshot("k7:1", "a", "1").snapshot());
		assertThat(takeAcks()).isEmpty();
		this.replica.live(true);
		assertThat(takeAcks()).containsExactly(applied("k7:1", 0));
	}

	@Test
	void defaultsAreNotAcknowledged() {
		this.replica.useDefaults(FlagSet.of(Map.of("a", FlagValue.TRUE)));
		this.replica.live(true);
		assertThat(takeAcks()).isEmpty();
	}

	@Test
	void handlerThatNeverEndsCostsNoMemory() {
		OneByOne handler = new OneByOne();
		load();
		for (int i = 2; i <= 10_000; i++) {
			set("a", Integer.toString(i));
		}
		handler.request(1);
		handler.request(1);
		assertThat(takeAcks()).containsExactly(applied("k7:10000", 0));
		assertThat(handler.positions).containsExactly("k7:1", "k7:10000");
	}

	private void load() {
		this.replica.receive(FlagReplicaTests.snapshot("k7:1", "a", "1", "b", "1"));
	}

	private void set(String key, String json) {
		FlagPosition from = Objects.requireNonNull(this.replica.position());
		this.replica.receive(FlagReplicaTests.delta(from.toString(), from.version() + 1,
				Map.of(key, FlagValue.ofJson(json)), Set.of()));
	}

	private List<ClientMessage.Ack> takeAcks() {
		return this.replica.takeAcks(null);
	}

	private static ClientMessage.Ack applied(String position, long took) {
		return new ClientMessage.Ack(FlagPosition.parse(position), true, took, null, null);
	}

	private static ClientMessage.Ack failed(String position, @Nullable Long took, String error) {
		return new ClientMessage.Ack(FlagPosition.parse(position), false, took, error, null);
	}

	/**
	 * Asks for one change at first, and then when it is told to.
	 */
	private final class OneByOne extends BaseSubscriber<FlagChange> {

		private final List<String> positions = new ArrayList<>();

		OneByOne() {
			AcknowledgementTests.this.replica.feed().changes().subscribe(this);
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			request(1);
		}

		@Override
		protected void hookOnNext(FlagChange change) {
			this.positions.add(change.position().toString());
		}

	}

}
