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

import javax.sql.DataSource;

import io.realtimepush.source.TestPostgres;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.postgresql.ds.PGConnectionPoolDataSource;

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

	@AfterEach
	void close() {
		this.pools.forEach(JdbcConnectionPool::dispose);
	}

}
