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

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagsStatus;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Changes of a replica, for the app. Publications are numbered, and it is known up to
 * which of them all subscribers have finished: one that has been given a change has
 * finished with it when it asks for the next one.
 * <p>
 * Publishing is confined to one thread; subscribers may come and ask on any. Which
 * changes they are given is decided under the lock of the feed, and they are called
 * without it.
 */
final class ReplicaFeed implements FlagFeed {

	private static final Log logger = LogFactory.getLog(ReplicaFeed.class);

	private final FlagSetId flagSet;

	private final Runnable progressListener;

	private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

	private volatile State state = new State(null, FlagsStatus.NOT_LOADED, false);

	// Guarded by this

	private long published;

	private boolean completed;

	/**
	 * Create a feed without a snapshot.
	 * @param flagSet the name of the flag set
	 * @param progressListener called when {@link #finished()} may have moved, on any
	 * thread
	 */
	ReplicaFeed(FlagSetId flagSet, Runnable progressListener) {
		this.flagSet = flagSet;
		this.progressListener = progressListener;
	}

	@Override
	public FlagSetId flagSet() {
		return this.flagSet;
	}

	@Override
	public Optional<FlagSnapshot> snapshot() {
		return Optional.ofNullable(this.state.snapshot());
	}

	@Override
	public FlagsStatus status() {
		return this.state.status();
	}

	@Override
	public boolean isNewest() {
		State present = this.state;
		return present.status() == FlagsStatus.LIVE && !present.behind();
	}

	/**
	 * Note where the present snapshot comes from.
	 * @param status where it comes from
	 * @param behind whether a newer one is announced
	 */
	synchronized void note(FlagsStatus status, boolean behind) {
		this.state = new State(this.state.snapshot(), status, behind);
	}

	@Override
	public Mono<FlagSnapshot> loaded() {
		return changes().next().map(FlagChange::snapshot);
	}

	@Override
	public Flux<FlagChange> changes() {
		return new Flux<>() {

			@Override
			public void subscribe(CoreSubscriber<? super FlagChange> actual) {
				Subscriber subscriber = new Subscriber(actual);
				actual.onSubscribe(subscriber);
				subscriber.join();
			}

		};
	}

	/**
	 * Publish a change.
	 * @param change the change, which leads from the last one published
	 * @param status where its snapshot comes from
	 * @param behind whether a newer one is announced
	 * @return its number
	 */
	long publish(FlagChange change, FlagsStatus status, boolean behind) {
		long number;
		synchronized (this) {
			FlagSnapshot before = this.state.snapshot();
			this.state = new State(change.snapshot(), status, behind);
			number = ++this.published;
			this.subscribers.forEach((subscriber) -> subscriber.offer(before, change));
		}
		this.subscribers.forEach(Subscriber::drain);
		return number;
	}

	/**
	 * Return up to which publication all subscribers have finished.
	 * @return the number of the publication
	 */
	synchronized long finished() {
		long finished = this.published;
		for (Subscriber subscriber : this.subscribers) {
			finished = Math.min(finished, subscriber.finished());
		}
		return finished;
	}

	/**
	 * End the feed: nothing will be published any more. The last snapshot stays.
	 */
	void complete() {
		synchronized (this) {
			this.completed = true;
		}
		this.subscribers.forEach(Subscriber::drain);
	}

	/**
	 * What is seen of the flag set at a time.
	 *
	 * @param snapshot the snapshot, if there is one
	 * @param status where it comes from
	 * @param behind whether a newer one is announced
	 */
	private record State(@Nullable FlagSnapshot snapshot, FlagsStatus status, boolean behind) {

	}

	/**
	 * A change on its way to a subscriber.
	 *
	 * @param change the change
	 * @param number the last publication that it stands for
	 */
	private record Delivery(FlagChange change, long number) {

	}

	private final class Subscriber implements Subscription {

		private final CoreSubscriber<? super FlagChange> actual;

		private final AtomicInteger pendingDrains = new AtomicInteger();

		private volatile boolean cancelled;

		// Guarded by the feed

		private final Queue<Delivery> deliveries = new ArrayDeque<>();

		private long demand;

		/** Whether it has ever asked; what never does, holds up nobody. */
		private boolean hasAsked;

		/** Whether it has asked for more since the last delivery began. */
		private boolean asksForMore;

		private boolean joined;

		/** The last snapshot that it is or will be given. */
		private @Nullable FlagSnapshot last;

		private long finished;

		private long delivered;

		Subscriber(CoreSubscriber<? super FlagChange> actual) {
			this.actual = actual;
		}

		void join() {
			synchronized (ReplicaFeed.this) {
				this.joined = true;
				this.finished = ReplicaFeed.this.published - 1;
				this.delivered = this.finished;
				ReplicaFeed.this.subscribers.add(this);
				catchUp();
			}
			if (this.cancelled) {
				ReplicaFeed.this.subscribers.remove(this);
			}
			drain();
		}

		@Override
		public void request(long count) {
			if (!Operators.validate(count)) {
				return;
			}
			synchronized (ReplicaFeed.this) {
				this.demand = Operators.addCap(this.demand, count);
				this.hasAsked = true;
				this.asksForMore = true;
				if (this.deliveries.isEmpty()) {
					this.finished = Math.max(this.finished, this.delivered);
				}
				catchUp();
			}
			drain();
			ReplicaFeed.this.progressListener.run();
		}

		@Override
		public void cancel() {
			this.cancelled = true;
			ReplicaFeed.this.subscribers.remove(this);
			ReplicaFeed.this.progressListener.run();
		}

		/** Called with the lock of the feed. */
		void offer(@Nullable FlagSnapshot before, FlagChange change) {
			if (this.demand > 0) {
				deliver((this.last == before) ? change : FlagChange.between(this.last, change.snapshot()));
			}
		}

		/** Called with the lock of the feed. */
		private void catchUp() {
			FlagSnapshot present = ReplicaFeed.this.state.snapshot();
			if (this.joined && this.demand > 0 && present != null && present != this.last) {
				deliver(FlagChange.between(this.last, present));
			}
		}

		private void deliver(FlagChange change) {
			if (this.demand != Long.MAX_VALUE) {
				this.demand--;
			}
			this.last = change.snapshot();
			this.deliveries.add(new Delivery(change, ReplicaFeed.this.published));
		}

		/** Called with the lock of the feed. */
		long finished() {
			return this.hasAsked ? this.finished : ReplicaFeed.this.published;
		}

		/** Give it what is on its way, or leave it to the thread that is at it. */
		void drain() {
			if (this.pendingDrains.getAndIncrement() != 0) {
				return;
			}
			int seen = 1;
			while (seen != 0) {
				for (Delivery next = begin(); next != null; next = begin()) {
					give(next.change());
					end(next);
				}
				seen = this.pendingDrains.addAndGet(-seen);
			}
		}

		private @Nullable Delivery begin() {
			boolean complete;
			synchronized (ReplicaFeed.this) {
				Delivery next = this.deliveries.poll();
				if (next != null) {
					this.asksForMore = this.demand > 0;
					return next;
				}
				complete = ReplicaFeed.this.completed && !this.cancelled;
			}
			if (complete) {
				cancel();
				this.actual.onComplete();
			}
			return null;
		}

		private void give(FlagChange change) {
			if (this.cancelled) {
				return;
			}
			try {
				this.actual.onNext(change);
			}
			catch (RuntimeException ex) {
				logger.error("a subscriber failed on a change of flag set '" + ReplicaFeed.this.flagSet
						+ "' and is told of no more", ex);
				cancel();
			}
		}

		private void end(Delivery delivery) {
			synchronized (ReplicaFeed.this) {
				this.delivered = delivery.number();
				if (this.asksForMore) {
					this.finished = delivery.number();
				}
			}
			ReplicaFeed.this.progressListener.run();
		}

	}

}
