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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagHistories;
import io.realtimepush.flags.FlagHistories.History;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.FlagsStatus;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.SyncMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FlagReplica}: what is applied, what is not, and what the app is told.
 */
class FlagReplicaTests {

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private final FlagReplica replica = new FlagReplica(SHOP, () -> 0, () -> {
	});

	private final List<FlagChange> changes = new ArrayList<>();

	FlagReplicaTests() {
		this.replica.feed().changes().subscribe(this.changes::add);
	}

	@Test
	void snapshotOfANewClientIsApplied() {
		assertThat(this.replica.feed().status()).isEqualTo(FlagsStatus.NOT_LOADED);
		assertThat(receive(snapshot("k7:42", "a", "1"))).isEqualTo(Receipt.APPLIED);
		assertThat(this.replica.position()).hasToString("k7:42");
		assertThat(this.replica.feed().snapshot().orElseThrow().flags().get("a")).isEqualTo(FlagValue.of(1));
		assertThat(this.replica.feed().status()).isEqualTo(FlagsStatus.LIVE);
		assertThat(keys()).containsExactly(List.of("a"));
	}

	@Test
	void snapshotIsNotTheNewestWhileANewerOneIsAnnounced() {
		receive(snapshot("k7:1", "a", "1"));
		assertThat(this.replica.feed().isNewest()).isTrue();
		receive(version("k7:3"));
		assertThat(this.replica.feed().isNewest()).isFalse();
		assertThat(this.replica.feed().status()).isEqualTo(FlagsStatus.LIVE);
		receive(delta("k7:1", 2, Map.of("a", FlagValue.of(2)), Set.of()));
		receive(heartbeat("k7:2"));
		assertThat(this.replica.feed().isNewest()).isFalse();
		receive(delta("k7:2", 3, Map.of("a", FlagValue.of(3)), Set.of()));
		assertThat(this.replica.feed().isNewest()).isTrue();
		receive(heartbeat("k7:4"));
		assertThat(this.replica.feed().isNewest()).isFalse();
		receive(snapshot("k7:4", "a", "4"));
		assertThat(this.replica.feed().isNewest()).isTrue();
		this.replica.live(false);
		assertThat(this.replica.feed().isNewest()).isFalse();
	}

	@Test
	void snapshotOfAnotherEpochOrAHigherVersionIsApplied() {
		receive(snapshot("k7:42", "a", "1"));
		assertThat(receive(snapshot("k7:44", "a", "2"))).isEqualTo(Receipt.APPLIED);
		assertThat(receive(snapshot("k8:1", "a", "3"))).isEqualTo(Receipt.APPLIED);
		assertThat(this.replica.position()).hasToString("k8:1");
		assertThat(keys()).hasSize(3);
	}

	@Test
	void snapshotOfTheSameVersionIsAppliedButNoChangeIfItIsTheSame() {
		receive(snapshot("k7:42", "a", "1"));
		assertThat(receive(snapshot("k7:42", "a", "1"))).isEqualTo(Receipt.CURRENT);
		assertThat(receive(snapshot("k7:42", "a", "2"))).isEqualTo(Receipt.APPLIED);
		assertThat(value("a")).isEqualTo(FlagValue.of(2));
		assertThat(this.changes).hasSize(2);
	}

	@Test
	void snapshotOfALowerVersionIsIgnoredUnlessItResets() {
		receive(snapshot("k7:42", "a", "1"));
		assertThat(receive(snapshot("k7:41", "a", "0"))).isEqualTo(Receipt.IGNORED);
		assertThat(value("a")).isEqualTo(FlagValue.of(1));
		ServerMessage.Snapshot lower = snapshot("k7:41", "a", "0");
		assertThat(receive(new ServerMessage.Snapshot(lower.snapshot(), true, null))).isEqualTo(Receipt.APPLIED);
		assertThat(this.replica.position()).hasToString("k7:41");
		assertThat(this.replica.told()).hasToString("k7:41");
	}

	@Test
	void deltaFromThePresentVersionIsApplied() {
		receive(snapshot("k7:42", "a", "1", "b", "true"));
		assertThat(receive(delta("k7:42", 45, Map.of("a", FlagValue.NULL), Set.of("b", "absent"))))
			.isEqualTo(Receipt.APPLIED);
		assertThat(this.replica.position()).hasToString("k7:45");
		assertThat(this.replica.feed().snapshot().orElseThrow().flags())
			.isEqualTo(FlagSet.of(Map.of("a", FlagValue.NULL)));
		assertThat(keys()).containsExactly(List.of("a", "b"), List.of("a", "b"));
	}

	@Test
	void emptyDeltaMovesThePosition() {
		receive(snapshot("k7:42", "a", "1"));
		assertThat(receive(delta("k7:42", 43, Map.of(), Set.of()))).isEqualTo(Receipt.APPLIED);
		assertThat(this.replica.position()).hasToString("k7:43");
	}

	@Test
	void deltaThatLeadsNowhereNewIsIgnored() {
		receive(snapshot("k7:42", "a", "1"));
		assertThat(receive(delta("k7:40", 42, Map.of("a", FlagValue.of(0)), Set.of()))).isEqualTo(Receipt.IGNORED);
		assertThat(value("a")).isEqualTo(FlagValue.of(1));
	}

	@Test
	void deltaThatDoesNotFollowIsAGap() {
		ServerMessage delta = delta("k7:42", 43, Map.of("a", FlagValue.of(9)), Set.of());
		assertThat(receive(delta)).isEqualTo(Receipt.GAP);
		receive(snapshot("k7:41", "a", "1"));
		assertThat(receive(delta)).isEqualTo(Receipt.GAP);
		receive(snapshot("k8:42", "a", "1"));
		assertThat(receive(delta)).isEqualTo(Receipt.GAP);
		assertThat(this.replica.position()).hasToString("k8:42");
		assertThat(value("a")).isEqualTo(FlagValue.of(1));
	}

	@Test
	void heartbeatTellsWhetherSomethingWasMissed() {
		assertThat(receive(heartbeat("k7:1"))).isEqualTo(Receipt.BEHIND);
		receive(snapshot("k7:42", "a", "1"));
		assertThat(receive(heartbeat("k7:42"))).isEqualTo(Receipt.CURRENT);
		assertThat(receive(heartbeat("k7:41"))).isEqualTo(Receipt.CURRENT);
		assertThat(receive(heartbeat("k7:43"))).isEqualTo(Receipt.BEHIND);
		assertThat(receive(heartbeat("k8:1"))).isEqualTo(Receipt.BEHIND);
		assertThat(this.replica.position()).hasToString("k7:42");
	}

	@Test
	void versionIsToldUntilItsFlagsAreThere() {
		assertThat(receive(version("k7:42"))).isEqualTo(Receipt.TOLD);
		assertThat(this.replica.told()).hasToString("k7:42");
		assertThat(this.replica.position()).isNull();
		receive(snapshot("k7:41", "a", "1"));
		assertThat(this.replica.told()).hasToString("k7:42");
		receive(delta("k7:41", 43, Map.of(), Set.of()));
		assertThat(this.replica.told()).hasToString("k7:43");
		assertThat(receive(version("k7:42"))).isEqualTo(Receipt.CURRENT);
		assertThat(receive(version("k7:44"))).isEqualTo(Receipt.TOLD);
		this.replica.sessionBegins();
		assertThat(this.replica.told()).hasToString("k7:43");
	}

	@Test
	void welcomeIsCurrentIfItResumes() {
		FlagPosition position = FlagPosition.parse("k7:42");
		assertThat(receive(new ServerMessage.Welcome("s", 1, SyncMode.DELTA, position, null)))
			.isEqualTo(Receipt.CURRENT);
		assertThat(receive(new ServerMessage.Welcome("s", 1, SyncMode.DELTA, null, null))).isEqualTo(Receipt.IGNORED);
	}

	@Test
	void statusFollowsTheConnection() {
		this.replica.useDefaults(FlagSet.of(Map.of("a", FlagValue.of(0))));
		assertThat(this.replica.feed().status()).isEqualTo(FlagsStatus.DEFAULTS);
		assertThat(this.replica.position()).isNull();
		this.replica.restore(snapshot("k7:41", "a", "1").snapshot());
		assertThat(this.replica.feed().status()).isEqualTo(FlagsStatus.CACHED);
		assertThat(this.replica.position()).hasToString("k7:41");
		this.replica.live(false);
		assertThat(this.replica.feed().status()).isEqualTo(FlagsStatus.CACHED);
		this.replica.live(true);
		assertThat(this.replica.feed().status()).isEqualTo(FlagsStatus.LIVE);
		this.replica.live(false);
		assertThat(this.replica.feed().status()).isEqualTo(FlagsStatus.STALE);
		assertThat(keys()).hasSize(2);
	}

	/**
	 * Messages of a server, from any point of its history on, some of them lost, repeated
	 * or late.
	 */
	@Property
	@Domain(FlagHistories.class)
	void whateverComesTheFlagsAreThoseOfThePosition(@ForAll History history, @ForAll Random random) {
		FlagReplica any = new FlagReplica(FlagHistories.FLAG_SET, () -> 0, () -> {
		});
		Accumulated app = new Accumulated();
		any.feed().changes().subscribe(app::accept);
		long highest = -1;
		for (int i = 0; i < 30; i++) {
			any.receive(message(history, random));
			FlagSnapshot stored = any.stored();
			if (stored != null) {
				assertThat(stored.position().version()).isGreaterThanOrEqualTo(highest);
				assertThat(history.snapshots()).contains(stored);
				assertThat(app.flags).isEqualTo(stored.flags());
				highest = stored.position().version();
			}
		}
		any.receive(new ServerMessage.Snapshot(history.last(), false, null));
		assertThat(any.stored()).isEqualTo(history.last());
	}

	private static ServerMessage message(History history, Random random) {
		int versions = history.snapshots().size();
		int to = random.nextInt(versions);
		FlagSnapshot snapshot = history.snapshots().get(to);
		return switch (random.nextInt(6)) {
			case 0 -> new ServerMessage.Snapshot(snapshot, false, null);
			case 1 -> new ServerMessage.Heartbeat(snapshot.position(), null);
			case 2 -> new ServerMessage.Version(snapshot.position(), null);
			default -> (to > 0) ? new ServerMessage.Delta(history.merged(random.nextInt(to), to), null)
					: new ServerMessage.Heartbeat(snapshot.position(), null);
		};
	}

	private Receipt receive(ServerMessage message) {
		return this.replica.receive(message);
	}

	private @Nullable FlagValue value(String key) {
		return this.replica.feed().snapshot().orElseThrow().flags().get(key);
	}

	private List<List<String>> keys() {
		return this.changes.stream().map((change) -> change.updates().stream().map(FlagUpdate::key).toList()).toList();
	}

	static ServerMessage.Snapshot snapshot(String position, String... flags) {
		Map<String, FlagValue> values = new LinkedHashMap<>();
		for (int i = 0; i < flags.length; i += 2) {
			values.put(flags[i], FlagValue.ofJson(flags[i + 1]));
		}
		return new ServerMessage.Snapshot(
				new FlagSnapshot(FlagSetId.of("sent"), FlagPosition.parse(position), FlagSet.of(values)), false, null);
	}

	static ServerMessage.Delta delta(String from, long version, Map<String, FlagValue> set, Set<String> removed) {
		return new ServerMessage.Delta(new FlagDelta(FlagPosition.parse(from), version, set, removed), null);
	}

	private static ServerMessage heartbeat(String position) {
		return new ServerMessage.Heartbeat(FlagPosition.parse(position), null);
	}

	private static ServerMessage version(String position) {
		return new ServerMessage.Version(FlagPosition.parse(position), null);
	}

	/**
	 * An app that knows the flags by the changes it was given only.
	 */
	private static final class Accumulated {

		private FlagSet flags = FlagSet.empty();

		private @Nullable FlagPosition position;

		void accept(FlagChange change) {
			assertThat(change.from()).isEqualTo(this.position);
			for (FlagUpdate<FlagValue> update : change.updates()) {
				assertThat(update.oldValue()).isEqualTo(this.flags.get(update.key()));
				FlagValue value = update.newValue();
				this.flags = (value != null) ? this.flags.with(Map.of(update.key(), value), Set.of())
						: this.flags.with(Map.of(), Set.of(update.key()));
			}
			this.position = change.position();
		}

	}

}
