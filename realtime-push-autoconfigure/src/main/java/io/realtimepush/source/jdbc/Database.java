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

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;

import javax.sql.DataSource;

import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/**
 * A kind of database, as far as it matters here.
 *
 * @param name the name by which it calls itself
 * @param script the name of the schema script for it; empty if there is none
 * @param isStatementOneSnapshot whether all that a statement reads by itself was there at
 * one moment, so that no transaction is needed around it
 */
record Database(String name, String script, boolean isStatementOneSnapshot) {

	/**
	 * Ask a database what it is.
	 */
	static Database of(DataSource dataSource) {
		try {
			return JdbcUtils.extractDatabaseMetaData(dataSource, Database::of);
		}
		catch (MetaDataAccessException ex) {
			throw new IllegalStateException("the kind of the database cannot be read: " + ex.getMessage(), ex);
		}
	}

	private static Database of(DatabaseMetaData metaData) throws SQLException {
		String name = metaData.getDatabaseProductName();
		// The driver for MySQL calls both by the one name
		if ((name + metaData.getDatabaseProductVersion()).toLowerCase(Locale.ROOT).contains("mariadb")) {
			return new Database(name, "schema-mariadb.sql", true);
		}
		return switch (name) {
			case "PostgreSQL" -> new Database(name, "schema-postgresql.sql", true);
			case "MySQL" -> new Database(name, "schema-mysql.sql", true);
			case "H2" -> new Database(name, "schema-h2.sql", false);
			default -> new Database(name, "", false);
		};
	}

}
