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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.realtimepush.benchmarks.load.Client;
import io.realtimepush.benchmarks.load.LoadLoop;
import io.realtimepush.benchmarks.load.Login;
import io.realtimepush.benchmarks.load.Marker;
import io.realtimepush.benchmarks.load.ServerProcess;
import io.realtimepush.benchmarks.load.WebSocketClient;

/**
 * All clients lose their connection and come back at once with an old position. Either it
 * can be continued by a delta, or it is too old and each of them is sent the whole flag
 * set. The live heap is looked at again and again meanwhile.
 */
final class Storm {

	private static final int CLIENTS = 10_000;

	/** Of 1,000 flags, so that the flag set has 1 MiB of JSON. */
	private static final int VALUE_SIZE = 1025;

	private static final int CHANGES_IN_RING = 50;

	private static final int CHANGES_BEYOND_RING = 300;

	private static final int MAX_GROWTH = 64 << 20;

	private static final Duration LIMIT = Duration.ofMinutes(2);

	private Storm() {
	}

	static Outcome run(boolean beyondRing) {
		try (FanoutProcess server = FanoutProcess.start("--bench.flags=1000", "--bench.value-size=" + VALUE_SIZE);
				LoadLoop loop = new LoadLoop()) {
			loop.setLooking(false);
			loop.setFollowing(true);
			Login old = server.loginAtPresent();
			Clients.open(loop, CLIENTS, (index) -> old);
			for (int i = 0; i < (beyondRing ? CHANGES_BEYOND_RING : CHANGES_IN_RING); i++) {
				server.post("/publish", Marker.body(i, 200));
				loop.pump(0);
			}
			loop.pumpFor(Duration.ofSeconds(2));
			return storm(server, loop, old);
		}
	}

	private static Outcome storm(FanoutProcess server, LoadLoop loop, Login old) {
		ServerProcess stats = server.stats();
		long version = server.version();
		long before = stats.liveHeap();
		AtomicBoolean over = new AtomicBoolean();
		CompletableFuture<Long> peak = CompletableFuture.supplyAsync(() -> peak(server.stats(), over));
		loop.closeClients();
		long start = System.nanoTime();
		List<Client> clients = loop.open(CLIENTS, (index) -> old, CLIENTS * 10);
		boolean caughtUp = loop.pumpUntil(() -> clients.stream().allMatch((client) -> isAt(client, version)), LIMIT);
		double seconds = (System.nanoTime() - start) / 1e9;
		over.set(true);
		long growth = peak.join() - before;
		long behind = clients.stream().filter((client) -> !isAt(client, version)).count();
		return Outcome.of(caughtUp && loop.failed() + loop.dropped() == 0 && growth <= MAX_GROWTH,
				"newest position everywhere, heap never grows by more than 64 MiB",
				"10,000 clients back after %.1f s, %d of them not at the newest position, %d failed, %d dropped; "
						+ "live heap grew by at most %.1f MiB from %.1f MiB, resident %d MiB",
				seconds, behind, loop.failed(), loop.dropped(), growth / 1048576.0, before / 1048576.0,
				stats.residentKib() / 1024);
	}

	private static boolean isAt(Client client, long version) {
		return ((WebSocketClient) client).version() == version;
	}

	private static long peak(ServerProcess stats, AtomicBoolean over) {
		long peak = 0;
		while (!over.get()) {
			peak = Math.max(peak, stats.liveHeap());
		}
		return Math.max(peak, stats.liveHeap());
	}

}
