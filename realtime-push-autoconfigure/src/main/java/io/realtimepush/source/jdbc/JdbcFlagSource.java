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

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

import javax.sql.DataSource;

import io.realtimepush.flags.Epochs;
import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagHints;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSetNotFoundException;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.RealtimePushException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Flags in the tables of {@link JdbcFlagSchema}. All nodes on one database see the same
 * positions. A row keeps the version of its last change and a removal leaves a tombstone,
 * so a delta can be given from any version of the epoch, whoever held it.
 * <p>
 * Each read is one statement, in a read-only transaction with isolation repeatable read
 * where that is needed to have flags and position fit. Statements run on a scheduler that
 * may block. Safe for use by many threads.
 *
 * @since 0.1.0
 * @see JdbcFlagStore
 */
public final class JdbcFlagSource implements FlagSource {

	private static final Log logger = LogFactory.getLog(JdbcFlagSource.class);

	/** Most names in one statement: drivers have a limit, the lowest at 65,535. */
	private static final int MAX_NAMES = 10_000;

	private static final String VERSIONS = """
			SELECT name, epoch, version FROM realtime_push_flag_set WHERE name IN (:names)""";

	private static final String NAMES = "SELECT name FROM realtime_push_flag_set";

	private static final String FETCH = """
			SELECT s.epoch, s.version, f.flag_key, f.flag_value, f.removed
			FROM realtime_push_flag_set s
			LEFT JOIN realtime_push_flag f ON f.flag_set = s.name AND f.removed = FALSE
			WHERE s.name = :name ORDER BY f.flag_key""";

	private static final String CHANGES = """
			SELECT s.epoch, s.version, f.flag_key, f.flag_value, f.removed
			FROM realtime_push_flag_set s
			LEFT JOIN realtime_push_flag f ON f.flag_set = s.name AND f.version > :version
			WHERE s.name = :name AND s.epoch = :epoch ORDER BY f.flag_key""";

	private static final String RENEW = """
			UPDATE realtime_push_flag_set SET epoch = :renewed, version = :renewedVersion
			WHERE name = :name AND epoch = :epoch AND version = :version""";

	private final DataSource dataSource;

	private final Scheduler scheduler;

	private final JdbcClient jdbc;

	private final TransactionTemplate reading;

	private final FlagHints hints = new FlagHints();

	/** Whose rows were complained of. */
	private final Set<String> unreadable = ConcurrentHashMap.newKeySet();

	/** Not asked before it must be there. */
	private volatile @Nullable Database database;

	/**
	 * Create a source that runs its statements on {@link Schedulers#boundedElastic()
	 * boundedElastic}.
	 * @param dataSource the database that holds the tables
	 */
	public JdbcFlagSource(DataSource dataSource) {
		this(dataSource, Schedulers.boundedElastic());
	}

	/**
	 * Create a source.
	 * @param dataSource the database that holds the tables
	 * @param scheduler where statements run; its threads are blocked meanwhile
	 */
	public JdbcFlagSource(DataSource dataSource, Scheduler scheduler) {
		this.dataSource = dataSource;
		this.scheduler = scheduler;
		this.jdbc = JdbcClient.create(dataSource);
		this.reading = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.reading.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		this.reading.setReadOnly(true);
	}

	DataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * Hint that a flag set has probably moved, for instance because another node said so.
	 * @param flagSet the flag set
	 */
	public void hint(FlagSetId flagSet) {
		this.hints.hint(flagSet);
	}

	/** Read the names of all flag sets, whoever wrote them. Blocks. */
	List<String> names() {
		return this.jdbc.sql(NAMES).query(String.class).list();
	}

	@Override
	public Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets) {
		List<String> names = flagSets.stream().map(FlagSetId::name).toList();
		return blocking(() -> {
			Map<FlagSetId, FlagPosition> positions = new HashMap<>();
			for (int from = 0; from < names.size(); from += MAX_NAMES) {
				addVersions(names.subList(from, Math.min(from + MAX_NAMES, names.size())), positions);
			}
			return positions;
		});
	}

	private void addVersions(List<String> names, Map<FlagSetId, FlagPosition> positions) {
		this.jdbc.sql(VERSIONS).param("names", names).query((row) -> {
			String name = row.getString(1);
			try {
				positions.put(FlagSetId.of(name), new FlagPosition(row.getString(2), row.getLong(3)));
			}
			catch (IllegalArgumentException ex) {
				// One row must not keep the others from being watched
				if (this.unreadable.add(name)) {
					logger.error("flag set '" + name + "' in the database is not served: " + ex.getMessage());
				}
			}
		});
	}

	@Override
	public Mono<FlagSnapshot> fetch(FlagSetId flagSet) {
		return blocking(() -> {
			List<Row> rows = read(this.jdbc.sql(FETCH).param("name", flagSet.name()));
			if (rows.isEmpty()) {
				throw new FlagSetNotFoundException(flagSet);
			}
			Operations operations = Operations.of(flagSet, rows);
			return new FlagSnapshot(flagSet, rows.get(0).position(), FlagSet.of(operations.set()));
		});
	}

	@Override
	public Mono<FlagDelta> changesSince(FlagSetId flagSet, FlagPosition position) {
		return blocking(() -> {
			List<Row> rows = read(this.jdbc.sql(CHANGES)
				.param("name", flagSet.name())
				.param("epoch", position.epoch())
				.param("version", position.version()));
			if (rows.isEmpty() || !rows.get(0).position().isAheadOf(position)) {
				return null;
			}
			Operations operations = Operations.of(flagSet, rows);
			return new FlagDelta(position, rows.get(0).position().version(), operations.set(), operations.removed());
		});
	}

	private List<Row> read(JdbcClient.StatementSpec statement) {
		JdbcClient.MappedQuerySpec<Row> query = statement.query((row, number) -> Row.of(row));
		return database().isStatementOneSnapshot() ? query.list() : this.reading.execute((status) -> query.list());
	}

	private Database database() {
		Database known = this.database;
		if (known == null) {
			known = Database.of(this.dataSource);
			this.database = known;
		}
		return known;
	}

	@Override
	public Flux<FlagSetId> hints() {
		return this.hints.asFlux();
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * The version goes on from where it is, under the new name: versions of rows and
	 * tombstones from before stay below every version of the new epoch.
	 */
	@Override
	public Mono<FlagPosition> renewEpoch(FlagSetId flagSet, FlagPosition confirmed) {
		return blocking(() -> {
			// Above all versions before: the time in milliseconds is larger than any
			// count of updates
			long version = Math.max(confirmed.version() + 1, System.currentTimeMillis());
			FlagPosition renewed = new FlagPosition(Epochs.random(), version);
			int rows = this.jdbc.sql(RENEW)
				.param("renewed", renewed.epoch())
				.param("renewedVersion", renewed.version())
				.param("name", flagSet.name())
				.param("epoch", confirmed.epoch())
				.param("version", confirmed.version())
				.update();
			if (rows == 0) {
				return null;
			}
			hint(flagSet);
			return renewed;
		});
	}

	@Override
	public boolean hasLastingVersions() {
		return true;
	}

	private <T> Mono<T> blocking(Callable<@Nullable T> work) {
		return Mono.<T>fromCallable(work).subscribeOn(this.scheduler);
	}

	/**
	 * A flag set's row joined with one of its flags, or with none.
	 */
	private record Row(FlagPosition position, @Nullable String key, @Nullable String value, boolean removed) {

		static Row of(ResultSet row) throws SQLException {
			return new Row(new FlagPosition(row.getString(1), row.getLong(2)), row.getString(3), row.getString(4),
					row.getBoolean(5));
		}

	}

	private record Operations(Map<String, FlagValue> set, Set<String> removed) {

		static Operations of(FlagSetId flagSet, List<Row> rows) {
			Operations operations = new Operations(new LinkedHashMap<>(), new LinkedHashSet<>());
			for (Row row : rows) {
				if (row.key() != null && row.value() != null) {
					operations.add(flagSet, row.key(), row.value(), row.removed());
				}
			}
			return operations;
		}

		private void add(FlagSetId flagSet, String key, String value, boolean removal) {
			if (removal) {
				this.removed.add(key);
				return;
			}
			try {
				this.set.put(key, FlagValue.ofJson(value));
			}
			catch (IllegalArgumentException ex) {
				throw new RealtimePushException("flag '" + key + "' of flag set '" + flagSet
						+ "' cannot be read from table realtime_push_flag: " + ex.getMessage(), ex);
			}
		}

	}

}
