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

package io.realtimepush.benchmarks.load;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Publishes changes one after another and watches each reach the clients.
 * <p>
 * Confined to the thread of its {@link LoadLoop}.
 *
 * @since 0.1.0
 */
public final class Rounds {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	/** When nothing was sent for so long, everything was. */
	private static final long SILENCE = TimeUnit.MILLISECONDS.toNanos(50);

	private static final long SAMPLING = TimeUnit.MILLISECONDS.toNanos(1);

	private static final int MAX_FIRST = 9_000_000;

	private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

	private final LoadLoop loop;

	private final @Nullable ServerProcess server;

	private final Duration quiet;

	private long[] latencies = new long[0];

	private int delivered;

	private boolean holding;

	/** Begins anywhere, because the server may still have a change of another run. */
	private int number = ThreadLocalRandom.current().nextInt(MAX_FIRST);

	/**
	 * Create rounds.
	 * @param loop the clients
	 * @param server the server, or {@code null} if its CPU time is of no interest
	 * @param quiet how long to wait behind a round for what the server still does about
	 * it
	 */
	public Rounds(LoadLoop loop, @Nullable ServerProcess server, Duration quiet) {
		this.loop = loop;
		this.server = server;
		this.quiet = quiet;
		loop.setListener(this::delivered);
	}

	/**
	 * Set whether the clients hold still until the server has sent everything, which
	 * leaves it the cores of the machine as if the clients were elsewhere. What is then
	 * told of the time of deliveries is of no use.
	 * @param holding whether to read only when nothing more is sent
	 */
	public void setHolding(boolean holding) {
		this.holding = holding;
	}

	private void delivered(int delivery, long publishedAt) {
		if (delivery == this.number && this.delivered < this.latencies.length) {
			this.latencies[this.delivered++] = System.nanoTime() - publishedAt;
		}
	}

	/**
	 * Publish a change to all clients that are ready.
	 * @param publication given the number of the change, which is to be in its marker
	 * @return what it did
	 */
	public Round run(Consumer<Integer> publication) {
		return run(publication, this.loop::ready);
	}

	/**
	 * Publish a change.
	 * @param publication given the number of the change, which is to be in its marker
	 * @param expected how many clients it should reach
	 * @return what it did
	 */
	public Round run(Consumer<Integer> publication, IntSupplier expected) {
		if (this.latencies.length < expected.getAsInt()) {
			this.latencies = new long[expected.getAsInt()];
		}
		this.number++;
		this.delivered = 0;
		int sought = expected.getAsInt();
		long cpu = cpuNanos();
		long own = THREADS.getCurrentThreadCpuTime();
		long packets = this.holding ? TcpStatistics.dataPacketsSent() : 0;
		publication.accept(this.number);
		double sent = this.holding ? awaitSilence(packets) : 0;
		this.loop.pumpUntil(() -> this.delivered >= Math.min(sought, expected.getAsInt()), TIMEOUT);
		own = THREADS.getCurrentThreadCpuTime() - own;
		this.loop.pumpFor(this.quiet);
		return round(sought, cpuNanos() - cpu, own, sent);
	}

	/**
	 * Wait until nothing more is sent, and return in how many milliseconds that was so.
	 */
	private static double awaitSilence(long packetsBefore) {
		long start = System.nanoTime();
		long grown = start;
		long packets = packetsBefore;
		long now = start;
		while (now - grown < SILENCE && now - start < TIMEOUT.toNanos()) {
			LockSupport.parkNanos(SAMPLING);
			long present = TcpStatistics.dataPacketsSent();
			now = System.nanoTime();
			if (present != packets) {
				packets = present;
				grown = now;
			}
		}
		return (grown - start) / 1e6;
	}

	private long cpuNanos() {
		return (this.server != null) ? this.server.cpuNanos() : 0;
	}

	private Round round(int sought, long cpu, long own, double sent) {
		int count = this.delivered;
		if (count == 0) {
			return new Round(0, sought, cpu, own, 0, 0, 0, 0, sent);
		}
		Arrays.sort(this.latencies, 0, count);
		return new Round(count, sought - count, cpu, own, millis(0), millis(count / 2), millis((int) (count * 0.99)),
				millis(count - 1), sent);
	}

	private double millis(int index) {
		return this.latencies[index] / 1e6;
	}

}
