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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import io.realtimepush.benchmarks.load.LoadLoop;
import io.realtimepush.benchmarks.load.Login;
import io.realtimepush.benchmarks.load.Marker;
import io.realtimepush.benchmarks.load.ServerProcess;
import io.realtimepush.benchmarks.load.WebSocketClient;

/**
 * SDK keys, patterns, flag sets and sessions that came and went leave nothing behind. Of
 * each thousand sessions a hundred are still open when their keys are revoked.
 */
final class Freed {

	private static final int BATCH = 1000;

	private static final int LEFT_OPEN = 100;

	/** Until pools and tables, which never shrink, have the size that they need. */
	private static final int WARM_UP = 25;

	private static final int BATCHES = 100;

	private static final Duration LINGER = Duration.ofSeconds(5);

	private static final double GOAL = 1.05;

	private final FanoutProcess server;

	private final LoadLoop loop;

	private Freed(FanoutProcess server, LoadLoop loop) {
		this.server = server;
		this.loop = loop;
	}

	static Outcome run() {
		try (FanoutProcess server = FanoutProcess.start("--realtime-push.watch.linger=" + LINGER.toSeconds() + "s");
				LoadLoop loop = new LoadLoop()) {
			return new Freed(server, loop).measure();
		}
	}

	private Outcome measure() {
		ServerProcess stats = this.server.stats();
		batches(0, WARM_UP);
		Map<String, Long> classesBefore = stats.liveHeapByClass();
		batches(WARM_UP, BATCHES);
		Map<String, Long> classesAfter = stats.liveHeapByClass();
		long before = sum(classesBefore);
		long after = sum(classesAfter);
		return Outcome.of(after <= before * GOAL, "within 5 %",
				"%.2f MiB of live heap before and %.2f after %,d keys, patterns, flag sets and sessions (%+.1f %%), "
						+ "most of it %s",
				before / 1048576.0, after / 1048576.0, BATCHES * BATCH, (after - before) * 100.0 / before,
				mostGrown(classesBefore, classesAfter));
	}

	private static long sum(Map<String, Long> classes) {
		return classes.values().stream().mapToLong(Long::longValue).sum();
	}

	private static String mostGrown(Map<String, Long> before, Map<String, Long> after) {
		return after.entrySet()
			.stream()
			.map((entry) -> Map.entry(entry.getKey(), entry.getValue() - before.getOrDefault(entry.getKey(), 0L)))
			.sorted(Map.Entry.<String, Long>comparingByValue().reversed())
			.limit(5)
			.map((entry) -> "%s %+d KiB".formatted(entry.getKey(), entry.getValue() / 1024))
			.collect(Collectors.joining(", "));
	}

	private void batches(int first, int count) {
		for (int i = first; i < first + count; i++) {
			batch(i * BATCH);
		}
		// Flag sets are watched for a while after the last one has left, and encoded
		// frames are kept
		this.loop.pumpFor(LINGER.plusSeconds(35));
	}

	private void batch(int first) {
		this.server.post("/keys?first=" + first + "&count=" + BATCH, "");
		Login login = this.server.login();
		List<WebSocketClient> clients = this.loop
			.open(BATCH, (index) -> login.withKey(FanoutProcess.KEY + "-" + (first + index)), BATCH * 4)
			.stream()
			.map(WebSocketClient.class::cast)
			.toList();
		Clients.requireClean(this.loop, BATCH);
		this.server.post("/publish?key=" + (first + BATCH / 2), Marker.body(first + 1, 200));
		require(() -> clients.get(BATCH / 2).newest() == first + 1, "the change did not arrive");
		clients.subList(LEFT_OPEN, BATCH).forEach(WebSocketClient::close);
		this.server.delete("/keys?first=" + first + "&count=" + BATCH);
		require(() -> clients.stream().limit(LEFT_OPEN).allMatch((client) -> client.closeCode() == 4401),
				"a session of a revoked key did not end with 4401");
		this.loop.closeClients();
	}

	private void require(BooleanSupplier condition, String otherwise) {
		if (!this.loop.pumpUntil(condition, Duration.ofSeconds(20))) {
			throw new IllegalStateException(otherwise);
		}
	}

}
