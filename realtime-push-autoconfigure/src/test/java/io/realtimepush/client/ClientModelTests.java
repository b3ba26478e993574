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

package io.realtimepush.client;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.replica.FlagReplica;
import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.protocol.SyncMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client in a world where everything fails, in virtual time: whatever the sequence of
 * events, there are never two sessions, nothing is applied twice or backwards, after the
 * last outage the client has the newest flag set, and a closed client stays closed.
 */
class ClientModelTests {

	private static final int SEQUENCES = Integer.getInteger("realtime-push.test.sequences", 100_000);

	private static final long SEED = Long.getLong("realtime-push.test.seed", System.nanoTime());

	private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("io.realtimepush.client");

	private final Map<State, Integer> seen = new EnumMap<>(State.class);

	/** In how many sequences something happened. */
	private final Map<String, Integer> events = new TreeMap<>();

	@BeforeAll
	static void expectFailures() {
		LOGGER.setLevel(Level.OFF);
	}

	@AfterAll
	static void logAgain() {
		LOGGER.setLevel(null);
	}

	@Test
	void everySequenceOfEventsEndsWell() {
		for (int i = 0; i < SEQUENCES; i++) {
			long seed = SEED + i;
			String problem = new Sequence(seed).run();
			assertThat(problem).as("sequence of seed " + seed + "L").isNull();
		}
		assertThat(this.seen).containsOnlyKeys(State.CONNECTING, State.LIVE, State.INTERRUPTED, State.CLOSED);
		assertThat(this.events).containsOnlyKeys("checked", "live over long-poll", "live over pull", "live over sse",
				"live over websocket", "probed", "pulled", "refused for good", "resynced", "went over to a better way");
		assertThat(this.events.values()).allSatisfy((count) -> assertThat(count).isGreaterThan(SEQUENCES / 1000));
	}

	private final class Sequence {

		private final Random random;

		private final ModelWorld world;

		private final SessionKeeper keeper;

		private @Nullable FlagPosition shown;

		Sequence(long seed) {
			this.random = new Random(seed);
			this.world = new ModelWorld(this.random.nextLong());
			SyncMode mode = SyncMode.values()[this.random.nextInt(3)];
			ClientSettings settings = ClientSettings.of(ModelWorld.ENDPOINTS,
					List.of(new SubscriptionSettings(FlagSetId.of("model"), "key", mode, List.of(), null)));
			this.keeper = new SessionKeeper(settings, this.world.effects(), this.world.transports(),
					ClientIdentity.create(Map.of()), null, List.of(new Watcher()));
			replica().feed().changes().subscribe(this::applied);
		}

		private FlagReplica replica() {
			return this.keeper.subscriptions().first().replica();
		}

		private void applied(FlagChange change) {
			FlagPosition after = change.position();
			FlagPosition before = this.shown;
			if (!Objects.equals(before, change.from()) || after.equals(before)) {
				this.world.complain("change from " + change.from() + " to " + after + " was given at " + before);
			}
			if (before != null && before.isAheadOf(after)) {
				this.world.complain("went back from " + before + " to " + after);
			}
			if (!this.world.server.hasBeen(change.snapshot())) {
				this.world.complain("a state that never was: " + change.snapshot());
			}
			this.shown = after;
		}

		@Nullable String run() {
			this.world.loop.execute(this.keeper::start);
			int steps = 5 + this.random.nextInt(40);
			for (int i = 0; i < steps && this.world.complaint == null; i++) {
				step();
				this.world.loop.advance(Duration.ofMillis(pause()));
			}
			if (this.world.complaint == null) {
				settle();
			}
			this.world.seen.forEach((what) -> ClientModelTests.this.events.merge(what, 1, Integer::sum));
			return this.world.complaint;
		}

		private int pause() {
			return switch (this.random.nextInt(10)) {
				case 0, 1, 2, 3 -> this.random.nextInt(50);
				case 4, 5, 6 -> this.random.nextInt(2_000);
				case 7, 8 -> this.random.nextInt(40_000);
				default -> this.random.nextInt(600_000);
			};
		}

		private void step() {
			switch (this.random.nextInt(20)) {
				case 0 -> pause(true);
				case 1, 2 -> pause(false);
				case 3 -> this.world.loop.execute(() -> this.keeper.check("the addresses have changed"));
				case 4 -> this.world.loop.stall(Duration.ofMillis(pause()));
				case 5 -> {
					if (this.random.nextInt(20) == 0) {
						this.world.refusesForGood = true;
						this.world.seen.add("refused for good");
					}
				}
				default -> this.world.disturb();
			}
		}

		private void pause(boolean pause) {
			this.world.loop.execute(() -> {
				if (pause) {
					this.keeper.pause();
				}
				this.world.paused = pause;
				if (!pause) {
					this.keeper.resume();
				}
			});
		}

		private void settle() {
			pause(false);
			this.world.heal();
			this.world.loop.advance(Duration.ofMinutes(5));
			this.world.heal();
			this.world.loop.advance(Duration.ofMinutes(10));
			// It may just be going over to a better way
			for (int i = 0; i < 3 && !isSettled(); i++) {
				this.world.loop.advance(Duration.ofSeconds(20));
			}
			if (!isSettled()) {
				this.world.complain(this.keeper.status() + " at " + replica().position() + ", but the server is at "
						+ this.world.server.newest().position() + "; " + this.world.open + this.world.passages);
			}
			close();
		}

		private boolean isSettled() {
			State state = this.keeper.status().state();
			boolean refused = this.world.refusesForGood && state == State.CLOSED;
			return refused
					|| (state == State.LIVE && this.world.server.newest().position().equals(replica().position()));
		}

		private void close() {
			this.world.loop.execute(this.keeper::close);
			this.world.loop.execute(this.keeper::resume);
			this.world.loop.advance(Duration.ofSeconds(10));
			int before = this.world.opened;
			this.world.loop.execute(this.keeper::start);
			this.world.loop.execute(() -> this.keeper.check("never"));
			this.world.loop.advance(Duration.ofSeconds(10));
			if (this.keeper.status().state() != State.CLOSED || this.world.opened != before
					|| !this.world.open.isEmpty() || this.world.loop.pendingTimers() > 0) {
				this.world.complain("not closed: " + this.keeper.status() + ", " + this.world.open + ", "
						+ this.world.loop.pendingTimers() + " timers");
			}
		}

		private final class Watcher implements PushClientListener {

			private boolean closed;

			@Override
			public void sessionEnded(String transport, Duration lived, ConnectFailure failure) {
				switch (failure.code()) {
					case "better" -> Sequence.this.world.seen.add("went over to a better way");
					case "check_failed", "checked" -> Sequence.this.world.seen.add("checked");
					default -> {
					}
				}
			}

			@Override
			public void statusChanged(ClientStatus status) {
				ClientModelTests.this.seen.merge(status.state(), 1, Integer::sum);
				if (status.isLive()) {
					Sequence.this.world.seen.add("live over " + status.transport());
				}
				if (this.closed) {
					Sequence.this.world.complain("CLOSED was left for " + status);
				}
				this.closed = status.state() == State.CLOSED;
				if (status.isLive() && Sequence.this.world.sessions != 1) {
					Sequence.this.world.complain("LIVE with " + Sequence.this.world.sessions + " sessions");
				}
			}

		}

	}

}
