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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import javax.sql.DataSource;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.TestPostgres;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGConnectionPoolDataSource;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link JdbcFlagSource} and {@link JdbcFlagStore} on PostgreSQL.
 */
class PostgresFlagSourceTests extends JdbcFlagSourceSupport {

	private final List<JdbcConnectionPool> pools = new ArrayList<>();

	@Override
	DataSource emptyDatabase() {
		PGConnectionPoolDataSource connections = new PGConnectionPoolDataSource();
		connections.setUrl(TestPostgres.emptySchema());
		JdbcConnectionPool pool = JdbcConnectionPool.create(connections);
		pool.setMaxConnections(2 * THREADS);
		this.pools.add(pool);
		return pool;
	}

	@Test
	void flagSetThatATransactionCannotSeeIsRefused() {
		TransactionTemplate transaction = transaction();
		transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		JdbcFlagStore inside = new JdbcFlagStore(new JdbcFlagSource(dataSource()), transaction.getTransactionManager());
		assertThatExceptionOfType(ConcurrencyFailureException.class)
			.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
				new JdbcTemplate(dataSource()).queryForList("SELECT name FROM realtime_push_flag_set");
				CompletableFuture.runAsync(() -> store().set(FlagSetId.of("new"), "checkout", FlagValue.TRUE)).join();
				inside.set(FlagSetId.of("new"), "checkout", FlagValue.FALSE);
			}))
			.withMessageContaining("flag set 'new' was created by another transaction");
	}

	@AfterEach
	void close() {
		this.pools.forEach(JdbcConnectionPool::dispose);
	}

}
