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
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

import javax.sql.DataSource;

import io.realtimepush.flags.FlagValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link JdbcFlagSource} and {@link JdbcFlagStore} with the driver for MySQL, on MariaDB.
 */
@ExtendWith(TestMariaDb.Condition.class)
class MySqlDriverFlagSourceTests extends JdbcFlagSourceSupport {

	@Override
	DataSource emptyDatabase() {
		return TestMariaDb.emptyDatabase("mysql", "");
	}

	@Test
	void flagsAreAddedInRewrittenBatches() {
		open(TestMariaDb.emptyDatabase("mysql", "&rewriteBatchedStatements=true&useAffectedRows=true"));
		store().update(SHOP,
				Map.of("a", FlagValue.of(1), "b", FlagValue.of(1), "c", FlagValue.of(1), "d", FlagValue.of(1)),
				Set.of());
		store().update(SHOP,
				Map.of("b", FlagValue.of(1), "c", FlagValue.of(2), "e", FlagValue.of(2), "f", FlagValue.of(2)),
				Set.of("a"));
		assertThat(fetch(SHOP).flags().asMap()).isEqualTo(Map.of("b", FlagValue.of(1), "c", FlagValue.of(2), "d",
				FlagValue.of(1), "e", FlagValue.of(2), "f", FlagValue.of(2)));
	}

	/** There is no MySQL to run it on, so it is that which runs on MariaDB. */
	@Test
	void scriptForMySqlIsThatForMariaDbButForTheCollation() throws IOException {
		assertThat(script("mysql")).isEqualTo(script("mariadb").replace("MariaDB 10.2 and", "MySQL 8.0.17 and")
			.replace("utf8mb4_nopad_bin", "utf8mb4_0900_bin"));
	}

	private static String script(String name) throws IOException {
		return new ClassPathResource(JdbcFlagSchema.SCRIPTS.replace("*", name))
			.getContentAsString(StandardCharsets.UTF_8);
	}

}
