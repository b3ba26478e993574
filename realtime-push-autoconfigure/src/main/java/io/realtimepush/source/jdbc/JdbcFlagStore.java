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
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.Epochs;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagStore;
import io.realtimepush.flags.FlagValue;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.Assert;

/**
 * Writes the flags that a {@link JdbcFlagSource} reads, here or on other nodes.
 * <p>
 * An update raises the version by {@code UPDATE} of the flag set's row before it does
 * anything else. The lock of that row lets one writer in at a time until it commits, so
 * versions become visible in their order and each holds whole updates. Inside a
 * transaction of the caller the update is committed with it, and readers are hinted then.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class JdbcFlagStore implements FlagStore {

	private static final int MAX_ATTEMPTS = 5;

	private static final String RAISE = "UPDATE realtime_push_flag_set SET version = version + 1 WHERE name = :name";

	private static final String CREATE = "INSERT INTO realtime_push_flag_set (name, epoch, version) VALUES (?, ?, 0)";

	private static final String POSITION = "SELECT epoch, version FROM realtime_push_flag_set WHERE name = :name";

	private static final String CHANGE = """
			UPDATE realtime_push_flag SET flag_value = ?, version = ?, removed = FALSE
			WHERE flag_set = ? AND flag_key = ?""";

	private static final String ADD = """
			INSERT INTO realtime_push_flag (flag_value, version, flag_set, flag_key, removed)
			VALUES (?, ?, ?, ?, FALSE)""";

	private static final String REMOVE = """
			UPDATE realtime_push_flag SET flag_value = 'null', version = ?, removed = TRUE
			WHERE flag_set = ? AND flag_key = ? AND removed = FALSE""";

	private final JdbcFlagSource source;

	private final JdbcTemplate jdbcTemplate;

	private final JdbcClient jdbcClient;

	private final TransactionTemplate writing;

	/**
	 * Create a store with transactions of its own, or those of a caller who uses a
	 * {@link JdbcTransactionManager} for the same data source.
	 * @param source the source of this node, which is hinted after each commit
	 */
	public JdbcFlagStore(JdbcFlagSource source) {
		this(source, new JdbcTransactionManager(source.dataSource()));
		// A stricter default would fail writers who only have to wait
		this.writing.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
	}

	/**
	 * Create a store that takes part in the app's transactions.
	 * @param source the source of this node, which is hinted after each commit
	 * @param transactionManager the app's transaction manager, which must expose its
	 * transactions for the source's data source, as those for JDBC, JPA and JTA do
	 */
	public JdbcFlagStore(JdbcFlagSource source, PlatformTransactionManager transactionManager) {
		this.source = source;
		this.jdbcTemplate = new JdbcTemplate(source.dataSource());
		this.jdbcClient = JdbcClient.create(this.jdbcTemplate);
		this.writing = new TransactionTemplate(transactionManager);
	}

	/**
	 * {@inheritDoc}
	 * @throws DataAccessException if the database refuses the update. Deadlocks and the
	 * like are tried again first, but not inside a transaction of the caller
	 */
	@Override
	public FlagPosition update(FlagSetId flagSet, Map<String, FlagValue> set, Set<String> removed) {
		set.keySet().forEach(FlagSet::requireValidKey);
		removed.forEach(FlagSet::requireValidKey);
		Assert.isTrue(Collections.disjoint(set.keySet(), removed), "a flag must not be both set and removed");
		boolean ownTransaction = !TransactionSynchronizationManager.isActualTransactionActive();
		for (int attempt = 1;; attempt++) {
			try {
				return this.writing.execute((status) -> write(flagSet, set, removed));
			}
			catch (TransientDataAccessException ex) {
				if (!ownTransaction || attempt == MAX_ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	private FlagPosition write(FlagSetId flagSet, Map<String, FlagValue> set, Set<String> removed) {
		if (!raise(flagSet)) {
			boolean created = create(flagSet);
			if (!raise(flagSet)) {
				throw new ConcurrencyFailureException(
						"flag set '" + flagSet + "' was " + (created ? "removed" : "created")
								+ " by another transaction, which this one does not see; " + "try again in a new one");
			}
		}
		FlagPosition position = this.jdbcClient.sql(POSITION)
			.param("name", flagSet.name())
			.query((row, number) -> new FlagPosition(row.getString(1), row.getLong(2)))
			.single();
		writeFlags(flagSet, position.version(), set);
		removeFlags(flagSet, position.version(), removed);
		hintAfterCommit(flagSet);
		return position;
	}

	private boolean raise(FlagSetId flagSet) {
		return this.jdbcClient.sql(RAISE).param("name", flagSet.name()).update() > 0;
	}

	private boolean create(FlagSetId flagSet) {
		Boolean created = this.jdbcTemplate.execute((Connection connection) -> {
			// Another writer may be first: without a savepoint PostgreSQL aborts then
			Savepoint savepoint = connection.setSavepoint();
			try {
				return this.jdbcTemplate.update(CREATE, flagSet.name(), Epochs.random()) > 0;
			}
			catch (DuplicateKeyException ex) {
				connection.rollback(savepoint);
				return false;
			}
		});
		return Boolean.TRUE.equals(created);
	}

	private void writeFlags(FlagSetId flagSet, long version, Map<String, FlagValue> set) {
		List<Object[]> rows = new ArrayList<>(set.size());
		set.forEach((key, value) -> rows.add(new Object[] { value.json(), version, flagSet.name(), key }));
		if (rows.isEmpty()) {
			return;
		}
		int[] changed = this.jdbcTemplate.batchUpdate(CHANGE, rows);
		List<Object[]> missing = new ArrayList<>();
		for (int i = 0; i < changed.length; i++) {
			// Some drivers do not count within a batch
			if (changed[i] == 0 || (changed[i] < 0 && this.jdbcTemplate.update(CHANGE, rows.get(i)) == 0)) {
				missing.add(rows.get(i));
			}
		}
		if (!missing.isEmpty()) {
			this.jdbcTemplate.batchUpdate(ADD, missing);
		}
	}

	private void removeFlags(FlagSetId flagSet, long version, Set<String> removed) {
		if (!removed.isEmpty()) {
			this.jdbcTemplate.batchUpdate(REMOVE,
					removed.stream().map((key) -> new Object[] { version, flagSet.name(), key }).toList());
		}
	}

	private void hintAfterCommit(FlagSetId flagSet) {
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			// The probe finds the change: a hint before the commit would be wrong
			return;
		}
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				JdbcFlagStore.this.source.hint(flagSet);
			}

		});
	}

}
