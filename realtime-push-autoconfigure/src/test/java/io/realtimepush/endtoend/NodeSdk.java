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

package io.realtimepush.endtoend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/**
 * A published SDK of FeatureProbe that runs in Node and prints what it has.
 */
final class NodeSdk implements AutoCloseable {

	private static final Path SOURCES = Path.of("src", "test", "featureprobe-sdks");

	private static final Path INSTALLED = Path.of("target", "featureprobe-sdks");

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final Process process;

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private NodeSdk(Process process) {
		this.process = process;
		Thread reader = new Thread(this::read, "node-sdk");
		reader.setDaemon(true);
		reader.start();
	}

	/** Install what the lock file says. */
	static void install() throws IOException, InterruptedException {
		Files.createDirectories(INSTALLED);
		try (Stream<Path> files = Files.list(SOURCES)) {
			for (Path file : files.toList()) {
				Files.copy(file, INSTALLED.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
			}
		}
		Path log = INSTALLED.resolve("npm.log");
		Process npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
			.directory(INSTALLED.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		if (!npm.waitFor(5, TimeUnit.MINUTES) || npm.exitValue() != 0) {
			npm.destroyForcibly();
			throw new IllegalStateException("npm ci failed: " + Files.readString(log));
		}
	}

	static NodeSdk start(String script, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of("node", script));
		command.addAll(List.of(arguments));
		return new NodeSdk(new ProcessBuilder(command).directory(INSTALLED.toFile()).redirectErrorStream(true).start());
	}

	private void read() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			reader.lines().forEach(this.lines::add);
		}
		catch (IOException | UncheckedIOException ex) {
			this.lines.add("ended: " + ex.getMessage());
		}
	}

	/** Wait until the SDK has printed a line. */
	void await(String line) {
		Awaitility.await().alias(line).atMost(TIMEOUT).until(() -> this.lines.contains(line) || hasFailed());
		if (!this.lines.contains(line)) {
			throw new AssertionError("the SDK ended: " + this.lines);
		}
	}

	List<String> lines() {
		return this.lines;
	}

	private boolean hasFailed() {
		return !this.process.isAlive();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
