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

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link JdbcFlagSource} and {@link JdbcFlagStore} on H2.
 */
class H2FlagSourceTests extends JdbcFlagSourceSupport {

	private final List<JdbcConnectionPool> pools = new ArrayList<>();

	@Override
	DataSource emptyDatabase() {
		return pool("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
	}

	private JdbcConnectionPool pool(String url) {
		JdbcConnectionPool pool = JdbcConnectionPool.create(url, "sa", "");
		pool.setMaxConnections(2 * THREADS);
		this.pools.add(pool);
		return pool;
	}

	private void open(String url) {
		open(pool(url));
	}

	@AfterEach
	void close() {
		this.pools.forEach(JdbcConnectionPool::dispose);
	}

	@Test
	void restartKeepsPositionsAndDeltas(@TempDir Path directory) {
		close();
		String url = "jdbc:h2:file:" + directory.resolve("flags") + ";WRITE_DELAY=0";
		open(url);
		List<FlagSnapshot> history = writeRandomHistory(20);
		close();
		open(url);
		assertChangesSinceAll(source(), history);
		FlagPosition position = history.get(history.size() - 1).position();
		assertThat(store().set(SHOP, "checkout", FlagValue.TRUE)).isEqualTo(position.at(21));
	}

	@Test
	void missingTablesAreAnError() {
		JdbcFlagSource empty = new JdbcFlagSource(JdbcConnectionPool.create("jdbc:h2:mem:", "sa", ""));
		assertThatException().isThrownBy(() -> empty.versions(Set.of(SHOP)).block(TIMEOUT))
			.withMessageContaining("realtime_push_flag_set");
	}

	@Test
	void lockTimeoutIsTriedAgain() throws Exception {
		close();
		open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=50");
		store().set(SHOP, "checkout", FlagValue.FALSE);
		CountDownLatch timedOut = new CountDownLatch(1);
		JdbcFlagStore retrying = new JdbcFlagStore(source(), rollingBackTo(timedOut));
		Future<FlagPosition> update = transaction().execute((status) -> {
			store().set(SHOP, "first", FlagValue.TRUE);
			Future<FlagPosition> waiting = this.otherThreads.submit(() -> retrying.set(SHOP, "second", FlagValue.TRUE));
			await(timedOut);
			return waiting;
		});
		assertThat(update.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).version()).isEqualTo(3);
		assertThat(fetch(SHOP).flags().asMap()).containsOnlyKeys("checkout", "first", "second");
	}

	@Test
	void lockTimeoutInsideATransactionOfTheCallerIsNotTriedAgain() {
		close();
		open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=50");
		store().set(SHOP, "checkout", FlagValue.FALSE);
		transaction().executeWithoutResult((status) -> {
			store().set(SHOP, "first", FlagValue.TRUE);
			Future<?> second = this.otherThreads.submit(
					() -> transaction().executeWithoutResult((other) -> store().set(SHOP, "second", FlagValue.TRUE)));
			assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> second.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
				.withCauseInstanceOf(TransientDataAccessException.class);
		});
	}

	private JdbcTransactionManager rollingBackTo(CountDownLatch latch) {
		return new JdbcTransactionManager(dataSource()) {

			@Override
			protected void doRollback(DefaultTransactionStatus status) {
				super.doRollback(status);
				latch.countDown();
			}

		};
	}

}
