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

package io.realtimepush.transport.socketio;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The clients that others have written for Node, driven by the machine's own. It must be
 * there where builds are checked ({@code CI=true}); elsewhere the tests are skipped
 * without it.
 */
class NodeClientTests {

	private static final Path SOURCES = Path.of("src/test/node/socketio");

	private static final Path INSTALLED = Path.of("target/socketio-clients");

	private static SocketIoTestServer server;

	@BeforeAll
	static void start() throws IOException, InterruptedException {
		assumeTrue("true".equals(System.getenv("CI")) || isThere("node") && isThere("npm"),
				"node and npm are not installed");
		install();
		server = SocketIoTestServer.start();
	}

	private static boolean isThere(String command) {
		return Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, command)));
	}

	/** Install once, unless the lock file has changed since. */
	private static void install() throws IOException, InterruptedException {
		Files.createDirectories(INSTALLED);
		Path lock = INSTALLED.resolve("package-lock.json");
		boolean same = Files.exists(INSTALLED.resolve("node_modules/.package-lock.json")) && Files.exists(lock)
				&& Files.mismatch(lock, SOURCES.resolve("package-lock.json")) < 0;
		try (Stream<Path> files = Files.list(SOURCES)) {
			for (Path file : files.toList()) {
				Files.copy(file, INSTALLED.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
			}
		}
		if (!same) {
			run(5, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
		}
	}

	@AfterAll
	static void stop() {
		if (server != null) {
			server.close();
		}
	}

	private static String run(int minutes, String... command) throws IOException, InterruptedException {
		Path output = Files.createTempFile(INSTALLED.toAbsolutePath(), "output", ".txt");
		Process process = new ProcessBuilder(new ArrayList<>(List.of(command))).directory(INSTALLED.toFile())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(minutes, TimeUnit.MINUTES)).as("end of " + command[0]).isTrue();
			String text = Files.readString(output, StandardCharsets.UTF_8);
			assertThat(process.exitValue()).as(text).isZero();
			return text;
		}
		finally {
			process.destroyForcibly();
			Files.delete(output);
		}
	}

	private static String url() {
		return "http://127.0.0.1:" + server.port();
	}

	@ParameterizedTest
	@ValueSource(strings = { "polling", "websocket", "upgrade" })
	void newestClientOfNode(String mode) throws IOException, InterruptedException {
		String output = run(2, "node", "socket-io-client.cjs", url(), mode);
		assertThat(output.lines()).containsExactly("done: connect", "done: transport", "done: event", "done: ack",
				"done: binary", "done: ack of the client", "done: rooms of a namespace", "done: refusals",
				"done: slow middleware", "done: disconnect");
	}

	@Test
	void clientOfMiniPrograms() throws IOException, InterruptedException {
		String output = run(2, "node", "weapp.cjs", url());
		assertThat(output.lines()).contains("done: connect", "done: transport", "done: event", "done: ack",
				"done: ack of the client", "done: rooms of a namespace", "done: refusals", "done: slow middleware",
				"done: disconnect");
	}

}
