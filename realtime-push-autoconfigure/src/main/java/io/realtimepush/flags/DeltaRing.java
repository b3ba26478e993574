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

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;

import org.jspecify.annotations.Nullable;

/**
 * The last deltas of a flag set, oldest first, each starting where the one before ended.
 * Immutable: a ring that comes from another one shares nearly all of it, so that one more
 * delta costs nearly the same however many are kept. What was left out is not held.
 *
 * @since 0.1.0
 */
public final class DeltaRing extends AbstractList<FlagDelta> implements RandomAccess {

	/** Of so many only the last ones are copied. */
	private static final int CHUNK = 16;

	private static final DeltaRing EMPTY = new DeltaRing(new FlagDelta[0][], new FlagDelta[0], 0);

	/** Chunks that are full, the oldest first. */
	private final FlagDelta[][] full;

	private final FlagDelta[] last;

	/** How many of the first chunk have been left out. */
	private final int skipped;

	private DeltaRing(FlagDelta[][] full, FlagDelta[] last, int skipped) {
		this.full = full;
		this.last = last;
		this.skipped = skipped;
	}

	/**
	 * Return a ring without deltas.
	 * @return the empty ring
	 */
	public static DeltaRing empty() {
		return EMPTY;
	}

	/**
	 * Return this ring with one more delta.
	 * @param delta a delta that starts where the last one ends
	 * @return the longer ring
	 */
	public DeltaRing append(FlagDelta delta) {
		if (this.last.length < CHUNK) {
			return new DeltaRing(this.full, with(this.last, delta), this.skipped);
		}
		return new DeltaRing(with(this.full, this.last), new FlagDelta[] { delta }, this.skipped);
	}

	private static <T> T[] with(T[] array, T added) {
		T[] longer = Arrays.copyOf(array, array.length + 1);
		longer[array.length] = added;
		return longer;
	}

	/**
	 * Return this ring without its oldest deltas.
	 * @param count how many to leave out, up to all
	 * @return the shorter ring
	 */
	public DeltaRing withoutOldest(int count) {
		Objects.checkFromIndexSize(count, 0, size());
		if (count == 0) {
			return this;
		}
		if (count == size()) {
			return EMPTY;
		}
		int first = this.skipped + count;
		int chunks = first / CHUNK;
		int left = first % CHUNK;
		FlagDelta[][] kept = Arrays.copyOfRange(this.full, chunks, this.full.length);
		if (kept.length == 0) {
			return new DeltaRing(kept, without(this.last, left), left);
		}
		kept[0] = without(kept[0], left);
		return new DeltaRing(kept, this.last, left);
	}

	private static FlagDelta[] without(FlagDelta[] chunk, int count) {
		FlagDelta[] rest = new FlagDelta[chunk.length];
		System.arraycopy(chunk, count, rest, count, chunk.length - count);
		return rest;
	}

	@Override
	public FlagDelta get(int index) {
		int at = this.skipped + Objects.checkIndex(index, size());
		int chunk = at / CHUNK;
		return ((chunk < this.full.length) ? this.full[chunk] : this.last)[at % CHUNK];
	}

	@Override
	public int size() {
		return this.full.length * CHUNK + this.last.length - this.skipped;
	}

	/**
	 * Return how many deltas lead from a version to the end.
	 * @param version a version of the epoch that the deltas are of
	 * @return the number, or -1 if no delta starts at that version
	 */
	public int distance(long version) {
		int size = size();
		for (int i = size - 1; i >= 0; i--) {
			if (get(i).from().version() == version) {
				return size - i;
			}
		}
		return -1;
	}

	/**
	 * Return what leads from a version to the end.
	 * @param version a version of the epoch that the deltas are of
	 * @return the deltas since then as one, or {@code null} if no delta starts at that
	 * version
	 */
	public @Nullable FlagDelta since(long version) {
		int distance = distance(version);
		return (distance > 0) ? FlagDelta.merge(subList(size() - distance, size())) : null;
	}

}
