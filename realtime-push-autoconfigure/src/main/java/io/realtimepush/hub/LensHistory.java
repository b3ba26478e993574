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

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagLens;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;

/**
 * What is seen through a lens, and how it came to be so. What a change does to it cannot
 * be told from the change alone, so it is compared at each move and kept in a short ring
 * of its own.
 *
 * @param source the position of the source
 * @param seen the history of what is seen, under the epoch of the view
 */
record LensHistory(FlagPosition source, FlagHistory seen) {

	private static final int MAX_VERSIONS = 16;

	private static final int MAX_BYTES = 64 * 1024;

	static RingLimits limits(RingLimits limits) {
		return new RingLimits(Math.min(MAX_VERSIONS, limits.maxVersions()), Math.min(MAX_BYTES, limits.maxBytes()));
	}

	static LensHistory startingAt(FlagHistory history, FlagLens lens) {
		FlagSnapshot snapshot = history.snapshot();
		return new LensHistory(history.position(),
				FlagHistory.startingAt(at(history.position(), lens, snapshot, lens.see(snapshot))));
	}

	private static FlagSnapshot at(FlagPosition source, FlagLens lens, FlagSnapshot whole, FlagSet seen) {
		FlagPosition position = new FlagPosition(lens.viewEpoch(source.epoch()), source.version());
		return new FlagSnapshot(whole.flagSet(), position, seen);
	}

	/** Follow the flag set to where it is now. */
	LensHistory follow(FlagHistory history, FlagLens lens, RingLimits limits) {
		if (!history.position().isAheadOf(this.source)) {
			return startingAt(history, lens);
		}
		List<FlagDelta> ring = history.ring();
		FlagDelta last = ring.isEmpty() ? null : ring.get(ring.size() - 1);
		FlagLens.Seen change = (last != null && last.from().equals(this.source))
				? lens.see(history.snapshot(), touched(last)) : whole(lens.see(history.snapshot()));
		return append(history, lens, change, limits);
	}

	private static Set<String> touched(FlagDelta delta) {
		Set<String> touched = new LinkedHashSet<>(delta.set().keySet());
		touched.addAll(delta.removed());
		return touched;
	}

	private FlagLens.Seen whole(FlagSet now) {
		Set<String> removed = new LinkedHashSet<>(this.seen.snapshot().flags().asMap().keySet());
		removed.removeAll(now.asMap().keySet());
		return new FlagLens.Seen(now.asMap(), removed);
	}

	/** Nothing is told of what looks as before, not even its name. */
	private LensHistory append(FlagHistory history, FlagLens lens, FlagLens.Seen change, RingLimits limits) {
		FlagSnapshot before = this.seen.snapshot();
		Map<String, FlagValue> set = new LinkedHashMap<>(change.set());
		set.entrySet().removeIf((entry) -> entry.getValue().equals(before.flags().get(entry.getKey())));
		Set<String> removed = new LinkedHashSet<>(change.removed());
		removed.removeIf((key) -> before.flags().get(key) == null);
		FlagDelta delta = new FlagDelta(before.position(), history.position().version(), set, removed);
		FlagSnapshot after = at(history.position(), lens, history.snapshot(), before.flags().with(set, removed));
		return new LensHistory(history.position(), this.seen.append(delta, after, limits));
	}

}
