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

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A flag set moved from one position to another, with an update for each flag that has
 * another value now. A change may stand for several versions (conflation) and may be
 * without updates (the version moved, the content did not).
 *
 * @param from the position before, or {@code null} for the first snapshot
 * @param snapshot the whole flag set after the change
 * @param updates what happened to each flag
 * @since 0.1.0
 */
public record FlagChange(@Nullable FlagPosition from, FlagSnapshot snapshot, List<FlagUpdate<FlagValue>> updates) {

	public FlagChange {
		updates = List.copyOf(updates);
	}

	/**
	 * Create the change that leads from one snapshot to another by comparing all flags.
	 * @param before the snapshot before, or {@code null} if there was none
	 * @param after the snapshot after
	 * @return the change
	 */
	public static FlagChange between(@Nullable FlagSnapshot before, FlagSnapshot after) {
		List<FlagUpdate<FlagValue>> updates = new ArrayList<>();
		FlagSet old = (before != null) ? before.flags() : FlagSet.empty();
		after.flags().asMap().keySet().forEach((key) -> addUpdate(updates, key, old, after));
		for (String key : old.asMap().keySet()) {
			if (after.flags().get(key) == null) {
				addUpdate(updates, key, old, after);
			}
		}
		return new FlagChange((before != null) ? before.position() : null, after, updates);
	}

	/**
	 * Create the change that a delta makes to a snapshot by comparing the flags that the
	 * delta touches.
	 * @param before the snapshot before
	 * @param delta the delta, which starts at the position of the snapshot
	 * @param after the snapshot after the delta
	 * @return the change
	 */
	public static FlagChange of(FlagSnapshot before, FlagDelta delta, FlagSnapshot after) {
		List<FlagUpdate<FlagValue>> updates = new ArrayList<>(delta.set().size() + delta.removed().size());
		delta.set().keySet().forEach((key) -> addUpdate(updates, key, before.flags(), after));
		delta.removed().forEach((key) -> addUpdate(updates, key, before.flags(), after));
		return new FlagChange(before.position(), after, updates);
	}

	private static void addUpdate(List<FlagUpdate<FlagValue>> updates, String key, FlagSet before, FlagSnapshot after) {
		FlagValue oldValue = before.get(key);
		FlagValue newValue = after.flags().get(key);
		if (newValue == null && oldValue != null) {
			updates.add(new FlagUpdate<>(key, oldValue, null, after.position(), FlagUpdate.Kind.REMOVED));
		}
		else if (newValue != null && !newValue.equals(oldValue)) {
			updates.add(new FlagUpdate<>(key, oldValue, newValue, after.position(),
					(oldValue != null) ? FlagUpdate.Kind.CHANGED : FlagUpdate.Kind.ADDED));
		}
	}

	/**
	 * Return the name of the flag set.
	 * @return the flag set
	 */
	public FlagSetId flagSet() {
		return this.snapshot.flagSet();
	}

	/**
	 * Return the position after the change.
	 * @return the position
	 */
	public FlagPosition position() {
		return this.snapshot.position();
	}

}
