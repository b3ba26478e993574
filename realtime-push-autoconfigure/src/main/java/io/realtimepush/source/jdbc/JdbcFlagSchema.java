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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.Assert;

/**
 * Creates the tables of {@link JdbcFlagSource}. There is a script for H2, PostgreSQL,
 * MariaDB and MySQL; those who migrate their database by other means take it from the
 * class path ({@value #SCRIPTS}).
 *
 * @since 0.1.0
 */
public final class JdbcFlagSchema {

	/**
	 * Pattern of the scripts' locations on the class path.
	 */
	public static final String SCRIPTS = "io/realtimepush/source/jdbc/schema-*.sql";

	/**
	 * Channel on which PostgreSQL tells of changes, unless another one is named.
	 */
	public static final String DEFAULT_CHANNEL = "realtime_push";

	private static final Pattern CHANNEL = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

	private JdbcFlagSchema() {
	}

	/**
	 * Create what does not exist.
	 * @param dataSource the database
	 * @throws IllegalArgumentException if there is no script for this kind of database
	 * @throws DataAccessException if the database cannot be reached or refuses
	 */
	public static void create(DataSource dataSource) {
		create(dataSource, DEFAULT_CHANNEL);
	}

	/**
	 * Create what does not exist, for any number of nodes at once.
	 * @param dataSource the database
	 * @param channel the channel on which PostgreSQL tells of changes
	 * @throws IllegalArgumentException if there is no script for this kind of database,
	 * or the channel is none
	 * @throws DataAccessException if the database cannot be reached or refuses
	 */
	public static void create(DataSource dataSource, String channel) {
		String script = read(script(dataSource)).replace("'" + DEFAULT_CHANNEL + "'",
				"'" + requireValidChannel(channel) + "'");
		ResourceDatabasePopulator populator = new ResourceDatabasePopulator(
				new ByteArrayResource(script.getBytes(StandardCharsets.UTF_8), "schema of the flag source"));
		new TransactionTemplate(new JdbcTransactionManager(dataSource))
			.executeWithoutResult((status) -> populator.execute(dataSource));
	}

	/**
	 * Check the name of a channel.
	 * @param channel the name
	 * @return the name
	 * @throws IllegalArgumentException if it is not one
	 */
	public static String requireValidChannel(String channel) {
		Assert.isTrue(CHANNEL.matcher(channel).matches(), () -> "channel must have 1 to 63 characters of a-z, 0-9 and "
				+ "_, the first no digit, but was '" + channel + "'");
		return channel;
	}

	private static String script(DataSource dataSource) {
		Database database = Database.of(dataSource);
		Assert.hasLength(database.script(), () -> "there is no schema script for the database '" + database.name()
				+ "', only for H2, PostgreSQL, " + "MariaDB and MySQL; create the tables by a script of your own");
		return database.script();
	}

	private static String read(String name) {
		try {
			return new ClassPathResource(name, JdbcFlagSchema.class).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
