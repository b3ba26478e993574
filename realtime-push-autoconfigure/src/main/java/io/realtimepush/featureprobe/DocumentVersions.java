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

package io.realtimepush.featureprobe;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import org.jspecify.annotations.Nullable;

/**
 * Gives repository documents versions. SDKs take a document only if its version is above
 * the one they have, whatever happened in between, so it has to grow over epochs and
 * restarts too.
 * <p>
 * A source whose versions last gives them: they are the same on all nodes. Others count
 * anew in each process, so theirs are added to the time at which this process began.
 * Within the process a new epoch goes on where the one before ended, and so does what
 * comes after a {@linkplain #reset reset}.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class DocumentVersions {

	private final long base;

	private final Map<FlagSetId, Counter> counters = new ConcurrentHashMap<>();

	/**
	 * Create the versions of a source.
	 * @param lasting whether the versions of the source grow over restarts
	 * @param startedAt when this process began, in epoch milliseconds
	 */
	public DocumentVersions(boolean lasting, long startedAt) {
		this.base = lasting ? 0 : startedAt;
	}

	/**
	 * Return the version of a document.
	 * @param flagSet the flag set
	 * @param position where the source is, not a view
	 * @return the version, at least 1, higher than that of any earlier position
	 */
	public long of(FlagSetId flagSet, FlagPosition position) {
		Counter counter = this.counters.compute(flagSet, (id, known) -> next(known, position));
		return position.equals(counter.last) ? counter.highest : at(counter.base, position);
	}

	private Counter next(@Nullable Counter known, FlagPosition position) {
		if (known == null) {
			return new Counter(position, this.base, at(this.base, position));
		}
		FlagPosition last = known.last;
		if (last == null || !last.isSameEpoch(position)) {
			long base = Math.max(this.base, known.highest + 1 - position.version());
			return new Counter(position, base, at(base, position));
		}
		return !position.isAheadOf(last) ? known
				: new Counter(position, known.base, Math.max(known.highest + 1, at(known.base, position)));
	}

	/**
	 * Take note that the source has gone back within its epoch. Its next position is
	 * given a higher version than any before.
	 * @param flagSet the flag set
	 */
	public void reset(FlagSetId flagSet) {
		this.counters.computeIfPresent(flagSet, (id, known) -> new Counter(null, known.base, known.highest));
	}

	private static long at(long base, FlagPosition position) {
		return Math.max(1, base + position.version());
	}

	/**
	 * How a flag set is counted.
	 *
	 * @param last the last position of the source, or {@code null} until the next one
	 * after a reset
	 * @param base what is added to its versions
	 * @param highest the highest version that was given, that of the last position
	 */
	private record Counter(@Nullable FlagPosition last, long base, long highest) {

	}

}
