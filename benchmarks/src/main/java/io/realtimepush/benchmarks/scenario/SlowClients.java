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
import java.util.function.BooleanSupplier;

import io.realtimepush.benchmarks.load.Client;
import io.realtimepush.benchmarks.load.LoadLoop;
import io.realtimepush.benchmarks.load.Login;
import io.realtimepush.benchmarks.load.ServerProcess;
import io.realtimepush.benchmarks.load.WebSocketClient;

/**
 * A tenth of the clients stops reading while very many changes are published. They cost
 * next to nothing and the others do not notice. Half of them read on afterwards and catch
 * up by one update, the others are closed.
 */
final class SlowClients {

	private static final int FAST = 9000;

	private static final int SLOW = 1000;

	private static final int RESUMED = 500;

	private static final int CHANGES = 10_000;

	private static final Duration OVER = Duration.ofSeconds(20);

	private static final int SIZE = 4000;

	private static final int RECEIVE_BUFFER = 4096;

	/** What a connection over a network has to begin with. */
	private static final int SEND_BUFFER = 64 * 1024;

	private static final double MAX_HEAP = 2048;

	private static final double MAX_RATIO = 1.2;

	private final FanoutProcess server;

	private final LoadLoop loop;

	private final ServerProcess stats;

	private final Login login;

	private int published;

	private SlowClients(FanoutProcess server, LoadLoop loop) {
		this.server = server;
		this.loop = loop;
		this.stats = server.stats();
		this.login = server.login();
	}

	static Outcome run() {
		try (FanoutProcess server = FanoutProcess.start("--bench.send-buffer=" + SEND_BUFFER);
				LoadLoop loop = new LoadLoop()) {
			loop.setFollowing(true);
			return new SlowClients(server, loop).measure();
		}
	}

	private Outcome measure() {
		Clients.open(this.loop, FAST, (index) -> this.login);
		publish(Duration.ofSeconds(5));
		Load alone = publish(OVER);
		this.loop.setReceiveBuffer(RECEIVE_BUFFER);
		List<WebSocketClient> slow = Clients.open(this.loop, SLOW, (index) -> this.login);
		slow.forEach(Client::stall);
		Load beside = publish(OVER);
		double blocked = this.server.meter("realtimepush.conflations", "transport:websocket");
		double heapPerSlow = (double) (beside.heapGrowth() - alone.heapGrowth()) / SLOW;
		List<WebSocketClient> resumed = slow.subList(0, RESUMED);
		resumed.forEach(Client::resume);
		long newest = this.server.version();
		await(Duration.ofSeconds(10), () -> resumed.stream().allMatch((client) -> client.version() == newest));
		long caughtUp = resumed.stream().filter((client) -> client.version() == newest && client.span() > 1).count();
		double closed = awaitClosed();
		double ratio = beside.p99() / alone.p99();
		return Outcome.of(
				blocked > 0 && heapPerSlow <= MAX_HEAP && ratio <= MAX_RATIO && caughtUp == RESUMED
						&& closed == SLOW - RESUMED,
				"at most 2 KiB per slow client, p99 of the others within 1.2 ×, each slow one catches up by one update "
						+ "or is closed with 4508",
				"%.2f KiB of live heap per slow client, p99 of the others %.0f ms and %.0f without slow ones (× %.2f), "
						+ "%d of %d caught up by one update, %.0f of %d closed as slow (%,.0f writes were held back)",
				heapPerSlow / 1024, beside.p99(), alone.p99(), ratio, caughtUp, RESUMED, closed, SLOW - RESUMED,
				blocked);
	}

	private Load publish(Duration over) {
		long heap = this.stats.liveHeap();
		LatencyHistogram latencies = new LatencyHistogram();
		int last = this.published + CHANGES;
		this.loop.setListener((number, publishedAt) -> latencies.add(System.nanoTime() - publishedAt));
		CompletableFuture<?> done = this.server.postAsync("/burst?changes=%d&millis=%d&first=%d&size=%d"
			.formatted(CHANGES, over.toMillis(), this.published + 1, SIZE));
		this.published = last;
		await(over.plusSeconds(60), done::isDone);
		done.join();
		this.loop.pumpFor(Duration.ofSeconds(1));
		return new Load(latencies.millis(0.99), this.stats.liveHeap() - heap);
	}

	/** They are closed when their socket has taken nothing for 30 s. */
	private double awaitClosed() {
		long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		double closed = 0;
		while (closed < SLOW - RESUMED && System.nanoTime() < end) {
			this.loop.pumpFor(Duration.ofSeconds(1));
			closed = this.server.meter("realtimepush.disconnects", "code:slow");
		}
		return closed;
	}

	private void await(Duration limit, BooleanSupplier condition) {
		this.loop.pumpUntil(condition, limit);
	}

	/**
	 * What many changes did.
	 *
	 * @param p99 milliseconds that 99 of 100 deliveries took at most
	 * @param heapGrowth by how many bytes the live heap grew
	 */
	private record Load(double p99, long heapGrowth) {
	}

}
