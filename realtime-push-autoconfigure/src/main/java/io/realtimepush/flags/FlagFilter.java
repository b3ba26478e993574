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
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Which flags of a flag set somebody sees: lists of patterns, each of which must let a
 * flag through with at least one pattern. In a pattern {@code *} matches any run of
 * characters, dots too; everything else is literal and case-sensitive.
 * <p>
 * Filters of the same patterns are equal and have the same hash on every node.
 *
 * @since 0.1.0
 */
public final class FlagFilter {

	private static final FlagFilter ALL = new FlagFilter(List.of());

	/** Every list is sorted, free of duplicates and not empty; the lists are too. */
	private final List<List<String>> lists;

	private final List<List<Pattern>> compiled;

	private final String hash;

	private FlagFilter(List<List<String>> lists) {
		this.lists = lists;
		this.compiled = lists.stream().map((list) -> list.stream().map(Pattern::of).toList()).toList();
		this.hash = lists.isEmpty() ? "" : Epochs.hash(text(lists));
	}

	/**
	 * Return the filter that lets every flag through.
	 * @return the open filter
	 */
	public static FlagFilter all() {
		return ALL;
	}

	/**
	 * Create a filter that lets a flag through if any of the patterns does.
	 * @param patterns flag keys or patterns; empty, or with {@code *} among them, means
	 * all
	 * @return the filter
	 * @throws IllegalArgumentException if a pattern is empty, longer than a flag key may
	 * be, or contains control characters or unpaired surrogates
	 */
	public static FlagFilter of(Collection<String> patterns) {
		patterns.forEach(FlagFilter::requireValidPattern);
		if (patterns.isEmpty() || patterns.stream().anyMatch((pattern) -> pattern.chars().allMatch((c) -> c == '*'))) {
			return ALL;
		}
		return new FlagFilter(List.of(List.copyOf(new TreeSet<>(patterns))));
	}

	private static void requireValidPattern(String pattern) {
		Assert.isTrue(!pattern.isEmpty() && pattern.length() <= FlagSet.MAX_KEY_LENGTH,
				() -> "flag pattern must have 1 to " + FlagSet.MAX_KEY_LENGTH + " characters, but has "
						+ pattern.length());
		Assert.isTrue(!WellFormed.hasControlCharacters(pattern), "flag pattern must not contain control characters");
		Assert.isTrue(WellFormed.isWellFormed(pattern), "flag pattern must not contain unpaired surrogates");
	}

	private static String text(Collection<List<String>> lists) {
		// A separator that may stand in a pattern would give other patterns the same text
		return lists.stream().map((list) -> String.join("\n", list)).collect(Collectors.joining("\n\n"));
	}

	/**
	 * Return a filter that lets a flag through only if both do.
	 * @param other the other filter
	 * @return the intersection
	 */
	public FlagFilter and(FlagFilter other) {
		if (isAll() || equals(other)) {
			return other;
		}
		if (other.isAll()) {
			return this;
		}
		List<List<String>> both = new ArrayList<>(this.lists);
		other.lists.stream().filter((list) -> !both.contains(list)).forEach(both::add);
		both.sort(Comparator.comparing((list) -> text(List.of(list))));
		return new FlagFilter(List.copyOf(both));
	}

	/**
	 * Return whether a flag is let through.
	 * @param key the flag key
	 * @return whether the flag is visible
	 */
	public boolean matches(String key) {
		for (List<Pattern> list : this.compiled) {
			if (!matchesAny(list, key)) {
				return false;
			}
		}
		return true;
	}

	private static boolean matchesAny(List<Pattern> patterns, String key) {
		for (Pattern pattern : patterns) {
			if (pattern.matches(key)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether every flag is let through.
	 * @return whether this is the open filter
	 */
	public boolean isAll() {
		return this.lists.isEmpty();
	}

	/**
	 * Return the epoch under which a client behind this filter counts: the epoch of the
	 * source, and for a partial view {@code .} and the hash of the filter. So a position
	 * of another view is of another epoch and never continued.
	 * @param sourceEpoch the epoch of the source
	 * @return the epoch of the view
	 */
	public String viewEpoch(String sourceEpoch) {
		return isAll() ? sourceEpoch : Epochs.ofView(sourceEpoch, this.hash);
	}

	/**
	 * Return a position of the source as a client behind this filter sees it.
	 * @param position the position of the source
	 * @return the position of the view
	 */
	public FlagPosition view(FlagPosition position) {
		return isAll() ? position : new FlagPosition(viewEpoch(position.epoch()), position.version());
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof FlagFilter that && this.lists.equals(that.lists);
	}

	@Override
	public int hashCode() {
		return this.lists.hashCode();
	}

	@Override
	public String toString() {
		return isAll() ? "*" : this.lists.toString();
	}

	/**
	 * A pattern, split at its stars. Matching takes each literal part at its first
	 * occurrence behind the part before, which finds a match if there is one.
	 *
	 * @param head the literal start, or the whole key if there is no star
	 * @param parts the literal parts between stars, or {@code null} if there is no star
	 * @param tail the literal end
	 */
	private record Pattern(String head, @Nullable List<String> parts, String tail) {

		static Pattern of(String text) {
			int first = text.indexOf('*');
			if (first < 0) {
				return new Pattern(text, null, "");
			}
			int last = text.lastIndexOf('*');
			List<String> parts = new ArrayList<>();
			for (String part : text.substring(first, last).split("\\*")) {
				if (!part.isEmpty()) {
					parts.add(part);
				}
			}
			return new Pattern(text.substring(0, first), List.copyOf(parts), text.substring(last + 1));
		}

		boolean matches(String key) {
			if (this.parts == null) {
				return key.equals(this.head);
			}
			int end = key.length() - this.tail.length();
			if (end < this.head.length() || !key.startsWith(this.head) || !key.endsWith(this.tail)) {
				return false;
			}
			int from = this.head.length();
			for (String part : this.parts) {
				int at = key.indexOf(part, from);
				if (at < 0 || at + part.length() > end) {
					return false;
				}
				from = at + part.length();
			}
			return true;
		}

	}

}
