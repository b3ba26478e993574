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

package io.realtimepush.watch;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How a flag source is doing.
 *
 * @param state the state
 * @param since when it came to this state
 * @param failures failures in a row
 * @param problem what is wrong, or {@code null}
 * @since 0.1.0
 */
public record SourceStatus(State state, Instant since, int failures, @Nullable String problem) {

	/**
	 * The status that comes next. It is since now if the state is another one.
	 */
	SourceStatus next(State state, int failures, @Nullable String problem) {
		if (this.state == state && state == State.UP) {
			return this;
		}
		return new SourceStatus(state, (this.state == state) ? this.since : Instant.now(), failures, problem);
	}

	/**
	 * State of a source or of one of its flag sets.
	 */
	public enum State {

		/**
		 * Nothing has been asked yet.
		 */
		UNKNOWN,

		/**
		 * The last answer was good.
		 */
		UP,

		/**
		 * The source does not have the flag set.
		 */
		MISSING,

		/**
		 * The source is at a lower version than this node has seen; ignored for now.
		 */
		LAGGING,

		/**
		 * The source fails; the last good flag set is served on.
		 */
		FAILING

	}

}
