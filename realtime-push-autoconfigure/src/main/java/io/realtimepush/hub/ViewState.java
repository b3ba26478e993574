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

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * A view at one position. What it is asked for is computed when somebody needs it, and
 * once.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class ViewState {

	private final FlagView view;

	private final FlagHistory history;

	private final FlagPosition position;

	private final ViewUpdate current = new ViewUpdate(this, ViewUpdate.Kind.CURRENT, null);

	private final ViewUpdate whole = new ViewUpdate(this, ViewUpdate.Kind.SNAPSHOT, null);

	private final ViewUpdate ahead = new ViewUpdate(this, ViewUpdate.Kind.AHEAD, null);

	/** By the version that a delta starts from, which is one of the ring's boundaries. */
	private final ConcurrentMap<Long, ViewUpdate> deltas = new ConcurrentHashMap<>(2);

	private final long movedAt = System.nanoTime();

	private volatile @Nullable FlagSnapshot snapshot;

	ViewState(FlagView view, FlagHistory history) {
		this.view = view;
		this.history = history;
		this.position = view.filter().view(history.position());
	}

	/**
	 * Return the view.
	 * @return the view that this is a state of
	 */
	public FlagView view() {
		return this.view;
	}

	/**
	 * Return where the view is. Always the same instance.
	 * @return the position of the view
	 */
	public FlagPosition position() {
		return this.position;
	}

	/**
	 * Return where the flag set is, whatever part of it the view shows.
	 * @return the position of the source
	 */
	public FlagPosition sourcePosition() {
		return this.history.position();
	}

	/**
	 * Return when the view came to this state.
	 * @return a time as of {@link System#nanoTime()}
	 */
	public long movedAt() {
		return this.movedAt;
	}

	/**
	 * Return the visible flags.
	 * @return the snapshot, under the epoch of the view
	 */
	public FlagSnapshot snapshot() {
		FlagSnapshot result = this.snapshot;
		if (result == null) {
			result = this.history.snapshot().filter(this.view.filter());
			this.snapshot = result;
		}
		return result;
	}

	/**
	 * Return the update that sends everything.
	 * @return the update of kind {@link ViewUpdate.Kind#SNAPSHOT}
	 */
	public ViewUpdate whole() {
		return this.whole;
	}

	/**
	 * Return the update that sends nothing.
	 * @return the update of kind {@link ViewUpdate.Kind#CURRENT}
	 */
	public ViewUpdate current() {
		return this.current;
	}

	/**
	 * Return what brings somebody here. This one rule is resume, gap repair, conflation
	 * and catching up after a stall: at the present position nothing, from a boundary of
	 * the ring one merged delta, from anywhere else a snapshot. A version between two
	 * boundaries is not enough, because another node has counted it and this one cannot
	 * tell which changes came before it.
	 * @param from the position to start from, or {@code null} for somebody new
	 * @return the update
	 */
	public ViewUpdate since(@Nullable FlagPosition from) {
		if (from == this.position) {
			return this.current;
		}
		if (from == null || !from.isSameEpoch(this.position)) {
			return this.whole;
		}
		if (from.version() == this.position.version()) {
			return this.current;
		}
		if (from.version() > this.position.version()) {
			return this.ahead;
		}
		ViewUpdate known = this.deltas.get(from.version());
		return (known != null) ? known : findDelta(from.version());
	}

	private ViewUpdate findDelta(long version) {
		FlagDelta delta = this.history.since(version);
		if (delta == null) {
			return this.whole;
		}
		FlagDelta visible = delta.filter(this.view.filter());
		ViewUpdate update = new ViewUpdate(this, visible.isEmpty() ? ViewUpdate.Kind.HIDDEN : ViewUpdate.Kind.DELTA,
				visible);
		ViewUpdate other = this.deltas.putIfAbsent(version, update);
		return (other != null) ? other : update;
	}

	/**
	 * Return whether a position will soon be too old to be continued.
	 * @param from a position that can be continued now
	 * @return whether more than half of the ring lies between it and this state
	 */
	public boolean isFallingBehind(FlagPosition from) {
		return this.history.isFallingBehind(from.version(), this.view.ringLimits());
	}

}
