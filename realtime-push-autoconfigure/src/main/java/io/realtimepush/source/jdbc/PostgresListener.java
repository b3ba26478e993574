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

import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.realtimepush.flags.FlagSetId;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.Assert;

/**
 * Hints a {@link JdbcFlagSource} at what PostgreSQL notifies of: the names of flag sets,
 * which the trigger of the schema script sends with the commit of every change, whoever
 * wrote it.
 * <p>
 * It has a connection of its own, because one that listens is of no use for anything
 * else: a pool would lack it, and may close it. Each time it connects, a notification is
 * sent through the source's {@code DataSource} and must arrive, so a pooler that forgets
 * what has been listened to is noticed; and all flag sets are hinted at, because nobody
 * knows what has been missed. What gets lost all the same is found by the next probe.
 * <p>
 * A daemon thread waits for the notifications, and connects again when the connection is
 * lost, after half a second at first and up to 30 seconds at last.
 *
 * @since 0.1.0
 */
public final class PostgresListener implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(PostgresListener.class);

	/** How long a wait lasts, and so the end of the thread may. */
	private static final int WAIT_MILLIS = 500;

	private static final long MIN_BACK_OFF_MILLIS = 500;

	private static final long MAX_BACK_OFF_MILLIS = 30_000;

	private static final Duration ARRIVAL = Duration.ofSeconds(5);

	private static final Duration ANSWER = Duration.ofSeconds(5);

	private static final String NOTIFY = "SELECT pg_notify(:channel, :payload)";

	private static final String TRIGGERS = """
			SELECT count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
			WHERE t.tgrelid = 'realtime_push_flag_set'::regclass AND NOT t.tgisinternal AND t.tgenabled <> 'D'
			AND strpos(p.prosrc, :quoted) > 0""";

	private final JdbcFlagSource source;

	private final Supplier<PostgresLogin> login;

	private final String channel;

	private final Duration checkInterval;

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Thread thread = new Thread(this::run, "realtime-push-listen");

	private final CountDownLatch closed = new CountDownLatch(1);

	private volatile @Nullable ListeningConnection connection;

	private volatile boolean listening;

	/** Confined to the thread, like the next one. */
	private int failures;

	private boolean triggerMissing;

	/**
	 * Create a listener that does not run yet.
	 * @param source the source to hint, whose {@code DataSource} is the same database
	 * @param login how to reach the server, asked for each connection
	 * @param channel the channel that the trigger notifies
	 * @param checkInterval the longest time without a sign of life from the server, at
	 * least 1 second
	 */
	public PostgresListener(JdbcFlagSource source, Supplier<PostgresLogin> login, String channel,
			Duration checkInterval) {
		Assert.isTrue(checkInterval.toSeconds() >= 1,
				() -> "check interval must be at least 1s, but was " + checkInterval);
		this.source = source;
		this.login = login;
		this.channel = JdbcFlagSchema.requireValidChannel(channel);
		this.checkInterval = checkInterval;
		this.jdbc = JdbcClient.create(source.dataSource());
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(source.dataSource()));
		this.thread.setDaemon(true);
	}

	/**
	 * Begin to listen. Returns at once, whether the database is there or not.
	 */
	public void start() {
		this.thread.start();
	}

	/**
	 * Return whether changes are told of now.
	 * @return {@code false} while there is no connection
	 */
	public boolean isListening() {
		return this.listening;
	}

	private boolean isClosed() {
		return this.closed.getCount() == 0;
	}

	private void run() {
		while (!isClosed()) {
			try (ListeningConnection opened = ListeningConnection.open(this.login.get(), this.channel)) {
				this.connection = opened;
				listen(opened);
			}
			catch (SQLException | RuntimeException ex) {
				this.listening = false;
				if (!isClosed()) {
					backOff(ex);
				}
			}
			finally {
				this.connection = null;
				this.listening = false;
			}
		}
	}

	private void listen(ListeningConnection opened) throws SQLException {
		verify(opened);
		this.source.names().forEach(this::hint);
		checkTrigger();
		if (this.failures > 0) {
			logger.info("notifications of the database are received again after " + this.failures + " failures");
			this.failures = 0;
		}
		this.listening = true;
		long checkAt = System.nanoTime() + this.checkInterval.toNanos();
		while (!isClosed()) {
			for (String payload : opened.await(WAIT_MILLIS)) {
				hint(payload);
			}
			if (System.nanoTime() - checkAt >= 0) {
				opened.requireAlive((ANSWER.compareTo(this.checkInterval) < 0) ? ANSWER : this.checkInterval);
				checkAt = System.nanoTime() + this.checkInterval.toNanos();
			}
		}
	}

	/** Send a notification on the way of all others, and wait for it. */
	private void verify(ListeningConnection opened) throws SQLException {
		// No flag set is called so
		String probe = "\t" + UUID.randomUUID();
		this.transaction.executeWithoutResult((
				status) -> this.jdbc.sql(NOTIFY).param("channel", this.channel).param("payload", probe).query((row) -> {
				}));
		long end = System.nanoTime() + ARRIVAL.toNanos();
		boolean arrived = false;
		while (!arrived && !isClosed()) {
			if (System.nanoTime() - end >= 0) {
				throw new SQLException("a notification on channel '" + this.channel + "' did not arrive within "
						+ ARRIVAL.toSeconds() + "s; the connection that listens must lead to the same database, and "
						+ "not through a pooler in transaction mode");
			}
			for (String payload : opened.await(WAIT_MILLIS)) {
				arrived |= payload.equals(probe);
				hint(payload);
			}
		}
	}

	private void hint(String payload) {
		if (payload.startsWith("\t")) {
			return;
		}
		try {
			this.source.hint(FlagSetId.of(payload));
		}
		catch (IllegalArgumentException ex) {
			logger.debug("notification on channel '" + this.channel + "' names no flag set: " + ex.getMessage());
		}
	}

	private void checkTrigger() {
		boolean missing = this.jdbc.sql(TRIGGERS)
			.param("quoted", "'" + this.channel + "'")
			.query(Long.class)
			.single() == 0;
		if (missing && !this.triggerMissing) {
			logger.warn("no trigger of table realtime_push_flag_set notifies channel '" + this.channel
					+ "', so changes are noticed by probing only; run the script schema-postgresql.sql");
		}
		this.triggerMissing = missing;
	}

	private void backOff(Exception ex) {
		this.failures++;
		long longest = Math.min(MAX_BACK_OFF_MILLIS, MIN_BACK_OFF_MILLIS << Math.min(this.failures - 1, 10));
		long delay = longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
		String text = "no notifications of the database (attempt " + this.failures + ", next in " + delay
				+ "ms), changes are noticed by probing meanwhile: "
				+ PostgresLogin.masked(String.valueOf(ex.getMessage()));
		if (this.failures == 1) {
			logger.warn(text);
		}
		else {
			logger.debug(text);
		}
		try {
			this.closed.await(delay, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException interrupted) {
			// Nobody but the end of the process interrupts this thread
			this.closed.countDown();
		}
	}

	/**
	 * Stop listening, within a second.
	 */
	@Override
	public void close() {
		this.closed.countDown();
		try {
			this.thread.join(WAIT_MILLIS + 200);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		ListeningConnection present = this.connection;
		if (present != null) {
			present.abort();
		}
	}

}
