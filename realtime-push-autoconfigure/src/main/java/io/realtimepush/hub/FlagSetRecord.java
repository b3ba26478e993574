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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagLens;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One flag set in the hub. All moves happen under its lock, so views see them one after
 * another in version order. The app is told in the same order, but without the lock.
 */
final class FlagSetRecord {

	private static final Log logger = LogFactory.getLog(FlagSetRecord.class);

	private final FlagSetId flagSet;

	private final RingLimits ringLimits;

	/** Held by who moves the flag set, from the first view to the last; taken first. */
	private final ReentrantLock moving = new ReentrantLock();

	/** Held for a moment, also by event loops. */
	private final ReentrantLock lock = new ReentrantLock();

	/** By filter or lens. */
	private final Map<Object, FlagView> views = new HashMap<>();

	/** Of all flag sets. */
	private final AtomicInteger lensViews;

	private final Deliveries deliveries = new Deliveries();

	private final Consumer<FlagChange> listener;

	private final Runnable resetListener;

	private volatile @Nullable FlagHistory history;

	/** Holders of views; guarded by the lock. */
	private int holders;

	private long idleSince = System.nanoTime();

	private boolean closed;

	/** Whether everybody is to go back to what comes next; guarded by the move. */
	private boolean goesBack;

	FlagSetRecord(FlagSetId flagSet, RingLimits ringLimits, AtomicInteger lensViews, Consumer<FlagChange> listener,
			Runnable resetListener) {
		this.lensViews = lensViews;
		this.flagSet = flagSet;
		this.ringLimits = ringLimits;
		this.listener = listener;
		this.resetListener = resetListener;
	}

	FlagSetId flagSet() {
		return this.flagSet;
	}

	RingLimits ringLimits() {
		return this.ringLimits;
	}

	@Nullable FlagPosition position() {
		FlagHistory present = this.history;
		return (present != null) ? present.position() : null;
	}

	/**
	 * Return the view of a filter, or {@code null} if this record has been closed
	 * meanwhile.
	 */
	@Nullable FlagView acquire(FlagFilter filter) {
		return acquire(filter, () -> load(new FlagView(this, filter), this.history));
	}

	/**
	 * Return the view of a lens, or {@code null} if this record has been closed
	 * meanwhile. A first look is taken without the lock, as it takes a while.
	 */
	@Nullable FlagView acquire(FlagLens lens, int max) {
		FlagHistory looked = this.history;
		FlagView made = isHeld(lens) ? null : create(lens, max, looked);
		if (made == null) {
			return acquire(lens, () -> create(lens, max, this.history));
		}
		FlagView acquired = null;
		try {
			acquired = acquire(lens, () -> (this.history == looked) ? made : load(made, this.history));
			return acquired;
		}
		finally {
			if (acquired != made) {
				this.lensViews.decrementAndGet();
			}
		}
	}

	private boolean isHeld(FlagLens lens) {
		this.lock.lock();
		try {
			return this.views.containsKey(lens);
		}
		finally {
			this.lock.unlock();
		}
	}

	private FlagView create(FlagLens lens, int max, @Nullable FlagHistory present) {
		if (this.lensViews.incrementAndGet() > max) {
			this.lensViews.decrementAndGet();
			throw new TooManyViewsException(max);
		}
		try {
			return load(new FlagView(this, lens), present);
		}
		catch (RuntimeException ex) {
			this.lensViews.decrementAndGet();
			throw ex;
		}
	}

	private @Nullable FlagView acquire(Object key, Supplier<FlagView> creation) {
		this.lock.lock();
		try {
			if (this.closed) {
				return null;
			}
			FlagView view = this.views.computeIfAbsent(key, (same) -> creation.get());
			view.holders++;
			this.holders++;
			return view;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static FlagView load(FlagView view, @Nullable FlagHistory present) {
		if (present != null) {
			view.move(view.see(present));
		}
		return view;
	}

	void release(FlagView view) {
		this.lock.lock();
		try {
			if (--view.holders == 0) {
				this.views.remove(view.key(), view);
				view.end();
				if (view.hasLens()) {
					this.lensViews.decrementAndGet();
				}
			}
			if (--this.holders == 0) {
				this.idleSince = System.nanoTime();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Close this record if nobody has held a view for the given time.
	 */
	boolean closeIfIdle(long linger, long now) {
		this.lock.lock();
		try {
			this.closed = this.closed || (this.holders == 0 && now - this.idleSince >= linger);
			return this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Call into the app after what is under way. Called by a move, or within
	 * {@link #whileStill}.
	 */
	void deliver(Runnable call) {
		this.deliveries.add(call);
	}

	/**
	 * Run something while no view can move.
	 */
	void whileStill(Runnable action) {
		this.lock.lock();
		try {
			action.run();
		}
		finally {
			this.lock.unlock();
		}
	}

	void runDeliveries() {
		this.deliveries.run();
	}

	/**
	 * Move to a snapshot by comparing it with the present one.
	 */
	boolean publish(FlagSnapshot next) {
		return move(() -> moveTo(next));
	}

	private @Nullable FlagChange moveTo(FlagSnapshot next) {
		FlagHistory present = this.history;
		if (present == null || !present.position().isSameEpoch(next.position())) {
			FlagSnapshot before = (present != null) ? present.snapshot() : null;
			return move(FlagHistory.startingAt(next), FlagChange.between(before, next));
		}
		if (next.position().version() <= present.position().version()) {
			return null;
		}
		FlagSnapshot before = present.snapshot();
		FlagDelta delta = before.flags().deltaTo(next.flags(), before.position(), next.position().version());
		return move(present.append(delta, next, this.ringLimits), FlagChange.of(before, delta, next));
	}

	/**
	 * Move to a snapshot of whatever version.
	 */
	boolean reset(FlagSnapshot next) {
		return move(() -> {
			FlagHistory present = this.history;
			if (present == null || !present.position().isSameEpoch(next.position())) {
				return moveTo(next);
			}
			FlagChange change = move(FlagHistory.startingAt(next), FlagChange.between(present.snapshot(), next));
			this.goesBack = true;
			return change;
		});
	}

	/**
	 * Move by a delta that starts at the present position.
	 */
	boolean publish(FlagDelta delta) {
		return move(() -> moveBy(delta));
	}

	private @Nullable FlagChange moveBy(FlagDelta delta) {
		FlagHistory present = this.history;
		if (present == null || !present.position().equals(delta.from())) {
			return null;
		}
		FlagSnapshot before = present.snapshot();
		FlagSnapshot after = before.apply(delta);
		return move(present.append(delta, after, this.ringLimits), FlagChange.of(before, delta, after));
	}

	/** All states first, so that where one fails nothing has moved. */
	private FlagChange move(FlagHistory next, FlagChange change) {
		List<FlagView> shown = views(false);
		List<ViewState> states = new ArrayList<>(shown.size());
		shown.forEach((view) -> states.add(view.see(next)));
		this.history = next;
		states.forEach((state) -> state.view().move(state));
		return change;
	}

	/** A copy, because who has waited for a view may acquire or release one. */
	private List<FlagView> views(boolean lenses) {
		List<FlagView> found = new ArrayList<>(this.views.size());
		for (FlagView view : this.views.values()) {
			if (view.hasLens() == lenses) {
				found.add(view);
			}
		}
		return found;
	}

	private boolean move(Supplier<@Nullable FlagChange> move) {
		FlagChange change;
		this.moving.lock();
		try {
			List<FlagView> lenses;
			this.goesBack = false;
			this.lock.lock();
			try {
				change = move.get();
				lenses = (change != null) ? views(true) : List.of();
			}
			finally {
				this.lock.unlock();
			}
			try {
				lenses.forEach(this::moveLens);
			}
			finally {
				if (this.goesBack) {
					deliver(this.resetListener);
				}
				if (change != null) {
					deliver(() -> this.listener.accept(change));
				}
			}
		}
		finally {
			this.moving.unlock();
		}
		this.deliveries.run();
		return change != null;
	}

	/**
	 * What takes a closer look comes last and is looked at without the lock, so that
	 * nobody waits for it: neither the other views nor an event loop.
	 */
	private void moveLens(FlagView view) {
		FlagHistory present = this.history;
		if (present == null || view.isEnded()) {
			return;
		}
		ViewState next;
		try {
			next = view.see(present);
		}
		catch (RuntimeException ex) {
			logger.error("a lens failed, so " + view + " stays as it is until the next move", ex);
			return;
		}
		this.lock.lock();
		try {
			if (!view.isEnded()) {
				view.move(next);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
