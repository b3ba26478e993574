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

import java.util.LinkedHashMap;
import java.util.Map;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecentChanges}.
 */
class RecentChangesTests {

	private final RecentChanges changes = new RecentChanges();

	private @Nullable FlagSnapshot present;

	private void move(String epoch, long version, Object... flags) {
		Map<String, FlagValue> all = new LinkedHashMap<>();
		for (int i = 0; i < flags.length; i += 2) {
			all.put((String) flags[i], FlagValue.of((Integer) flags[i + 1]));
		}
		FlagSnapshot next = new FlagSnapshot(FlagSetId.of("shop"), new FlagPosition(epoch, version), FlagSet.of(all));
		this.changes.add(FlagChange.between(this.present, next));
		this.present = next;
	}

	private @Nullable FlagDelta since(String epoch, long version) {
		return this.changes.since(new FlagPosition(epoch, version));
	}

	@Test
	void changesAreMergedFromAPositionThatWasThere() {
		move("a", 1, "x", 1, "y", 1);
		move("a", 3, "x", 2, "y", 1);
		move("a", 4, "x", 2, "z", 5);
		FlagDelta delta = since("a", 1);
		assertThat(delta.version()).isEqualTo(4);
		assertThat(delta.set()).containsOnly(Map.entry("x", FlagValue.of(2)), Map.entry("z", FlagValue.of(5)));
		assertThat(delta.removed()).containsExactly("y");
		assertThat(since("a", 3).set()).containsOnlyKeys("z");
	}

	@Test
	void otherPositionsCannotBeTold() {
		move("a", 1, "x", 1);
		move("a", 3, "x", 2);
		assertThat(since("a", 2)).isNull();
		assertThat(since("a", 3)).isNull();
		assertThat(since("b", 1)).isNull();
	}

	@Test
	void newEpochBeginsAnew() {
		move("a", 1, "x", 1);
		move("a", 2, "x", 2);
		move("b", 1, "x", 3);
		move("b", 2, "x", 4);
		assertThat(since("a", 1)).isNull();
		assertThat(since("b", 1).set()).containsOnly(Map.entry("x", FlagValue.of(4)));
	}

	@Test
	void onlyTheLastOnesAreKept() {
		for (int version = 1; version <= 66; version++) {
			move("a", version, "x", version);
		}
		assertThat(since("a", 1)).isNull();
		assertThat(since("a", 2).version()).isEqualTo(66);
	}

	@Test
	void nothingIsToldAcrossAReset() {
		move("a", 8, "x", 1);
		move("a", 9, "x", 2);
		move("a", 6, "x", 0);
		assertThat(since("a", 8)).isNull();
		move("a", 7, "x", 3);
		assertThat(since("a", 8)).isNull();
		assertThat(since("a", 6).version()).isEqualTo(7);
	}

}
