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

import org.springframework.util.Assert;

/**
 * A whole flag set at a position.
 *
 * @param flagSet the name of the flag set
 * @param position the position at which it holds exactly these flags
 * @param flags the flags
 * @since 0.1.0
 */
public record FlagSnapshot(FlagSetId flagSet, FlagPosition position, FlagSet flags) {

	/**
	 * Apply a delta that starts at the position of this snapshot.
	 * @param delta the delta
	 * @return the snapshot at the end of the delta
	 * @throws IllegalArgumentException if the delta starts at another position
	 */
	public FlagSnapshot apply(FlagDelta delta) {
		Assert.isTrue(delta.from().equals(this.position),
				() -> "delta starts at " + delta.from() + ", but the snapshot is at " + this.position);
		return new FlagSnapshot(this.flagSet, delta.to(), this.flags.with(delta.set(), delta.removed()));
	}

	/**
	 * Return the part of this snapshot that a filter lets through, under the epoch of
	 * that view.
	 * @param filter the filter
	 * @return the view's snapshot
	 */
	public FlagSnapshot filter(FlagFilter filter) {
		if (filter.isAll()) {
			return this;
		}
		return new FlagSnapshot(this.flagSet, filter.view(this.position), this.flags.filter(filter));
	}

}
