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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.realtimepush.benchmarks.load.LoadLoop;
import io.realtimepush.benchmarks.load.Login;
import io.realtimepush.benchmarks.load.Median;
import io.realtimepush.benchmarks.load.WebSocketClient;

/**
 * Many changes within a second are not sent one by one: clients are given merged deltas,
 * and the last of them soon.
 */
final class Burst {

	private static final int CLIENTS = 5000;

	private static final int CHANGES = 1000;

	private static final int BURSTS = 5;

	private static final double MAX_MILLIS = 100;

	private Burst() {
	}

	static Outcome run() {
		try (FanoutProcess server = FanoutProcess.start(); LoadLoop loop = new LoadLoop()) {
			loop.setFollowing(true);
			Login login = server.login();
			List<WebSocketClient> clients = Clients.open(loop, CLIENTS, (index) -> login);
			burst(server, loop, clients, 1);
			List<Double> lasts = new ArrayList<>();
			long updates = loop.updates();
			for (int i = 1; i <= BURSTS; i++) {
				lasts.add(burst(server, loop, clients, 1 + i * CHANGES));
			}
			double perClient = (double) (loop.updates() - updates) / CLIENTS / BURSTS;
			Clients.requireClean(loop, CLIENTS);
			double last = Median.of(lasts, Double::doubleValue);
			return Outcome.of(last <= MAX_MILLIS && perClient < CHANGES, "merged, the last within 100 ms",
					"1,000 changes in 1 s reached 5,000 clients as %.0f deltas each, the last client had the last change "
							+ "after %.0f ms (median of %d bursts)",
					perClient, last, BURSTS);
		}
	}

	/** Return how long the last change took to the last client. */
	private static double burst(FanoutProcess server, LoadLoop loop, List<WebSocketClient> clients, int first) {
		int last = first + CHANGES - 1;
		LatencyHistogram latencies = new LatencyHistogram();
		loop.setListener((number, publishedAt) -> {
			if (number == last) {
				latencies.add(System.nanoTime() - publishedAt);
			}
		});
		CompletableFuture<?> done = server.postAsync("/burst?changes=" + CHANGES + "&millis=1000&first=" + first);
		loop.pumpUntil(() -> latencies.total() == clients.size(), Duration.ofSeconds(20));
		done.join();
		if (latencies.total() != clients.size()) {
			throw new IllegalStateException(
					"the last change reached only " + latencies.total() + " of " + clients.size() + " clients");
		}
		loop.pumpFor(Duration.ofMillis(500));
		return latencies.maxMillis();
	}

}
