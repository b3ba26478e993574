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

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link DeltaRing}.
 */
class DeltaRingTests {

	/** A step above 0 appends as many deltas, any other leaves out some of the oldest. */
	@Property
	void ringIsTheListOfWhatIsLeft(@ForAll @Size(max = 30) List<@IntRange(min = -40, max = 40) Integer> steps) {
		DeltaRing ring = DeltaRing.empty();
		List<FlagDelta> expected = new ArrayList<>();
		List<DeltaRing> formerRings = new ArrayList<>();
		List<List<FlagDelta>> formerLists = new ArrayList<>();
		int version = 0;
		for (int step : steps) {
			formerRings.add(ring);
			formerLists.add(List.copyOf(expected));
			for (int i = 0; i < step; i++) {
				FlagDelta next = delta(version++);
				ring = ring.append(next);
				expected.add(next);
			}
			if (step <= 0) {
				int count = Math.min(-step, expected.size());
				ring = ring.withoutOldest(count);
				expected.subList(0, count).clear();
			}
			assertThat(ring).containsExactlyElementsOf(expected);
		}
		assertThat(formerRings).isEqualTo(formerLists);
	}

	@Property
	void deltasSinceVersionAreMerged(@ForAll @IntRange(max = 50) int skipped, @ForAll @IntRange(max = 60) int from) {
		DeltaRing ring = upTo(50).withoutOldest(skipped);
		FlagDelta found = ring.since(from);
		if (from >= skipped && from < 50) {
			assertThat(found).isEqualTo(FlagDelta.merge(List.copyOf(ring.subList(from - skipped, 50 - skipped))));
			assertThat(ring.distance(from)).isEqualTo(50 - from);
		}
		else {
			assertThat(found).isNull();
			assertThat(ring.distance(from)).isEqualTo(-1);
		}
	}

	@Test
	void whatWasLeftOutIsNotHeld() {
		DeltaRing ring = upTo(20);
		List<WeakReference<FlagDelta>> references = ring.stream().map(WeakReference::new).toList();
		ring = ring.withoutOldest(3);
		assertAreHeld(references, 3);
		ring = ring.append(delta(20)).withoutOldest(14);
		assertAreHeld(references, 17);
		assertThat(ring).hasSize(4);
	}

	private static void assertAreHeld(List<WeakReference<FlagDelta>> references, int from) {
		Awaitility.await().until(() -> {
			System.gc();
			return references.stream().limit(from).allMatch((reference) -> reference.get() == null);
		});
		assertThat(references).filteredOn((reference) -> reference.get() != null).hasSize(references.size() - from);
	}

	@Test
	void positionOutsideIsRefused() {
		DeltaRing ring = upTo(20).withoutOldest(18);
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> ring.get(2));
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> ring.get(-1));
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> ring.withoutOldest(3));
	}

	private static DeltaRing upTo(int version) {
		DeltaRing ring = DeltaRing.empty();
		for (int i = 0; i < version; i++) {
			ring = ring.append(delta(i));
		}
		return ring;
	}

	private static FlagDelta delta(int from) {
		return new FlagDelta(new FlagPosition("k7f3", from), from + 1, Map.of("limit", FlagValue.of(from)), Set.of());
	}

}
