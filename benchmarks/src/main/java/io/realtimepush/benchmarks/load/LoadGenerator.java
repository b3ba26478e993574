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

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Opens many clients to a server, publishes, and prints what it took: one line of JSON.
 * Uses one thread and nothing but the JDK.
 *
 * @since 0.1.0
 */
public final class LoadGenerator {

	private static final int HEAP_WARM_UP = 200;

	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final LoadOptions options;

	private final @Nullable ServerProcess server;

	private final LoadLoop loop = new LoadLoop();

	private final Rounds rounds;

	private final Publisher publisher;

	/** Resident memory before the first client. */
	private final long emptyKib;

	private final Map<String, Object> result = new LinkedHashMap<>();

	private LoadGenerator(LoadOptions options) {
		this.options = options;
		this.server = options.server();
		this.emptyKib = (this.server != null) ? this.server.residentKib() : 0;
		this.rounds = new Rounds(this.loop, this.server, options.gap());
		this.publisher = new Publisher(this.loop, options.publishAddress(), options.publishPath());
	}

	/**
	 * Run the load generator.
	 * @param args options, see the usage that an unknown one prints
	 */
	public static void main(String[] args) {
		LoadGenerator generator = new LoadGenerator(new LoadOptions(args));
		generator.warmUp();
		boolean clean = generator.measure();
		System.out.println(generator.json());
		System.exit(clean ? 0 : 1);
	}

	private void warmUp() {
		int preRounds = this.options.preRounds();
		if (preRounds > 0) {
			pass(this.options.preConnections(), preRounds);
		}
		for (int i = 0; i < this.options.churn(); i++) {
			pass(this.options.connections(), 1);
		}
		if (this.options.heap()) {
			pass(HEAP_WARM_UP, 2);
		}
	}

	private void pass(int connections, int count) {
		connect(connections);
		for (int i = 0; i < count; i++) {
			this.rounds.run(this::publish);
		}
		this.loop.closeClients();
		this.loop.pumpFor(PAUSE);
	}

	private void connect(int count) {
		Login login = this.options.login();
		this.loop.open(count, (index) -> login, this.options.rate());
		this.loop.pumpFor(this.options.settle());
	}

	private void publish(int number) {
		this.publisher.publish(Marker.body(number, this.options.size()));
	}

	private boolean measure() {
		put("label", this.options.label());
		put("transport", this.options.login().transport().text());
		put("connections", this.options.connections());
		put("size", this.options.size());
		measureConnecting();
		measureIdling();
		int lost = measureRounds();
		int failed = this.options.connections() - this.loop.ready() - this.loop.dropped();
		put("failed", failed);
		put("dropped", this.loop.dropped());
		put("lost", lost);
		if (this.loop.firstFault() != null) {
			put("fault", String.valueOf(this.loop.firstFault().getMessage()).lines().findFirst().orElse(""));
		}
		return failed == 0 && this.loop.dropped() == 0 && lost == 0;
	}

	private void measureConnecting() {
		long heap = (this.options.heap() && this.server != null) ? this.server.liveHeap() : 0;
		long cpu = (this.server != null) ? this.server.cpuNanos() : 0;
		connect(this.options.connections());
		int connected = Math.max(1, this.loop.ready());
		put("connected", this.loop.ready());
		if (this.server != null) {
			put("connect_cpu_us", (this.server.cpuNanos() - cpu) / 1e3 / connected);
			put("rss_kib", this.server.residentKib());
			put("rss_kib_per_connection", (double) (this.server.residentKib() - this.emptyKib) / connected);
			if (this.options.heap()) {
				put("heap_bytes_per_connection", (double) (this.server.liveHeap() - heap) / connected);
			}
		}
	}

	private void measureIdling() {
		long seconds = this.options.idle().toSeconds();
		if (seconds > 0 && this.server != null) {
			this.loop.setFollowing(true);
			// What a JVM has still to compile after connecting is compiled by then
			this.loop.pumpFor(this.options.idle());
			long beats = this.loop.beats();
			long cpu = this.server.cpuNanos();
			this.loop.pumpFor(this.options.idle());
			put("idle_cpu_us_per_connection_s",
					(this.server.cpuNanos() - cpu) / 1e3 / seconds / Math.max(1, this.loop.ready()));
			put("idle_beats", this.loop.beats() - beats);
			this.loop.setFollowing(false);
		}
	}

	private int measureRounds() {
		List<Round> measured = new ArrayList<>();
		this.rounds.setHolding(this.options.hold());
		for (int i = 0; i < this.options.warmup() + this.options.rounds(); i++) {
			Round round = this.rounds.run(this::publish);
			if (i >= this.options.warmup()) {
				measured.add(round);
			}
		}
		put("rounds", measured.size());
		if (this.options.hold()) {
			put("sent_ms", Median.of(measured, Round::sent));
		}
		else {
			put("first_ms", Median.of(measured, Round::first));
			put("p50_ms", Median.of(measured, Round::median));
			put("p99_ms", Median.of(measured, Round::p99));
			put("last_ms", Median.of(measured, Round::last));
		}
		if (this.server != null) {
			put("cpu_us", Median.of(measured, Round::cpuMicros));
			put("cpu_us_best", measured.stream().mapToDouble(Round::cpuMicros).min().orElse(0));
		}
		put("load_cpu_us", Median.of(measured, Round::loadMicros));
		return measured.stream().mapToInt(Round::lost).sum();
	}

	private void put(String name, Object value) {
		this.result.put(name, value);
	}

	private String json() {
		return this.result.entrySet()
			.stream()
			.map((entry) -> '"' + entry.getKey() + "\":" + json(entry.getValue()))
			.collect(Collectors.joining(",", "{", "}"));
	}

	private static String json(Object value) {
		if (value instanceof Double number) {
			return String.format(Locale.ROOT, "%.3f", number);
		}
		return (value instanceof Number) ? value.toString()
				: '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
	}

}
