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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A push server in a Java process of its own, which has its flags from a file.
 */
public final class ServerProcess implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final Process process;

	private ServerProcess(Process process) {
		this.process = process;
	}

	/**
	 * Start a process, which is not waited for.
	 * @param port the port to listen on
	 * @param flags the file with the flags
	 */
	static ServerProcess start(int port, Path flags) {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		try {
			return new ServerProcess(
					new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
							"-cp", classPath, ServerProcess.class.getName(), Integer.toString(port), flags.toString())
						.redirectOutput(ProcessBuilder.Redirect.INHERIT)
						.redirectError(ProcessBuilder.Redirect.INHERIT)
						.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Set the only flag, at once and as a whole. */
	static void write(Path flags, int limit) {
		try {
			Path next = Files.writeString(flags.resolveSibling("next"), "{\"limit\": " + limit + "}");
			Files.move(next, flags, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** End the process by SIGKILL, so that it has no time for anything. */
	void kill() {
		this.process.destroyForcibly();
		try {
			if (!this.process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
				throw new IllegalStateException("the server goes on after it was killed");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	@Override
	public void close() {
		kill();
	}

	/**
	 * Serve until the process is ended, or whoever started it is no more.
	 * @param args port and file
	 */
	public static void main(String[] args) throws IOException {
		PushServer.start((beans) -> {
		}, "server.port=" + args[0], "realtime-push.source.file.location=" + args[1],
				"realtime-push.source.file.flag-set=" + PushServer.FLAG_SET);
		while (System.in.read() >= 0) {
			Thread.onSpinWait();
		}
		Runtime.getRuntime().halt(1);
	}

}
