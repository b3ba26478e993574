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
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * All flags behind an SDK key: an immutable map from flag key to value, in the order of
 * the source.
 * <p>
 * A flag set that comes from another one by {@link #with} shares what has not changed, so
 * that a change of one flag costs the same however many there are. The whole map is made
 * when somebody asks for it.
 *
 * @since 0.1.0
 */
public final class FlagSet {

	/**
	 * Longest flag key, in characters.
	 */
	public static final int MAX_KEY_LENGTH = 256;

	private static final FlagSet EMPTY = new FlagSet(Map.of());

	/** So many changes are kept apart before they are merged into a map of their own. */
	private static final int MAX_CHANGES = 64;

	private final Map<String, FlagValue> base;

	/** What differs from the base: {@code null} for a flag that was removed. */
	private final Map<String, @Nullable FlagValue> changes;

	private final int size;

	private volatile @Nullable Map<String, FlagValue> flags;

	private FlagSet(Map<String, FlagValue> flags) {
		this.base = flags;
		this.changes = Map.of();
		this.size = flags.size();
		this.flags = flags;
	}

	private FlagSet(Map<String, FlagValue> base, Map<String, @Nullable FlagValue> changes, int size) {
		this.base = base;
		this.changes = changes;
		this.size = size;
	}

	/**
	 * Return a flag set without flags.
	 * @return the empty flag set
	 */
	public static FlagSet empty() {
		return EMPTY;
	}

	/**
	 * Create a flag set from a copy of the given map.
	 * @param flags the values by flag key
	 * @return the flag set
	 * @throws IllegalArgumentException if a key is not a valid flag key
	 */
	public static FlagSet of(Map<String, FlagValue> flags) {
		flags.keySet().forEach(FlagSet::requireValidKey);
		return new FlagSet(Collections.unmodifiableMap(new LinkedHashMap<>(flags)));
	}

	/**
	 * Check a flag key.
	 * @param key the key to check
	 * @return the key
	 * @throws IllegalArgumentException if the key is not of 1 to 256 characters, or has
	 * control characters or unpaired surrogates
	 */
	public static String requireValidKey(String key) {
		Assert.isTrue(!key.isEmpty() && key.length() <= MAX_KEY_LENGTH,
				() -> "flag key must have 1 to " + MAX_KEY_LENGTH + " characters, but has " + key.length());
		Assert.isTrue(!WellFormed.hasControlCharacters(key), "flag key must not contain control characters");
		Assert.isTrue(WellFormed.isWellFormed(key), "flag key must not contain unpaired surrogates");
		return key;
	}

	/**
	 * Return the values by flag key.
	 * @return an unmodifiable map
	 */
	public Map<String, FlagValue> asMap() {
		Map<String, FlagValue> all = this.flags;
		if (all == null) {
			all = merge();
			this.flags = all;
		}
		return all;
	}

	private Map<String, FlagValue> merge() {
		Map<String, FlagValue> all = new LinkedHashMap<>(this.base);
		this.changes.forEach((key, value) -> {
			if (value != null) {
				all.put(key, value);
			}
			else {
				all.remove(key);
			}
		});
		return Collections.unmodifiableMap(all);
	}

	/**
	 * Return the value of a flag.
	 * @param key the flag key
	 * @return the value, or {@code null} if there is no such flag
	 */
	public @Nullable FlagValue get(String key) {
		return this.changes.containsKey(key) ? this.changes.get(key) : this.base.get(key);
	}

	/**
	 * Return the number of flags.
	 * @return the number of flags
	 */
	public int size() {
		return this.size;
	}

	/**
	 * Return the flag set that the given operations lead to.
	 * @param set the flags to set
	 * @param removed the flags to remove; removing an absent flag is harmless
	 * @return the flag set after the operations
	 */
	public FlagSet with(Map<String, FlagValue> set, Set<String> removed) {
		if (set.isEmpty() && removed.isEmpty()) {
			return this;
		}
		set.keySet().forEach(FlagSet::requireValidKey);
		if (this.changes.size() + set.size() + removed.size() > MAX_CHANGES) {
			Map<String, FlagValue> all = new LinkedHashMap<>(asMap());
			removed.forEach(all::remove);
			all.putAll(set);
			return new FlagSet(Collections.unmodifiableMap(all));
		}
		Map<String, @Nullable FlagValue> changed = new LinkedHashMap<>(this.changes);
		int count = this.size;
		for (String key : removed) {
			count -= (get(key) != null && !set.containsKey(key)) ? 1 : 0;
			changed.put(key, null);
		}
		for (Map.Entry<String, FlagValue> entry : set.entrySet()) {
			count += (get(entry.getKey()) != null) ? 0 : 1;
			changed.put(entry.getKey(), entry.getValue());
		}
		return new FlagSet(this.base, changed, count);
	}

	/**
	 * Return the flags that a filter lets through.
	 * @param filter the filter
	 * @return the visible part of this flag set
	 */
	public FlagSet filter(FlagFilter filter) {
		if (filter.isAll()) {
			return this;
		}
		Map<String, FlagValue> result = new LinkedHashMap<>();
		asMap().forEach((key, value) -> {
			if (filter.matches(key)) {
				result.put(key, value);
			}
		});
		return new FlagSet(Collections.unmodifiableMap(result));
	}

	/**
	 * Compute the smallest delta that leads from this flag set to another.
	 * @param target the flag set to arrive at
	 * @param from the position of this flag set
	 * @param version the version of the target
	 * @return the delta
	 */
	public FlagDelta deltaTo(FlagSet target, FlagPosition from, long version) {
		Map<String, FlagValue> set = new LinkedHashMap<>();
		Map<String, FlagValue> before = asMap();
		Map<String, FlagValue> after = target.asMap();
		after.forEach((key, value) -> {
			if (!value.equals(before.get(key))) {
				set.put(key, value);
			}
		});
		Set<String> removed = new LinkedHashSet<>(before.keySet());
		removed.removeIf(after::containsKey);
		return new FlagDelta(from, version, set, removed);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof FlagSet that && asMap().equals(that.asMap());
	}

	@Override
	public int hashCode() {
		return asMap().hashCode();
	}

	@Override
	public String toString() {
		return asMap().toString();
	}

}
