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

import java.util.Map;

import io.realtimepush.flags.DeltaRing;
import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot and the ring of deltas that led to it. Immutable.
 *
 * @param snapshot the flag set now
 * @param ring the last deltas, oldest first, each starting where the one before ended
 * @param bytes the heap of the ring, estimated
 * @param full whether older deltas no longer fit
 */
record FlagHistory(FlagSnapshot snapshot, DeltaRing ring, long bytes, boolean full) {

	/** Map entry, two strings and a value object, measured on a 64-bit JVM. */
	private static final int ENTRY_BYTES = 150;

	static FlagHistory startingAt(FlagSnapshot snapshot) {
		return new FlagHistory(snapshot, DeltaRing.empty(), 0, false);
	}

	/**
	 * Return the history after one more delta, without the oldest deltas that no longer
	 * fit.
	 */
	FlagHistory append(FlagDelta delta, FlagSnapshot after, RingLimits limits) {
		int kept = this.ring.size();
		long total = this.bytes + size(delta);
		int first = 0;
		while (first < kept && (kept - first + 1 > limits.maxVersions() || total > limits.maxBytes())) {
			total -= size(this.ring.get(first));
			first++;
		}
		DeltaRing deltas = this.ring.withoutOldest(first);
		if (total <= limits.maxBytes()) {
			deltas = deltas.append(delta);
		}
		boolean dropped = first > 0 || deltas.isEmpty();
		return new FlagHistory(after, deltas, deltas.isEmpty() ? 0 : total, this.full || dropped);
	}

	private static long size(FlagDelta delta) {
		long bytes = ENTRY_BYTES;
		for (Map.Entry<String, ?> entry : delta.set().entrySet()) {
			bytes += ENTRY_BYTES + entry.getKey().length() + entry.getValue().toString().length();
		}
		for (String key : delta.removed()) {
			bytes += ENTRY_BYTES + key.length();
		}
		return bytes;
	}

	FlagPosition position() {
		return this.snapshot.position();
	}

	/**
	 * Return the merged delta from a version that is a boundary of the ring to the
	 * present one, or {@code null} if it is none.
	 */
	@Nullable FlagDelta since(long version) {
		return this.ring.since(version);
	}

	/**
	 * Return how many boundaries lie between a version and the present one: 0 at the
	 * present version, the ring's size at its oldest boundary, -1 outside.
	 */
	int distance(long version) {
		return (version == position().version()) ? 0 : this.ring.distance(version);
	}

	/**
	 * Return whether more than half of the ring lies between a version that can be
	 * continued and the present one. A ring that is not full counts by its limit.
	 */
	boolean isFallingBehind(long version, RingLimits limits) {
		return distance(version) * 2 > (this.full ? this.ring.size() : limits.maxVersions());
	}

}
