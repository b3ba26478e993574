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

package io.realtimepush.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A PostgreSQL server for the tests of one JVM, which ends with it.
 */
public final class TestPostgres {

	private static @Nullable EmbeddedPostgres server;

	private TestPostgres() {
	}

	/**
	 * Return how a server is to be started that nobody wants to keep.
	 * @return the builder
	 */
	public static EmbeddedPostgres.Builder builder() {
		return EmbeddedPostgres.builder()
			.setServerConfig("fsync", "off")
			.setServerConfig("full_page_writes", "off")
			.setServerConfig("synchronous_commit", "off");
	}

	/**
	 * Return the server, started when it is needed first.
	 * @return the server
	 */
	public static synchronized EmbeddedPostgres server() {
		if (server == null) {
			try {
				server = builder().start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return server;
	}

	/**
	 * Create a schema without tables.
	 * @return the URL of a connection to it
	 */
	public static String emptySchema() {
		String name = "s" + UUID.randomUUID().toString().replace("-", "");
		new JdbcTemplate(server().getPostgresDatabase()).execute("CREATE SCHEMA " + name);
		return url(server().getPort(), "postgres") + "&currentSchema=" + name;
	}

	/**
	 * Return a URL of a server.
	 * @param port its port, or that of a proxy in front of it
	 * @param database the database
	 * @return the URL, to which parameters may be added
	 */
	public static String url(int port, String database) {
		return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres";
	}

	/**
	 * Return a data source without a pool.
	 * @param url the URL
	 * @return the data source
	 */
	public static DataSource dataSource(String url) {
		return new DriverManagerDataSource(url);
	}

}
