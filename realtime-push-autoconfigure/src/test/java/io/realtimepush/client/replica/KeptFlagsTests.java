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

package io.realtimepush.client.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A flag keeps its former value where a handler failed, and only as long as it has the
 * value that the handler failed on.
 */
class KeptFlagsTests {

	private final FlagReplica replica = new FlagReplica(FlagSetId.of("shop"), () -> 0, () -> {
	});

	private final List<FlagChange> changes = new ArrayList<>();

	@BeforeEach
	void load() {
		this.replica.receive(FlagReplicaTests.snapshot("k7:1", "a", "1", "b", "1"));
		this.replica.feed().changes().skip(1).subscribe(this.changes::add);
	}

	@Test
	void flagKeepsItsFormerValueWhileThePositionMoves() {
		set("a", "2");
		fail(this.changes.get(0));
		assertThat(shown("a")).isEqualTo("1");
		assertThat(stored("a")).isEqualTo("2");
		assertThat(this.replica.position()).hasToString("k7:2");
		FlagChange takenBack = this.changes.get(1);
		assertThat(takenBack.from()).isEqualTo(takenBack.position()).hasToString("k7:2");
		assertThat(takenBack.updates()).singleElement().satisfies((update) -> {
			assertThat(update.oldValue()).hasToString("2");
			assertThat(update.newValue()).hasToString("1");
		});
		set("b", "2");
		assertThat(shown("a")).isEqualTo("1");
		assertThat(shown("b")).isEqualTo("2");
		assertThat(this.changes.get(2).updates()).singleElement()
			.satisfies((update) -> assertThat(update.key()).isEqualTo("b"));
	}

	@Test
	void nextValueIsTriedAndComparedWithTheFormerOne() {
		set("a", "2");
		fail(this.changes.get(0));
		set("a", "3");
		assertThat(shown("a")).isEqualTo("3");
		assertThat(this.changes.get(2).updates()).singleElement().satisfies((update) -> {
			assertThat(update.oldValue()).hasToString("1");
			assertThat(update.newValue()).hasToString("3");
		});
		set("a", "2");
		assertThat(shown("a")).isEqualTo("2");
	}

	@Test
	void snapshotWithTheSameValueKeepsTheFormerOne() {
		set("a", "2");
		fail(this.changes.get(0));
		this.replica.receive(FlagReplicaTests.snapshot("k7:9", "a", "2", "b", "5"));
		assertThat(shown("a")).isEqualTo("1");
		assertThat(shown("b")).isEqualTo("5");
		this.replica.receive(FlagReplicaTests.snapshot("k8:1", "a", "4"));
		assertThat(shown("a")).isEqualTo("4");
	}

	@Test
	void removalThatIsRefusedKeepsTheFlag() {
		this.replica.receive(FlagReplicaTests.delta("k7:1", 2, Map.of(), Set.of("a")));
		fail(this.changes.get(0));
		assertThat(shown("a")).isEqualTo("1");
		assertThat(stored("a")).isNull();
	}

	@Test
	void flagWithoutAFormerValueIsShownAsItIs() {
		set("c", "1");
		fail(this.changes.get(0));
		assertThat(shown("c")).isEqualTo("1");
		assertThat(this.changes).hasSize(1);
	}

	@Test
	void failureThatComesWhenThereIsAnotherValueKeepsNothing() {
		set("a", "2");
		set("a", "3");
		fail(this.changes.get(0));
		assertThat(shown("a")).isEqualTo("3");
		assertThat(this.changes).hasSize(2);
	}

	@Test
	void valueThatWasRefusedIsNoFormerValue() {
		set("a", "2");
		set("a", "3");
		fail(this.changes.get(0));
		fail(this.changes.get(1));
		assertThat(shown("a")).isEqualTo("1");
	}

	@Test
	void valueThatWasRefusedLongAgoMayBeAFormerValue() {
		set("a", "2");
		fail(this.changes.get(0));
		set("a", "3");
		set("a", "2");
		set("a", "4");
		fail(this.changes.get(this.changes.size() - 1));
		assertThat(shown("a")).isEqualTo("2");
	}

	@Test
	void severalHandlersMayFail() {
		set("a", "2");
		fail(this.changes.get(0));
		fail(this.changes.get(0));
		assertThat(shown("a")).isEqualTo("1");
		assertThat(this.changes).hasSize(2);
	}

	@Test
	void handlerThatFailsOnTheFormerValueTooChangesNothing() {
		set("a", "2");
		fail(this.changes.get(0));
		fail(this.changes.get(1));
		assertThat(shown("a")).isEqualTo("1");
		assertThat(this.changes).hasSize(2);
		set("a", "3");
		fail(this.changes.get(2));
		assertThat(shown("a")).isEqualTo("1");
	}

	private void set(String key, String json) {
		FlagPosition from = this.replica.position();
		ServerMessage delta = FlagReplicaTests.delta(String.valueOf(from), (from != null) ? from.version() + 1 : 0,
				Map.of(key, FlagValue.ofJson(json)), Set.of());
		assertThat(this.replica.receive(delta)).isEqualTo(Receipt.APPLIED);
	}

	private void fail(FlagChange change) {
		FlagUpdate<FlagValue> update = change.updates().get(0);
		this.replica.handlerFailed(change.position(), update, new IllegalStateException("as it was told to"));
	}

	private @Nullable String shown(String key) {
		FlagValue value = this.replica.feed().snapshot().orElseThrow().flags().get(key);
		return (value != null) ? value.json() : null;
	}

	private @Nullable String stored(String key) {
		FlagValue value = Objects.requireNonNull(this.replica.stored()).flags().get(key);
		return (value != null) ? value.json() : null;
	}

}
