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

package io.realtimepush.endtoend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import io.realtimepush.endtoend.FailingFlagSource.Fault;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.jdbc.JdbcFlagSchema;
import io.realtimepush.source.jdbc.JdbcFlagSource;
import io.realtimepush.source.jdbc.JdbcFlagStore;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that clients end with the newest flag set, and never go back or see a torn one,
 * whatever connections, nodes and the source do meanwhile.
 */
class ConvergenceTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final int CLIENTS = 200;

	private static final int WRITERS = 4;

	private static final int CHANGES = 2000;

	private final long seed = Long.getLong("realtime-push.test.seed", System.nanoTime());

	private final Map<Long, Change> changes = new ConcurrentSkipListMap<>();

	private final List<FailingFlagSource> sources = new ArrayList<>();

	private final List<JdbcFlagStore> stores = new ArrayList<>();

	private final List<PushServer> servers = new ArrayList<>();

	private final List<TestPushClient> clients = new ArrayList<>();

	private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);

	private JdbcConnectionPool database;

	@BeforeEach
	void startNodes() {
		this.database = JdbcConnectionPool.create("jdbc:h2:mem:convergence" + this.seed + ";DB_CLOSE_DELAY=-1", "sa",
				"");
		this.database.setMaxConnections(20);
		JdbcFlagSchema.create(this.database);
		for (int i = 0; i < 2; i++) {
			JdbcFlagSource source = new JdbcFlagSource(this.database);
			this.stores.add(new JdbcFlagStore(source));
			this.sources.add(new FailingFlagSource(source));
		}
		write(this.stores.get(0), new Random(this.seed), 0);
		this.sources.forEach((source) -> this.servers.add(PushServer.start(source, "realtime-push.watch.interval=150ms",
				"realtime-push.watch.timeout=500ms", "realtime-push.watch.max-back-off=1s",
				"realtime-push.server.limits.max-messages-per-second=1000")));
	}

	@AfterEach
	void stopNodes() {
		this.clients.forEach(TestPushClient::end);
		this.writers.shutdownNow();
		this.servers.forEach(PushServer::close);
		this.database.dispose();
	}

	@Test
	void clientsConvergeWhateverHappens() throws Exception {
		Random random = new Random(this.seed);
		startClients(random);
		List<Future<?>> writing = startWriters(random);
		while (!writing.stream().allMatch(Future::isDone)) {
			disturb(random);
			LockSupport.parkNanos(2_000_000);
		}
		for (Future<?> done : writing) {
			done.get(1, TimeUnit.SECONDS);
		}
		this.sources.forEach((source) -> source.fault = Fault.NONE);
		long last = write(this.stores.get(0), random, CHANGES).version();
		assertThat(last).isEqualTo(CHANGES + 2);
		PushServer.await(Duration.ofSeconds(15),
				() -> "seed " + this.seed + ", newest version " + last + ", but "
						+ this.clients.stream().filter((client) -> client.version() != last).toList(),
				() -> this.clients.stream()
					.allMatch((client) -> client.version() == last || client.complaint() != null));
		assertThat(this.clients.stream().map(TestPushClient::complaint).filter(Objects::nonNull))
			.as("seed " + this.seed)
			.isEmpty();
		assertEveryStateIsWhole();
		this.clients.forEach(TestPushClient::end);
		this.servers.forEach((server) -> server.awaitNobody(Duration.ofSeconds(20)));
	}

	private void startClients(Random random) {
		int[] ports = this.servers.stream().mapToInt(PushServer::port).toArray();
		for (int i = 0; i < CLIENTS; i++) {
			View view = View.values()[i % View.values().length];
			TestPushClient client = new TestPushClient(view + "-" + i, random.nextLong(), view.key, view.query, ports);
			this.clients.add(client);
			client.start();
		}
	}

	private List<Future<?>> startWriters(Random random) {
		AtomicInteger number = new AtomicInteger();
		List<Future<?>> writing = new ArrayList<>();
		for (int i = 0; i < WRITERS; i++) {
			Random own = new Random(random.nextLong());
			JdbcFlagStore store = this.stores.get(i % this.stores.size());
			writing.add(this.writers.submit(() -> IntStream.range(0, CHANGES / WRITERS).forEach((change) -> {
				write(store, own, number.incrementAndGet());
				if (own.nextInt(10) == 0) {
					LockSupport.parkNanos(1_000_000L * own.nextInt(250));
				}
			})));
		}
		return writing;
	}

	/** Two pairs of flags always change together; others come and go. */
	private FlagPosition write(JdbcFlagStore store, Random random, int number) {
		FlagValue value = FlagValue.ofJson(Integer.toString(number));
		Map<String, FlagValue> set = new HashMap<>(
				Map.of("pair.left", value, "pair.right", value, "ui.left", value, "ui.right", value));
		Set<String> removed = new HashSet<>();
		for (int i = random.nextInt(4); i > 0; i--) {
			String key = (random.nextBoolean() ? "ui." : "other.") + random.nextInt(20);
			if (random.nextInt(3) == 0) {
				removed.add(key);
				set.remove(key);
			}
			else {
				set.put(key, FlagValue.ofJson("\"" + number + "x".repeat(random.nextInt(100)) + "\""));
				removed.remove(key);
			}
		}
		FlagPosition position = store.update(FLAG_SET, set, removed);
		this.changes.put(position.version(), new Change(set, removed));
		return position;
	}

	private void disturb(Random random) {
		TestPushClient client = this.clients.get(random.nextInt(CLIENTS));
		switch (random.nextInt(400)) {
			case 0 -> {
				Fault[] faults = Fault.values();
				// Most of the time the source is well
				int fault = random.nextInt(2 * faults.length);
				this.sources.get(random.nextInt(2)).fault = (fault < faults.length) ? faults[fault] : Fault.NONE;
			}
			default -> {
				switch (random.nextInt(20)) {
					case 0 -> client.loseConnection(true);
					case 1 -> client.loseConnection(false);
					case 2 -> client.stall(random.nextInt(1000));
					default -> {
					}
				}
			}
		}
	}

	/** Build every version from the changes, and compare it with what clients saw. */
	private void assertEveryStateIsWhole() {
		Map<View, Map<Long, Integer>> expected = new HashMap<>();
		for (View view : View.values()) {
			Map<String, String> flags = new TreeMap<>();
			Map<Long, Integer> hashes = expected.computeIfAbsent(view, (same) -> new HashMap<>());
			this.changes.forEach((version, change) -> {
				change.set().forEach((key, value) -> {
					if (view.shows.test(key)) {
						flags.put(key, value.json());
					}
				});
				change.removed().forEach(flags::remove);
				hashes.put(version, flags.hashCode());
			});
		}
		for (int i = 0; i < CLIENTS; i++) {
			TestPushClient client = this.clients.get(i);
			assertThat(expected.get(View.values()[i % View.values().length])).as("seed " + this.seed + ", " + client)
				.containsAllEntriesOf(client.applied());
		}
	}

	private record Change(Map<String, FlagValue> set, Set<String> removed) {
	}

	private enum View {

		ALL(PushServer.SERVER_KEY, "", (key) -> true),

		BY_KEY(PushServer.CLIENT_KEY, "", (key) -> key.startsWith("ui.")),

		BY_FILTER(PushServer.SERVER_KEY, "&flags=pair.*&flags=other.1*",
				(key) -> key.startsWith("pair.") || key.startsWith("other.1")),

		BY_BOTH(PushServer.CLIENT_KEY, "&flags=*t", (key) -> key.startsWith("ui.") && key.endsWith("t"));

		private final String key;

		private final String query;

		private final Predicate<String> shows;

		View(String key, String query, Predicate<String> shows) {
			this.key = key;
			this.query = query;
			this.shows = shows;
		}

	}

}
