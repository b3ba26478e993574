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

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSnapshot;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What brings somebody from where it is to where a view is. Instances are shared by all
 * who are at the same position, so they are compared by identity and what is made from
 * them can be kept as long as the state they belong to.
 *
 * @since 0.1.0
 */
public final class ViewUpdate {

	private final ViewState state;

	private final Kind kind;

	private final @Nullable FlagDelta delta;

	ViewUpdate(ViewState state, Kind kind, @Nullable FlagDelta delta) {
		this.state = state;
		this.kind = kind;
		this.delta = delta;
	}

	/**
	 * Return the state that this update leads to.
	 * @return the state of the view
	 */
	public ViewState state() {
		return this.state;
	}

	/**
	 * Return what has to be sent.
	 * @return the kind of update
	 */
	public Kind kind() {
		return this.kind;
	}

	/**
	 * Return the position that this update leads to.
	 * @return the position of the state
	 */
	public FlagPosition position() {
		return this.state.position();
	}

	/**
	 * Return the delta.
	 * @return the delta
	 * @throws IllegalStateException if the kind is neither {@link Kind#DELTA} nor
	 * {@link Kind#HIDDEN}
	 */
	public FlagDelta delta() {
		Assert.state(this.delta != null, () -> "update of kind " + this.kind + " has no delta");
		return this.delta;
	}

	/**
	 * Return the snapshot of the state.
	 * @return the visible flags
	 */
	public FlagSnapshot snapshot() {
		return this.state.snapshot();
	}

	/**
	 * What has to be sent to somebody.
	 */
	public enum Kind {

		/**
		 * Nothing: it is where the view is.
		 */
		CURRENT,

		/**
		 * A delta with at least one flag.
		 */
		DELTA,

		/**
		 * A delta without flags: what changed is hidden from this view. It is sent only
		 * in place of a heartbeat.
		 */
		HIDDEN,

		/**
		 * The whole flag set, because the position cannot be continued.
		 */
		SNAPSHOT,

		/**
		 * Nothing for now: it is ahead of this node, which has to look where its source
		 * is.
		 */
		AHEAD

	}

}
