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

package io.realtimepush.benchmarks.latency;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import javax.sql.DataSource;

import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.jdbc.JdbcFlagSchema;
import io.realtimepush.source.jdbc.JdbcFlagSource;
import io.realtimepush.source.jdbc.JdbcFlagStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.postgresql.ds.PGPoolingDataSource;

/**
 * A flag in a database, which is changed by SQL over a connection that the server knows
 * nothing of. The pool is not the best there is, but comes with the driver.
 */
@SuppressWarnings("deprecation")
final class CommittedFlag implements AutoCloseable {

	private static final String RAISE = "UPDATE realtime_push_flag_set SET version = version + 1 WHERE name = ?";

	private static final String CHANGE = """
			UPDATE realtime_push_flag SET flag_value = ?,
				version = (SELECT version FROM realtime_push_flag_set WHERE name = ?)
			WHERE flag_set = ? AND flag_key = ?""";

	private final String url;

	private final PGPoolingDataSource pool;

	private final Connection connection;

	private final PreparedStatement raise;

	private final PreparedStatement change;

	CommittedFlag(EmbeddedPostgres database) {
		this.url = database.getJdbcUrl("postgres", "postgres");
		this.pool = pool(this.url);
		JdbcFlagSchema.create(this.pool);
		new JdbcFlagStore(new JdbcFlagSource(this.pool)).set(ChangeToHandler.FLAG_SET, ChangeToHandler.FLAG,
				FlagValue.of(-2));
		try {
			this.connection = this.pool.getConnection();
			this.connection.setAutoCommit(false);
			String name = ChangeToHandler.FLAG_SET.name();
			this.raise = this.connection.prepareStatement(RAISE);
			this.raise.setString(1, name);
			this.change = this.connection.prepareStatement(CHANGE);
			this.change.setString(2, name);
			this.change.setString(3, name);
			this.change.setString(4, ChangeToHandler.FLAG);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static PGPoolingDataSource pool(String url) {
		PGPoolingDataSource pool = new PGPoolingDataSource();
		pool.setDataSourceName(CommittedFlag.class.getName());
		pool.setUrl(url);
		pool.setMaxConnections(10);
		return pool;
	}

	ChangeToHandler way(boolean notified) {
		return new ChangeToHandler("websocket", this::commit,
				(context) -> context.getBeanFactory().registerSingleton("dataSource", (DataSource) this.pool),
				"realtime-push.source.jdbc.enabled=true", "realtime-push.source.jdbc.notify.enabled=" + notified,
				"realtime-push.source.jdbc.notify.url=" + this.url);
	}

	private long commit(int value) {
		try {
			this.raise.executeUpdate();
			this.change.setString(1, Integer.toString(value));
			this.change.executeUpdate();
			long since = System.nanoTime();
			this.connection.commit();
			return since;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.pool.close();
	}

}
