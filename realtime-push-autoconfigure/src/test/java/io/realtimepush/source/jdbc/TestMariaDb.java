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

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.apache.commons.logging.LogFactory;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.FileSystemUtils;

/**
 * A MariaDB server for the tests of one JVM, which ends with it.
 */
final class TestMariaDb {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static @Nullable TestMariaDb server;

	private final Process process;

	private final int port;

	private TestMariaDb(Path executable) throws IOException {
		Path directory = Files.createTempDirectory("realtime-push-mariadb");
		this.port = freePort();
		// Without the tables of users and rights, it needs no installation
		this.process = new ProcessBuilder(executable.toString(), "--no-defaults", "--skip-grant-tables",
				"--user=" + System.getProperty("user.name"), "--datadir=" + directory, "--bind-address=127.0.0.1",
				"--port=" + this.port, "--socket=" + directory.resolve("socket"), "--skip-name-resolve",
				"--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--innodb-buffer-pool-size=32M",
				"--innodb-log-file-size=16M", "--max-allowed-packet=64M")
			.redirectErrorStream(true)
			.redirectOutput(directory.resolve("log").toFile())
			.start();
		Runtime.getRuntime().addShutdownHook(new Thread(() -> end(directory)));
		Awaitility.await()
			.atMost(TIMEOUT)
			.ignoreExceptions()
			.until(() -> new JdbcTemplate(new DriverManagerDataSource(url("mariadb", ""))).queryForObject("SELECT 1",
					Integer.class) == 1);
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			return socket.getLocalPort();
		}
	}

	private void end(Path directory) {
		this.process.destroyForcibly().onExit().join();
		try {
			FileSystemUtils.deleteRecursively(directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String url(String driver, String database) {
		return "jdbc:" + driver + "://127.0.0.1:" + this.port + "/" + database + "?user=root&sslMode=DISABLED";
	}

	private static synchronized TestMariaDb server() {
		if (server == null) {
			try {
				server = new TestMariaDb(executable().orElseThrow());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return server;
	}

	private static Optional<Path> executable() {
		return Stream
			.of((System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin")
				.split(Pattern.quote(File.pathSeparator)))
			.map((directory) -> Path.of(directory, "mariadbd"))
			.filter(Files::isExecutable)
			.findFirst();
	}

	/**
	 * Create a database without tables, whose collation is one that would not do.
	 * @param driver the driver to reach it by: {@code mariadb} or {@code mysql}
	 * @param parameters further parameters of the URL
	 */
	static DataSource emptyDatabase(String driver, String parameters) {
		String name = "d" + UUID.randomUUID().toString().replace("-", "");
		new JdbcTemplate(new DriverManagerDataSource(server().url(driver, "")))
			.execute("CREATE DATABASE " + name + " CHARACTER SET latin1 COLLATE latin1_swedish_ci");
		return new DriverManagerDataSource(server().url(driver, name) + parameters);
	}

	/**
	 * Skips tests with MariaDB where it is not installed, and says so. With
	 * {@code CI=true} in the environment they must run: a missing MariaDB is a failure
	 * then.
	 */
	static class Condition implements ExecutionCondition {

		private static final String MISSING = "no 'mariadbd' in the PATH";

		@Override
		public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
			if (executable().isPresent()) {
				return ConditionEvaluationResult.enabled("MariaDB is there");
			}
			if (Boolean.parseBoolean(System.getenv("CI"))) {
				throw new IllegalStateException("tests with MariaDB must run with CI=true, but there is " + MISSING);
			}
			LogFactory.getLog(TestMariaDb.class).warn("tests with MariaDB are skipped: " + MISSING);
			return ConditionEvaluationResult.disabled(MISSING);
		}

	}

}
