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
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.PGProperty;

/**
 * A connection that does nothing but listen on a channel. Used by one thread, but for
 * {@link #abort()}.
 */
final class ListeningConnection implements AutoCloseable {

	/** Seconds that connecting or an answer may take. */
	private static final String TIMEOUT = "10";

	private final Connection connection;

	private final PGConnection notifications;

	private ListeningConnection(Connection connection) throws SQLException {
		this.connection = connection;
		this.notifications = connection.unwrap(PGConnection.class);
	}

	/**
	 * Open a connection that listens. What is committed from then on is told.
	 */
	static ListeningConnection open(PostgresLogin login, String channel) throws SQLException {
		Connection connection = DriverManager.getConnection(login.url(), properties(login));
		try (Statement statement = connection.createStatement()) {
			statement.execute("LISTEN \"" + JdbcFlagSchema.requireValidChannel(channel) + "\"");
			return new ListeningConnection(connection);
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	/** What the URL says comes first. */
	private static Properties properties(PostgresLogin login) {
		Properties properties = new Properties();
		properties.setProperty(PGProperty.APPLICATION_NAME.getName(), "realtime-push listener");
		properties.setProperty(PGProperty.CONNECT_TIMEOUT.getName(), TIMEOUT);
		properties.setProperty(PGProperty.SOCKET_TIMEOUT.getName(), TIMEOUT);
		properties.setProperty(PGProperty.TCP_KEEP_ALIVE.getName(), "true");
		// Of several servers only the primary one takes a LISTEN
		properties.setProperty(PGProperty.TARGET_SERVER_TYPE.getName(), "primary");
		if (login.username() != null) {
			properties.setProperty(PGProperty.USER.getName(), login.username());
		}
		if (login.password() != null) {
			properties.setProperty(PGProperty.PASSWORD.getName(), login.password());
		}
		return properties;
	}

	/**
	 * Wait for notifications.
	 * @param millis the longest wait, more than 0
	 * @return the payloads of those that have come, in their order; none if it is over
	 * @throws SQLException if the connection is lost
	 */
	List<String> await(int millis) throws SQLException {
		PGNotification[] received = this.notifications.getNotifications(millis);
		List<String> payloads = new ArrayList<>();
		if (received != null) {
			for (PGNotification notification : received) {
				payloads.add(notification.getParameter());
			}
		}
		return payloads;
	}

	/**
	 * Ask the server for a sign of life, as a connection that is only listened to does
	 * not tell that the other side is gone.
	 */
	void requireAlive(Duration timeout) throws SQLException {
		if (!this.connection.isValid((int) Math.max(1, timeout.toSeconds()))) {
			throw new SQLException("the database does not answer on the connection that listens");
		}
	}

	/**
	 * End the connection without a word to the server, by any thread.
	 */
	void abort() {
		try {
			this.connection.abort(Runnable::run);
		}
		catch (SQLException ex) {
			// It is gone already
		}
	}

	@Override
	public void close() {
		try {
			this.connection.close();
		}
		catch (SQLException ex) {
			abort();
		}
	}

}
