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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagLens;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A flag set as those see it who share a filter. Acquired from {@link FlagHub#acquire}
 * and given back by {@link #release()}; as long as somebody holds a view its flag set is
 * watched.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class FlagView {

	private static final Log logger = LogFactory.getLog(FlagView.class);

	private final FlagSetRecord record;

	private final FlagFilter filter;

	private final @Nullable FlagLens lens;

	private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

	private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();

	private volatile @Nullable ViewState state;

	/** Guarded by the lock of the record. */
	int holders;

	private volatile boolean ended;

	/** What is seen through the lens; touched by who moves the flag set. */
	private @Nullable LensHistory seen;

	FlagView(FlagSetRecord record, FlagFilter filter) {
		this.record = record;
		this.filter = filter;
		this.lens = null;
	}

	FlagView(FlagSetRecord record, FlagLens lens) {
		this.record = record;
		this.filter = FlagFilter.all();
		this.lens = lens;
	}

	/** What tells the view from the others of the flag set. */
	Object key() {
		return (this.lens != null) ? this.lens : this.filter;
	}

	boolean hasLens() {
		return this.lens != null;
	}

	/**
	 * Return the name of the flag set.
	 * @return the flag set
	 */
	public FlagSetId flagSet() {
		return this.record.flagSet();
	}

	/**
	 * Return which flags the view shows.
	 * @return the filter; the open one if the view is behind a lens
	 */
	public FlagFilter filter() {
		return this.filter;
	}

	/**
	 * Return the present state.
	 * @return the state, or {@code null} as long as the flag set has not been loaded
	 */
	public @Nullable ViewState state() {
		return this.state;
	}

	RingLimits ringLimits() {
		RingLimits limits = this.record.ringLimits();
		return (this.lens != null) ? LensHistory.limits(limits) : limits;
	}

	/**
	 * Have something run after each move of the view, on the thread that publishes, in
	 * version order. It must not block.
	 * @param listener what to run
	 */
	public void addListener(Runnable listener) {
		this.listeners.add(listener);
	}

	/**
	 * Stop running a listener.
	 * @param listener the listener to remove
	 */
	public void removeListener(Runnable listener) {
		this.listeners.remove(listener);
	}

	/**
	 * Wait until the view is loaded.
	 * @return the state; never fails by itself, completes on the thread that publishes,
	 * which must not be blocked
	 */
	public Mono<ViewState> loaded() {
		return await(null);
	}

	/**
	 * Wait until the view has reached a position, or is of another epoch.
	 * @param position the position to reach, or {@code null} for any
	 * @return the state; never fails by itself, completes on the thread that publishes,
	 * which must not be blocked
	 */
	public Mono<ViewState> await(@Nullable FlagPosition position) {
		return Mono.create((sink) -> {
			Waiter waiter = new Waiter(position, sink);
			this.waiters.add(waiter);
			sink.onDispose(() -> this.waiters.remove(waiter));
			waiter.check(this.state);
		});
	}

	/**
	 * Return what the view shows of a history, which takes a while behind a lens. Called
	 * by who moves the flag set, and once before the view is given to anybody.
	 */
	ViewState see(FlagHistory history) {
		return new ViewState(this, (this.lens != null) ? look(history, this.lens) : history);
	}

	/**
	 * Take a state. Called under the lock of the record.
	 */
	void move(ViewState next) {
		this.state = next;
		this.waiters.forEach((waiter) -> waiter.check(next));
		this.listeners.forEach(this::tell);
	}

	/** One who fails, as when its thread has ended, holds up no other. */
	private void tell(Runnable listener) {
		try {
			listener.run();
		}
		catch (Throwable ex) {
			logger.warn("somebody could not be told of a move of " + this, ex);
		}
	}

	private FlagHistory look(FlagHistory history, FlagLens through) {
		LensHistory before = this.seen;
		LensHistory now = (before != null) ? before.follow(history, through, ringLimits())
				: LensHistory.startingAt(history, through);
		this.seen = now;
		return now.seen();
	}

	/**
	 * Run something while the view cannot move.
	 */
	void whileStill(Runnable action) {
		this.record.whileStill(action);
	}

	/**
	 * Call into the app after what is under way. Called while the view cannot move, and
	 * to be followed by {@link #runDeliveries()}.
	 */
	void deliver(Runnable call) {
		this.record.deliver(call);
	}

	/**
	 * Run what is to be delivered. Called without any lock.
	 */
	void runDeliveries() {
		this.record.runDeliveries();
	}

	/**
	 * Give the view back. The last one to do so ends it.
	 */
	public void release() {
		this.record.release(this);
	}

	/** Nobody holds the view. Called under the lock of the record. */
	void end() {
		this.ended = true;
	}

	/**
	 * Return whether the last holder has given the view back. Who acquires one later is
	 * given another one, so what is kept for this one is of no more use.
	 * @return whether nobody will hold this view any more
	 */
	public boolean isEnded() {
		return this.ended;
	}

	@Override
	public String toString() {
		return flagSet() + "[" + key() + "]";
	}

	private record Waiter(@Nullable FlagPosition position, MonoSink<ViewState> sink) {

		void check(@Nullable ViewState state) {
			if (state != null && (this.position == null || !this.position.isAheadOf(state.position()))) {
				this.sink.success(state);
			}
		}

	}

}
