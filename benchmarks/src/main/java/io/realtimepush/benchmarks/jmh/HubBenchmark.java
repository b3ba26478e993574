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
import java.util.concurrent.TimeUnit;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.RingLimits;
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

/**
 * Publishes changes of one flag to the hub, with nobody connected.
 *
 * @since 0.1.0
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init")
public class HubBenchmark {

	/**
	 * Flags of the flag set.
	 */
	@Param({ "10", "10000" })
	public int flags;

	/**
	 * Views of the flag set, each behind a filter of its own.
	 */
	@Param({ "1", "100" })
	public int views;

	private FlagHub hub;

	private FlagPosition position;

	/**
	 * Prepare the hub.
	 */
	@Setup
	public void prepare() {
		this.hub = new FlagHub(RingLimits.DEFAULT);
		for (int i = 0; i < this.views; i++) {
			this.hub.acquire(SampleFlags.ID, FlagFilter.of(List.of("app.*", "view-" + i)));
		}
		this.hub.publish(SampleFlags.snapshot(this.flags));
		this.position = SampleFlags.START;
	}

	/**
	 * Publish a change.
	 * @return whether the hub took it
	 */
	@Benchmark
	public boolean publish() {
		FlagDelta delta = SampleFlags.delta(this.position, 0);
		this.position = delta.to();
		return this.hub.publish(SampleFlags.ID, delta);
	}

}
