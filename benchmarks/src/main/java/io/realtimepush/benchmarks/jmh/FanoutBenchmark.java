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

package io.realtimepush.benchmarks.jmh;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.RingLimits;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.session.Credential;
import io.realtimepush.session.InMemorySdkKeyRegistry;
import io.realtimepush.session.Peer;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushLogin;
import io.realtimepush.session.PushRequest;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.session.SessionSettings;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.scheduler.Schedulers;

/**
 * Publishes changes to an SDK key that has connections already: from the hub to the write
 * of each connection, which takes what it is given. What a publication allocates must not
 * depend on the number of connections: run it with {@code -prof gc} and compare
 * {@code gc.alloc.rate.norm}.
 *
 * @since 0.1.0
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1,
		jvmArgsAppend = { "-Djmh.executor=CUSTOM",
				"-Djmh.executor.class=io.realtimepush.benchmarks.jmh.EventLoopThreads" })
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init")
public class FanoutBenchmark {

	private static final String KEY = "sdk-server-bench";

	/**
	 * Connections of the key.
	 */
	@Param({ "1", "100", "10000" })
	public int connections;

	private FlagHub hub;

	private FlagPosition position;

	private long written;

	/**
	 * Prepare the sessions.
	 */
	@Setup
	public void prepare() {
		this.hub = new FlagHub(RingLimits.DEFAULT);
		this.hub.acquire(SampleFlags.ID, FlagFilter.all());
		this.hub.publish(SampleFlags.snapshot(10));
		this.position = SampleFlags.START;
		SdkKeyDetails key = new SdkKeyDetails(SdkKey.server(KEY), SampleFlags.ID, FlagFilter.all(), Set.of());
		Broadcaster broadcaster = new Broadcaster(Schedulers.parallel(),
				(transport, count, passedOver, nanos) -> this.written += count);
		PushHandler handler = new PushHandler(this.hub, new InMemorySdkKeyRegistry(List.of(key)), broadcaster,
				SessionSettings.DEFAULT, Schedulers.parallel(), List.of(), List.of());
		PushRequest request = new PushRequest("discarding", new Credential(KEY, false), new Peer(null, null, false),
				new ClientMessage.Options(this.position, null, null), null,
				new ClientMessage.ClientInfo(null, null, Map.of()));
		for (int i = 0; i < this.connections; i++) {
			PushLogin login = handler.login(request).blockOptional().orElseThrow();
			handler.open(login, new DiscardingConnection(broadcaster));
		}
	}

	/**
	 * Publish a change, and write it to all connections.
	 * @return how many writes there have been
	 */
	@Benchmark
	public long publish() {
		FlagDelta delta = SampleFlags.delta(this.position, 0);
		this.position = delta.to();
		long before = this.written;
		this.hub.publish(SampleFlags.ID, delta);
		if (this.written - before != this.connections) {
			throw new IllegalStateException("a change was written %d times to %d connections"
				.formatted(this.written - before, this.connections));
		}
		return this.written;
	}

}
