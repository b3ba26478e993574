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

package io.realtimepush.source.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

import javax.sql.DataSource;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.RealtimePushException;
import io.realtimepush.source.FlagSourceContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What {@link JdbcFlagSource} and {@link JdbcFlagStore} do on every database.
 */
abstract class JdbcFlagSourceSupport implements FlagSourceContract {

	static final int THREADS = 6;

	private DataSource dataSource;

	private JdbcFlagSource source;

	private JdbcFlagStore store;

	final ExecutorService otherThreads = Executors.newCachedThreadPool();

	/** An empty database for this test. */
	abstract DataSource emptyDatabase();

	@BeforeEach
	void open() {
		open(emptyDatabase());
	}

	@AfterEach
	void endThreads() {
		this.otherThreads.shutdownNow();
	}

	void open(DataSource database) {
		this.dataSource = database;
		JdbcFlagSchema.create(database);
		this.source = new JdbcFlagSource(database);
		this.store = new JdbcFlagStore(this.source);
	}

	DataSource dataSource() {
		return this.dataSource;
	}

	JdbcFlagStore store() {
		return this.store;
	}

	@Override
	public JdbcFlagSource source() {
		return this.source;
	}

	@Override
	public void write(FlagSetId flagSet, Map<String, FlagValue> set, Set<String> removed) {
		this.store.update(flagSet, set, removed);
	}

	@Test
	void schemaMayBeRunAgain() {
		FlagPosition position = this.store.set(SHOP, "checkout", FlagValue.TRUE);
		JdbcFlagSchema.create(this.dataSource);
		assertThat(position(SHOP)).isEqualTo(position);
	}

	@Test
	void nodesThatStartAtOnceCreateTheTables() throws Exception {
		DataSource database = emptyDatabase();
		CyclicBarrier barrier = new CyclicBarrier(THREADS);
		inParallel(THREADS, (thread) -> {
			barrier.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			JdbcFlagSchema.create(database);
		});
		assertThat(new JdbcFlagSource(database).versions(Set.of(SHOP)).block(TIMEOUT)).isEmpty();
	}

	@Test
	void namesThatDifferInCaseOrTrailingBlanksAreDifferent() {
		Map<String, FlagValue> flags = Map.of("a", FlagValue.of(1), "a ", FlagValue.of(2), "A", FlagValue.of(3), "ä",
				FlagValue.of(4));
		for (String name : List.of("shop", "shop ", "Shop")) {
			this.store.update(FlagSetId.of(name), flags, Set.of());
			this.store.remove(FlagSetId.of(name), "a ");
		}
		assertThat(fetch(FlagSetId.of("shop ")).flags().asMap())
			.isEqualTo(Map.of("a", FlagValue.of(1), "A", FlagValue.of(3), "ä", FlagValue.of(4)));
		assertThat(position(FlagSetId.of("shop")).version()).isEqualTo(2);
		assertThat(position(FlagSetId.of("Shop")).version()).isEqualTo(2);
	}

	@Test
	void namesAsLongAsTheyMayBeAndValuesOfAMegabyte() {
		FlagSetId longest = FlagSetId.of("漢".repeat(128));
		String key = "漢".repeat(FlagSet.MAX_KEY_LENGTH);
		FlagValue value = FlagValue.of("漢".repeat(350_000));
		this.store.set(longest, key, value);
		assertThat(fetch(longest).flags().asMap()).isEqualTo(Map.of(key, value));
	}

	@Test
	void versionsOfMoreFlagSetsThanAStatementMayName() {
		FlagPosition position = this.store.set(SHOP, "checkout", FlagValue.TRUE);
		Set<FlagSetId> flagSets = new HashSet<>(Set.of(SHOP));
		for (int i = 0; i < 70_000; i++) {
			flagSets.add(FlagSetId.of("set" + i));
		}
		assertThat(this.source.versions(flagSets).block(TIMEOUT)).isEqualTo(Map.of(SHOP, position));
	}

	@Test
	void updateAnswersThePositionThatHoldsIt() {
		FlagPosition first = this.store.set(SHOP, "checkout", FlagValue.TRUE);
		assertThat(first.version()).isEqualTo(1);
		assertThat(position(SHOP)).isEqualTo(first);
		FlagPosition second = this.store.remove(SHOP, "checkout");
		assertThat(second).isEqualTo(first.at(2));
		assertThat(fetch(SHOP)).isEqualTo(new FlagSnapshot(SHOP, second, FlagSet.empty()));
	}

	@Test
	void badUpdateChangesNothing() {
		FlagPosition position = this.store.set(SHOP, "checkout", FlagValue.TRUE);
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.set(SHOP, "", FlagValue.TRUE));
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.remove(SHOP, "a\nb"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.store.update(SHOP, Map.of("a", FlagValue.TRUE), Set.of("a")));
		assertThat(position(SHOP)).isEqualTo(position);
	}

	@Test
	void versionsAreOneQuery() {
		Set<FlagSetId> flagSets = new HashSet<>();
		for (int i = 0; i < 50; i++) {
			flagSets.add(FlagSetId.of("set" + i));
			this.store.set(FlagSetId.of("set" + i), "checkout", FlagValue.TRUE);
		}
		AtomicInteger connections = new AtomicInteger();
		JdbcFlagSource counted = new JdbcFlagSource(new DelegatingDataSource(this.dataSource) {

			@Override
			public Connection getConnection() throws SQLException {
				connections.incrementAndGet();
				return super.getConnection();
			}

		});
		assertThat(counted.versions(flagSets).block(TIMEOUT)).hasSize(50);
		assertThat(connections).hasValue(1);
	}

	@Test
	void concurrentWritersLoseNothingAndEachHasItsOwnVersion() throws Exception {
		int updates = 40;
		List<FlagPosition> positions = new CopyOnWriteArrayList<>();
		inParallel(THREADS, (thread) -> {
			for (int i = 1; i <= updates; i++) {
				positions.add(this.store.set(SHOP, "flag" + thread, FlagValue.of(i)));
			}
		});
		assertThat(positions).extracting(FlagPosition::version)
			.containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, THREADS * updates).boxed().toList());
		assertThat(fetch(SHOP).position().version()).isEqualTo(THREADS * updates);
		assertThat(fetch(SHOP).flags().asMap()).hasSize(THREADS);
		assertThat(fetch(SHOP).flags().asMap().values()).containsOnly(FlagValue.of(updates));
	}

	@Test
	void readersNeverSeeATornState() throws Exception {
		AtomicBoolean writing = new AtomicBoolean(true);
		this.store.update(SHOP, pair("start"), Set.of());
		List<Future<?>> readers = List.of(this.otherThreads.submit(() -> fetchWhile(writing)),
				this.otherThreads.submit(() -> followWhile(writing)));
		try {
			inParallel(3, (thread) -> {
				for (int i = 0; i < 60; i++) {
					Map<String, FlagValue> flags = new HashMap<>(pair(thread + "-" + i));
					boolean odd = i % 2 == 1;
					if (odd) {
						flags.put("odd" + thread, FlagValue.TRUE);
					}
					this.store.update(SHOP, flags, odd ? Set.of() : Set.of("odd" + thread));
				}
			});
		}
		finally {
			writing.set(false);
		}
		for (Future<?> reader : readers) {
			reader.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		}
	}

	private Void fetchWhile(AtomicBoolean writing) {
		Map<FlagPosition, FlagSet> seen = new HashMap<>();
		while (writing.get()) {
			FlagSnapshot snapshot = fetch(SHOP);
			assertWhole(snapshot);
			FlagSet before = seen.put(snapshot.position(), snapshot.flags());
			assertThat(before).isIn(null, snapshot.flags());
		}
		return null;
	}

	private Void followWhile(AtomicBoolean writing) {
		FlagSnapshot snapshot = fetch(SHOP);
		while (writing.get()) {
			FlagDelta delta = this.source.changesSince(SHOP, snapshot.position()).block(TIMEOUT);
			if (delta != null) {
				snapshot = snapshot.apply(delta);
				assertWhole(snapshot);
			}
		}
		FlagDelta last = this.source.changesSince(SHOP, snapshot.position()).block(TIMEOUT);
		assertThat((last != null) ? snapshot.apply(last) : snapshot).isEqualTo(fetch(SHOP));
		return null;
	}

	private static void assertWhole(FlagSnapshot snapshot) {
		assertThat(snapshot.flags().get("left")).as("left and right at %s", snapshot.position())
			.isEqualTo(snapshot.flags().get("right"));
	}

	private static Map<String, FlagValue> pair(String name) {
		// Longer than what H2 keeps inline
		FlagValue value = FlagValue.of(name + "x".repeat(5000));
		return Map.of("left", value, "right", value);
	}

	@Test
	void versionOrderIsCommitOrder() throws Exception {
		FlagPosition before = this.store.set(SHOP, "first", FlagValue.FALSE);
		CountDownLatch written = new CountDownLatch(1);
		CountDownLatch commit = new CountDownLatch(1);
		Future<FlagPosition> first = this.otherThreads.submit(() -> transaction().execute((status) -> {
			FlagPosition position = this.store.set(SHOP, "first", FlagValue.TRUE);
			written.countDown();
			await(commit);
			return position;
		}));
		await(written);
		AtomicBoolean committed = new AtomicBoolean();
		Future<FlagPosition> second = this.otherThreads.submit(() -> {
			FlagPosition position = this.store.set(SHOP, "second", FlagValue.TRUE);
			assertThat(committed).isTrue();
			return position;
		});
		assertThat(position(SHOP)).isEqualTo(before);
		assertThat(fetch(SHOP).position()).isEqualTo(before);
		committed.set(true);
		commit.countDown();
		assertThat(first.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(before.at(2));
		assertThat(second.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(before.at(3));
	}

	@Test
	void rolledBackUpdateLeavesNoTrace() {
		FlagPosition before = this.store.set(SHOP, "checkout", FlagValue.TRUE);
		transaction().executeWithoutResult((status) -> {
			this.store.update(SHOP, Map.of("added", FlagValue.TRUE), Set.of("checkout"));
			this.store.set(BLOG, "comments", FlagValue.TRUE);
			status.setRollbackOnly();
		});
		assertThat(position(SHOP)).isEqualTo(before);
		assertThat(position(BLOG)).isNull();
		assertThat(fetch(SHOP).flags().asMap()).containsOnlyKeys("checkout");
	}

	@Test
	void hintComesAfterTheCommitOfTheCaller() {
		List<FlagPosition> hinted = new ArrayList<>();
		var subscription = this.source.hints().subscribe((flagSet) -> hinted.add(position(flagSet)));
		FlagPosition position = transaction().execute((status) -> {
			this.store.set(SHOP, "checkout", FlagValue.TRUE);
			FlagPosition last = this.store.set(SHOP, "checkout", FlagValue.FALSE);
			assertThat(hinted).isEmpty();
			return last;
		});
		assertThat(hinted).isNotEmpty().containsOnly(position);
		hinted.clear();
		transaction().executeWithoutResult((status) -> {
			this.store.set(SHOP, "checkout", FlagValue.TRUE);
			status.setRollbackOnly();
		});
		assertThat(hinted).isEmpty();
		subscription.dispose();
	}

	@Test
	void writersRacingToCreateAFlagSetAllSucceed() throws Exception {
		for (int round = 0; round < 20; round++) {
			FlagSetId flagSet = FlagSetId.of("set" + round);
			CyclicBarrier barrier = new CyclicBarrier(THREADS);
			List<FlagPosition> positions = new CopyOnWriteArrayList<>();
			inParallel(THREADS, (thread) -> {
				barrier.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
				positions.add(this.store.set(flagSet, "flag" + thread, FlagValue.TRUE));
			});
			assertThat(positions).extracting(FlagPosition::epoch).containsOnly(positions.get(0).epoch());
			assertThat(positions).extracting(FlagPosition::version)
				.containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, THREADS).boxed().toList());
			assertThat(fetch(flagSet).flags().size()).isEqualTo(THREADS);
		}
	}

	@Test
	void flagSetIsCreatedInsideATransactionWhoseOtherWorkSurvives() throws Exception {
		CountDownLatch created = new CountDownLatch(1);
		CountDownLatch commit = new CountDownLatch(1);
		Future<?> first = this.otherThreads.submit(() -> transaction().executeWithoutResult((status) -> {
			this.store.set(SHOP, "first", FlagValue.TRUE);
			created.countDown();
			await(commit);
		}));
		await(created);
		Future<FlagPosition> second = this.otherThreads.submit(() -> transaction().execute((status) -> {
			this.store.set(BLOG, "comments", FlagValue.TRUE);
			commit.countDown();
			return this.store.set(SHOP, "second", FlagValue.TRUE);
		}));
		first.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(second.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).version()).isEqualTo(2);
		assertThat(fetch(SHOP).flags().asMap()).containsOnlyKeys("first", "second");
		assertThat(fetch(BLOG).flags().asMap()).containsOnlyKeys("comments");
	}

	@Test
	void changesSinceEveryVersionLeadToThePresentFlags() {
		List<FlagSnapshot> history = writeRandomHistory(80);
		assertChangesSinceAll(this.source, history);
	}

	List<FlagSnapshot> writeRandomHistory(int updates) {
		Random random = new Random(42);
		List<FlagSnapshot> history = new ArrayList<>();
		for (int i = 0; i < updates; i++) {
			Map<String, FlagValue> set = new HashMap<>();
			Set<String> removed = new HashSet<>();
			for (int n = random.nextInt(5); n > 0; n--) {
				String key = "flag" + random.nextInt(12);
				if (random.nextBoolean()) {
					set.put(key, FlagValue.of(i));
					removed.remove(key);
				}
				else {
					removed.add(key);
					set.remove(key);
				}
			}
			this.store.update(SHOP, set, removed);
			history.add(fetch(SHOP));
		}
		return history;
	}

	static void assertChangesSinceAll(FlagSource source, List<FlagSnapshot> history) {
		FlagSnapshot present = history.get(history.size() - 1);
		assertThat(source.fetch(SHOP).block(TIMEOUT)).isEqualTo(present);
		for (FlagSnapshot before : history.subList(0, history.size() - 1)) {
			FlagDelta delta = source.changesSince(SHOP, before.position()).block(TIMEOUT);
			assertThat(before.apply(delta)).isEqualTo(present);
		}
	}

	@Test
	void removalLeavesATombstoneUntilTheFlagIsSetAgain() {
		FlagPosition set = this.store.set(SHOP, "checkout", FlagValue.TRUE);
		FlagPosition removed = this.store.remove(SHOP, "checkout");
		this.store.remove(SHOP, "checkout");
		assertThat(changesSince(set).removed()).containsExactly("checkout");
		assertThat(changesSince(removed).isEmpty()).as("a removal of what is gone").isTrue();
		this.store.set(SHOP, "checkout", FlagValue.FALSE);
		assertThat(changesSince(set).removed()).isEmpty();
		assertThat(changesSince(set).set()).containsExactly(Map.entry("checkout", FlagValue.FALSE));
	}

	private FlagDelta changesSince(FlagPosition position) {
		return this.source.changesSince(SHOP, position).block(TIMEOUT);
	}

	@Test
	void tombstonesHoldAcrossARenewedEpoch() {
		this.store.update(SHOP, Map.of("a", FlagValue.TRUE, "b", FlagValue.TRUE), Set.of());
		FlagPosition old = this.store.remove(SHOP, "a");
		FlagPosition renewed = this.source.renewEpoch(SHOP, old).block(TIMEOUT);
		FlagSnapshot snapshot = fetch(SHOP);
		assertThat(snapshot.position()).isEqualTo(renewed);
		assertThat(snapshot.flags().asMap()).containsOnlyKeys("b");
		this.store.update(SHOP, Map.of("a", FlagValue.FALSE), Set.of("b"));
		assertThat(snapshot.apply(changesSince(renewed))).isEqualTo(fetch(SHOP));
		assertThat(this.source.changesSince(SHOP, old).blockOptional(TIMEOUT)).isEmpty();
	}

	@Test
	void nodesOnOneDatabaseHaveTheSamePositionsAndDeltas() throws Exception {
		JdbcFlagSource otherSource = new JdbcFlagSource(this.dataSource);
		JdbcFlagStore otherStore = new JdbcFlagStore(otherSource);
		List<FlagSnapshot> history = writeRandomHistory(10);
		assertChangesSinceAll(otherSource, history);
		inParallel(2, (thread) -> {
			for (int i = 0; i < 30; i++) {
				((thread == 0) ? this.store : otherStore).set(SHOP, "flag" + thread, FlagValue.of(i));
			}
		});
		assertThat(otherSource.fetch(SHOP).block(TIMEOUT)).isEqualTo(fetch(SHOP));
		assertThat(position(SHOP).version()).isEqualTo(70);
	}

	@Test
	void oneOfSeveralNodesRenewsTheEpoch() {
		FlagPosition confirmed = this.store.set(SHOP, "checkout", FlagValue.TRUE);
		List<FlagPosition> renewed = Flux.range(0, THREADS)
			.flatMap((node) -> new JdbcFlagSource(this.dataSource).renewEpoch(SHOP, confirmed))
			.collectList()
			.block(TIMEOUT);
		assertThat(renewed).singleElement().satisfies((position) -> {
			assertThat(position.epoch()).isNotEqualTo(confirmed.epoch());
			assertThat(position(SHOP)).isEqualTo(position);
		});
	}

	@Test
	void valueThatIsNoJsonIsNamed() {
		this.store.set(SHOP, "checkout", FlagValue.TRUE);
		new JdbcTemplate(this.dataSource).update("UPDATE realtime_push_flag SET flag_value = 'on'");
		StepVerifier.create(this.source.fetch(SHOP))
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(RealtimePushException.class)
				.hasMessageContaining("'checkout'")
				.hasMessageContaining("'shop/production'"))
			.verify(TIMEOUT);
	}

	@Test
	void rowThatNobodyCanReadDoesNotHideTheOthers() {
		FlagPosition position = this.store.set(SHOP, "checkout", FlagValue.TRUE);
		FlagSetId broken = FlagSetId.of("broken");
		this.store.set(broken, "checkout", FlagValue.TRUE);
		new JdbcTemplate(this.dataSource)
			.update("UPDATE realtime_push_flag_set SET version = -1 WHERE name = 'broken'");
		assertThat(this.source.versions(Set.of(SHOP, broken)).block(TIMEOUT)).isEqualTo(Map.of(SHOP, position));
	}

	@Test
	void changeWrittenBySqlIsADelta() {
		FlagPosition before = this.store.update(SHOP, Map.of("checkout", FlagValue.FALSE, "old", FlagValue.TRUE),
				Set.of());
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		transaction().executeWithoutResult((status) -> {
			jdbc.update("UPDATE realtime_push_flag_set SET version = version + 1 WHERE name = 'shop/production'");
			String change = """
					UPDATE realtime_push_flag SET flag_value = ' { "a" : 1.0 } ', removed = %s,
						version = (SELECT version FROM realtime_push_flag_set WHERE name = 'shop/production')
					WHERE flag_set = 'shop/production' AND flag_key = '%s'""";
			jdbc.update(change.formatted("FALSE", "checkout"));
			jdbc.update(change.formatted("TRUE", "old"));
		});
		assertThat(changesSince(before))
			.isEqualTo(new FlagDelta(before, 2, Map.of("checkout", FlagValue.ofJson("{\"a\":1.0}")), Set.of("old")));
	}

	@Test
	void flagSetCreatedBySqlIsThere() {
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		transaction().executeWithoutResult((status) -> {
			jdbc.update(
					"INSERT INTO realtime_push_flag_set (name, epoch, version) VALUES ('shop/production', 'f7k2', 1)");
			jdbc.update("""
					INSERT INTO realtime_push_flag (flag_set, flag_key, flag_value, version, removed)
					SELECT name, 'checkout', 'true', version, FALSE FROM realtime_push_flag_set
					WHERE name = 'shop/production'""");
		});
		assertThat(fetch(SHOP)).isEqualTo(
				new FlagSnapshot(SHOP, new FlagPosition("f7k2", 1), FlagSet.of(Map.of("checkout", FlagValue.TRUE))));
	}

	@Test
	void flagSetThatIsCreatedAgainHasAnotherEpoch() {
		FlagPosition before = this.store.set(SHOP, "checkout", FlagValue.TRUE);
		new JdbcTemplate(this.dataSource).update("DELETE FROM realtime_push_flag_set");
		this.store.set(SHOP, "theme", FlagValue.TRUE);
		assertThat(fetch(SHOP).flags().asMap()).containsOnlyKeys("theme");
		assertThat(fetch(SHOP).position().isSameEpoch(before)).isFalse();
	}

	/**
	 * A transaction of an app, with the isolation that most databases have by default.
	 */
	TransactionTemplate transaction() {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
		return transaction;
	}

	static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	void inParallel(int threads, Work work) throws Exception {
		List<Callable<Void>> tasks = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			int thread = i;
			tasks.add(() -> {
				work.run(thread);
				return null;
			});
		}
		for (Future<Void> future : this.otherThreads.invokeAll(tasks, TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
			future.get();
		}
	}

	@FunctionalInterface
	interface Work {

		void run(int thread) throws Exception;

	}

}
