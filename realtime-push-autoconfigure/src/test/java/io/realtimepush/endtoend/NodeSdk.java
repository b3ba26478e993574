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

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that runs in Node and prints what it has: a published SDK of FeatureProbe, or
 * our own.
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

	/** Install the SDKs. */
	static void install() throws IOException, InterruptedException {
		install(SOURCES, INSTALLED);
	}

	/** Install what a lock file says, unless that is there already. */
	static void install(Path sources, Path installed) throws IOException, InterruptedException {
		Files.createDirectories(installed);
		Path lock = installed.resolve("package-lock.json");
		boolean same = Files.exists(installed.resolve("node_modules")) && Files.exists(lock)
				&& Files.mismatch(lock, sources.resolve("package-lock.json")) < 0;
		try (Stream<Path> files = Files.list(sources)) {
			for (Path file : files.toList()) {
				Files.copy(file, installed.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
			}
		}
		if (same) {
			return;
		}
		Path log = installed.resolve("npm.log");
		Process npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
			.directory(installed.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		if (!npm.waitFor(5, TimeUnit.MINUTES) || npm.exitValue() != 0) {
			npm.destroyForcibly();
			throw new IllegalStateException("npm ci failed: " + Files.readString(log));
		}
	}

	static NodeSdk start(String script, String... arguments) throws IOException {
		return start(INSTALLED, Stream.concat(Stream.of(script), Stream.of(arguments)).toList());
	}

	static NodeSdk start(Path directory, List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of("node"));
		command.addAll(arguments);
		return new NodeSdk(new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start());
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

	/** Wait until it has come to its end by itself. */
	void awaitEnd() {
		Awaitility.await().atMost(TIMEOUT).until(this::hasFailed);
		assertThat(this.process.exitValue()).as(String.join("\n", this.lines)).isZero();
	}

	private boolean hasFailed() {
		return !this.process.isAlive();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
