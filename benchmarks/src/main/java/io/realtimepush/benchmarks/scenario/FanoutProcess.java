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

package io.realtimepush.benchmarks.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.realtimepush.benchmarks.load.Login;
import io.realtimepush.benchmarks.load.ServerProcess;
import io.realtimepush.benchmarks.load.Transport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The server under test, in a process of its own.
 */
final class FanoutProcess implements AutoCloseable {

	static final String KEY = "sdk-server-bench";

	private static final String BASE = "/realtime";

	private static final Pattern STARTED = Pattern.compile("Netty started on port (\\d+)");

	private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

	private static final Duration CALL_TIMEOUT = Duration.ofMinutes(3);

	private static final int NOT_FOUND = 404;

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Process process;

	private final int port;

	private FanoutProcess(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Start a server with enough heap, and event loops as many as there are processors.
	 * @param properties properties of the app
	 */
	static FanoutProcess start(String... properties) {
		return start(List.of("-Xms512m", "-Xmx1g"), properties);
	}

	/**
	 * Start a server.
	 * @param options options of its JVM
	 * @param properties properties of the app
	 */
	static FanoutProcess start(List<String> options, String... properties) {
		Path jar = Path.of(System.getProperty("fanout-server", "benchmarks/target/fanout-server.jar")).toAbsolutePath();
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.add("-Dreactor.netty.ioWorkerCount=" + Runtime.getRuntime().availableProcessors());
		command.addAll(List.of("-jar", jar.toString(), "--server.port=0"));
		command.addAll(List.of(properties));
		Process process = null;
		try {
			process = new ProcessBuilder(command).redirectErrorStream(true).start();
			// Also when a scenario is interrupted
			Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
			Path work = Files.createDirectories(jar.resolveSibling("work"));
			Path log = Files.createTempFile(work, "fanout-server-", ".log");
			return new FanoutProcess(process, awaitPort(process, log));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (RuntimeException ex) {
			if (process != null) {
				process.destroyForcibly();
			}
			throw ex;
		}
	}

	private static int awaitPort(Process process, Path log) {
		CompletableFuture<Integer> port = new CompletableFuture<>();
		Thread reader = new Thread(() -> readLog(process, log, port), "server log");
		reader.setDaemon(true);
		reader.start();
		try {
			return port.get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException("server did not start, see " + log, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static void readLog(Process process, Path log, CompletableFuture<Integer> port) {
		try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
				PrintStream out = new PrintStream(Files.newOutputStream(log), true, StandardCharsets.UTF_8)) {
			String line;
			while ((line = lines.readLine()) != null) {
				out.println(line);
				Matcher started = STARTED.matcher(line);
				if (started.find()) {
					port.complete(Integer.valueOf(started.group(1)));
				}
			}
			port.completeExceptionally(new IOException("the process has ended"));
		}
		catch (IOException ex) {
			port.completeExceptionally(ex);
		}
	}

	/** How a WebSocket client logs in. */
	Login login() {
		return new Login(address(), Transport.WEBSOCKET, BASE + Transport.WEBSOCKET.path(), KEY, null);
	}

	/** How a client logs in that has all flags already. */
	Login loginAtPresent() {
		return login().from(position());
	}

	InetSocketAddress address() {
		return new InetSocketAddress("127.0.0.1", this.port);
	}

	/** What the system tells of the process. */
	ServerProcess stats() {
		return new ServerProcess(List.of(this.process.pid()));
	}

	/** Where the flag set is that changes. */
	String position() {
		JsonNode snapshot = snapshot();
		return snapshot.path("epoch").asString() + ":" + snapshot.path("version").asLong();
	}

	long version() {
		return snapshot().path("version").asLong();
	}

	private JsonNode snapshot() {
		HttpRequest request = request(BASE + "/flags").header("Authorization", "Bearer " + KEY).build();
		return JsonMapper.shared().readTree(call(request).body());
	}

	void post(String path, String body) {
		call(request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
	}

	/** Post, and return at once. */
	CompletableFuture<?> postAsync(String path) {
		HttpRequest request = request(path).POST(HttpRequest.BodyPublishers.noBody()).build();
		return this.http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
			.thenApply(FanoutProcess::requireSuccess);
	}

	void delete(String path) {
		call(request(path).DELETE().build());
	}

	/**
	 * Read a meter.
	 * @param name its name
	 * @param tag a tag to select by, {@code name:value}
	 * @return its value or count, 0 if it does not exist yet
	 */
	double meter(String name, String tag) {
		HttpResponse<String> response = send(request("/actuator/metrics/" + name + "?tag=" + tag).build());
		return (response.statusCode() == NOT_FOUND) ? 0
				: JsonMapper.shared()
					.readTree(requireSuccess(response).body())
					.path("measurements")
					.path(0)
					.path("value")
					.asDouble();
	}

	/** Bytes that have been allocated. */
	long allocated() {
		return Long.parseLong(call(request("/allocated").build()).body());
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.timeout(CALL_TIMEOUT)
			.header("Content-Type", "application/json");
	}

	private HttpResponse<String> call(HttpRequest request) {
		return requireSuccess(send(request));
	}

	private HttpResponse<String> send(HttpRequest request) {
		try {
			return this.http.send(request, HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static HttpResponse<String> requireSuccess(HttpResponse<String> response) {
		if (response.statusCode() >= 400) {
			throw new IllegalStateException(response.request() + " was answered " + response.statusCode());
		}
		return response;
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
