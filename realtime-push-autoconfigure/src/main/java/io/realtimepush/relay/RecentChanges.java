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

package io.realtimepush.relay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;

/**
 * The last changes of a flag set without a gap, for those who ask a little later than
 * they came.
 * <p>
 * Safe for use by many threads.
 */
final class RecentChanges {

	private static final int MAX_CHANGES = 64;

	private final Deque<FlagDelta> deltas = new ArrayDeque<>();

	synchronized void add(FlagChange change) {
		FlagPosition from = change.from();
		FlagDelta last = this.deltas.peekLast();
		if (from == null || !from.isSameEpoch(change.position()) || from.isAheadOf(change.position())
				|| (last != null && !last.to().equals(from))) {
			this.deltas.clear();
		}
		if (from != null && change.position().isAheadOf(from)) {
			this.deltas.add(delta(from, change));
		}
		if (this.deltas.size() > MAX_CHANGES) {
			this.deltas.removeFirst();
		}
	}

	private static FlagDelta delta(FlagPosition from, FlagChange change) {
		Map<String, FlagValue> set = new LinkedHashMap<>();
		Set<String> removed = new LinkedHashSet<>();
		for (FlagUpdate<FlagValue> update : change.updates()) {
			FlagValue value = update.newValue();
			if (value != null) {
				set.put(update.key(), value);
			}
			else {
				removed.add(update.key());
			}
		}
		return new FlagDelta(from, change.position().version(), set, removed);
	}

	/**
	 * Return what has changed since a position.
	 * @return the delta to the last change, or {@code null} if it cannot be told
	 */
	synchronized @Nullable FlagDelta since(FlagPosition position) {
		List<FlagDelta> later = new ArrayList<>();
		for (FlagDelta delta : this.deltas) {
			if (!later.isEmpty() || delta.from().equals(position)) {
				later.add(delta);
			}
		}
		return later.isEmpty() ? null : FlagDelta.merge(later);
	}

}
