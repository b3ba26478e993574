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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.util.Assert;

/**
 * Changes of a flag set between two versions of one epoch: the last operation on every
 * flag that was touched after {@code from} and up to {@code version}. A flag is set or
 * removed, never both. Deltas compose: {@link #then(FlagDelta)}.
 *
 * @param from the position that the delta is applied to
 * @param version the version that the delta leads to, higher than that of {@code from}
 * @param set the flags that were set, with their values
 * @param removed the flags that were removed
 * @since 0.1.0
 */
public record FlagDelta(FlagPosition from, long version, Map<String, FlagValue> set, Set<String> removed) {

	public FlagDelta {
		Assert.isTrue(version > from.version(),
				() -> "delta must lead to a version above " + from.version() + ", but leads to " + version);
		Assert.isTrue(version <= FlagPosition.MAX_VERSION,
				() -> "version must be at most " + FlagPosition.MAX_VERSION + ", but was " + version);
		Assert.isTrue(Collections.disjoint(set.keySet(), removed), "a flag must not be both set and removed");
		set.forEach((key, value) -> Assert.notNull(value, () -> "flag '" + key + "' must have a value"));
		// Nearly all are of one flag, and very many are kept
		set = (set.size() > 1) ? Collections.unmodifiableMap(new LinkedHashMap<>(set)) : Map.copyOf(set);
		removed = (removed.size() > 1) ? Collections.unmodifiableSet(new LinkedHashSet<>(removed))
				: Set.copyOf(removed);
	}

	/**
	 * Return the position that the delta leads to.
	 * @return the position after the delta
	 */
	public FlagPosition to() {
		return this.from.at(this.version);
	}

	/**
	 * Return whether the delta moves only the position.
	 * @return whether no flag is set or removed
	 */
	public boolean isEmpty() {
		return this.set.isEmpty() && this.removed.isEmpty();
	}

	/**
	 * Merge this delta with the one that follows it. Applying the result is the same as
	 * applying both in turn.
	 * @param next a delta that starts where this one ends
	 * @return the merged delta
	 * @throws IllegalArgumentException if the other delta starts elsewhere
	 */
	public FlagDelta then(FlagDelta next) {
		return merge(List.of(this, next));
	}

	/**
	 * Merge deltas that follow one another.
	 * @param deltas the deltas, at least one, each starting where the one before ends
	 * @return the merged delta
	 * @throws IllegalArgumentException if one starts elsewhere
	 */
	public static FlagDelta merge(List<FlagDelta> deltas) {
		FlagDelta first = deltas.get(0);
		if (deltas.size() == 1) {
			return first;
		}
		Map<String, FlagValue> mergedSet = new LinkedHashMap<>();
		Set<String> mergedRemoved = new LinkedHashSet<>();
		FlagPosition at = first.from;
		for (FlagDelta next : deltas) {
			FlagPosition end = at;
			Assert.isTrue(next.from.equals(end),
					() -> "delta that starts at " + next.from + " cannot follow one that ends at " + end);
			next.removed.forEach(mergedSet::remove);
			mergedRemoved.addAll(next.removed);
			next.set.keySet().forEach(mergedRemoved::remove);
			mergedSet.putAll(next.set);
			at = next.to();
		}
		return new FlagDelta(first.from, at.version(), mergedSet, mergedRemoved);
	}

	/**
	 * Return the part of this delta that a filter lets through, under the epoch of that
	 * view.
	 * @param filter the filter
	 * @return the view's delta, which may be empty
	 */
	public FlagDelta filter(FlagFilter filter) {
		if (filter.isAll()) {
			return this;
		}
		Map<String, FlagValue> visibleSet = new LinkedHashMap<>(this.set);
		visibleSet.keySet().removeIf((key) -> !filter.matches(key));
		Set<String> visibleRemoved = new LinkedHashSet<>(this.removed);
		visibleRemoved.removeIf((key) -> !filter.matches(key));
		return new FlagDelta(filter.view(this.from), this.version, visibleSet, visibleRemoved);
	}

}
