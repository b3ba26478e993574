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

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * Flag set in memory. Publishing is serialized, and changes arrive on the thread that
 * publishes or requests.
 */
public final class TestFlagFeed implements FlagFeed {

	private final FlagSetId flagSet;

	private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

	private final Sinks.One<FlagSnapshot> loaded = Sinks.one();

	private volatile @Nullable FlagSnapshot snapshot;

	private TestFlagFeed(String flagSet) {
		this.flagSet = FlagSetId.of(flagSet);
	}

	public static TestFlagFeed notLoaded(String flagSet) {
		return new TestFlagFeed(flagSet);
	}

	public static TestFlagFeed loaded(String flagSet) {
		TestFlagFeed feed = new TestFlagFeed(flagSet);
		feed.load(Map.of());
		return feed;
	}

	public static TestFlagFeed loaded(String flagSet, String key, String json) {
		TestFlagFeed feed = new TestFlagFeed(flagSet);
		feed.load(Map.of(key, FlagValue.ofJson(json)));
		return feed;
	}

	/** Load the flag set for the first time, at version 1. */
	public void load(Map<String, FlagValue> flags) {
		publish(new FlagSnapshot(this.flagSet, new FlagPosition("k7", 1), FlagSet.of(flags)));
	}

	/** Set a flag to a JSON value. */
	public FlagPosition set(String key, String json) {
		return change(Map.of(key, FlagValue.ofJson(json)), Set.of());
	}

	/** Remove a flag. */
	public FlagPosition remove(String key) {
		return change(Map.of(), Set.of(key));
	}

	/** Set and remove several flags in one change. */
	public synchronized FlagPosition change(Map<String, FlagValue> set, Set<String> removed) {
		FlagSnapshot before = snapshot().orElseThrow();
		FlagPosition position = before.position().at(before.position().version() + 1);
		publish(new FlagSnapshot(this.flagSet, position, before.flags().with(set, removed)));
		return position;
	}

	/** Give a flag another value at the present position, as a client does. */
	public synchronized void takeBack(String key, String json) {
		FlagSnapshot before = snapshot().orElseThrow();
		publish(new FlagSnapshot(this.flagSet, before.position(),
				before.flags().with(Map.of(key, FlagValue.ofJson(json)), Set.of())));
	}

	private synchronized void publish(FlagSnapshot after) {
		FlagChange change = FlagChange.between(this.snapshot, after);
		this.snapshot = after;
		this.loaded.tryEmitValue(after);
		this.subscribers.forEach((subscriber) -> subscriber.offer(change));
	}

	/** End the feed, as if the flag set was no longer served. */
	public void end() {
		this.subscribers.forEach((subscriber) -> subscriber.actual.onComplete());
	}

	public int subscriberCount() {
		return this.subscribers.size();
	}

	@Override
	public FlagSetId flagSet() {
		return this.flagSet;
	}

	@Override
	public Optional<FlagSnapshot> snapshot() {
		return Optional.ofNullable(this.snapshot);
	}

	@Override
	public Mono<FlagSnapshot> loaded() {
		return this.loaded.asMono();
	}

	@Override
	public Flux<FlagChange> changes() {
		return new Flux<>() {

			@Override
			public void subscribe(CoreSubscriber<? super FlagChange> actual) {
				Subscriber subscriber = new Subscriber(actual);
				synchronized (TestFlagFeed.this) {
					snapshot().ifPresent((present) -> subscriber.pending.add(FlagChange.between(null, present)));
					TestFlagFeed.this.subscribers.add(subscriber);
				}
				actual.onSubscribe(subscriber);
			}

		};
	}

	private final class Subscriber implements Subscription {

		private final CoreSubscriber<? super FlagChange> actual;

		private final Queue<FlagChange> pending = new ArrayDeque<>();

		private @Nullable FlagSnapshot last;

		private long requested;

		private boolean emitting;

		Subscriber(CoreSubscriber<? super FlagChange> actual) {
			this.actual = actual;
		}

		synchronized void offer(FlagChange change) {
			this.pending.add(change);
			drain();
		}

		@Override
		public synchronized void request(long n) {
			this.requested = Operators.addCap(this.requested, n);
			drain();
		}

		private void drain() {
			if (this.emitting) {
				return;
			}
			this.emitting = true;
			while (this.requested > 0 && !this.pending.isEmpty()) {
				FlagChange change = this.pending.remove();
				if (this.requested != Long.MAX_VALUE) {
					this.requested--;
					while (!this.pending.isEmpty()) {
						change = FlagChange.between(this.last, this.pending.remove().snapshot());
					}
				}
				this.last = change.snapshot();
				this.actual.onNext(change);
			}
			this.emitting = false;
		}

		@Override
		public void cancel() {
			TestFlagFeed.this.subscribers.remove(this);
		}

	}

}
