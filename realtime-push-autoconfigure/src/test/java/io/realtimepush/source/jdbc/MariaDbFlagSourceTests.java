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

import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import io.realtimepush.flags.FlagValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link JdbcFlagSource} and {@link JdbcFlagStore} on MariaDB.
 */
@ExtendWith(TestMariaDb.Condition.class)
class MariaDbFlagSourceTests extends JdbcFlagSourceSupport {

	@Override
	DataSource emptyDatabase() {
		return TestMariaDb.emptyDatabase("mariadb", "");
	}

	/** With this option the driver does not tell which rows of a batch there were. */
	@Test
	void flagsAreAddedByADriverThatDoesNotCount() {
		open(TestMariaDb.emptyDatabase("mariadb", "&useBulkStmts=true"));
		store().update(SHOP, Map.of("a", FlagValue.of(1), "b", FlagValue.of(1)), Set.of());
		store().update(SHOP, Map.of("b", FlagValue.of(2), "c", FlagValue.of(2), "d", FlagValue.of(2)), Set.of("a"));
		assertThat(fetch(SHOP).flags().asMap())
			.isEqualTo(Map.of("b", FlagValue.of(2), "c", FlagValue.of(2), "d", FlagValue.of(2)));
	}

}
