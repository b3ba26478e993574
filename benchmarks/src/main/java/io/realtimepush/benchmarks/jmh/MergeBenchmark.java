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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
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
 * Merges the deltas that a client has missed into one.
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
public class MergeBenchmark {

	/**
	 * Deltas that are merged; a full ring has 128.
	 */
	@Param({ "2", "128" })
	public int deltas;

	private List<FlagDelta> missed;

	/**
	 * Prepare the deltas, each of another flag.
	 */
	@Setup
	public void prepare() {
		this.missed = new ArrayList<>();
		FlagPosition position = SampleFlags.START;
		for (int i = 0; i < this.deltas; i++) {
			FlagDelta delta = SampleFlags.delta(position, i);
			this.missed.add(delta);
			position = delta.to();
		}
	}

	/**
	 * Merge the deltas.
	 * @return one delta
	 */
	@Benchmark
	public FlagDelta merge() {
		FlagDelta merged = this.missed.get(0);
		for (int i = 1; i < this.missed.size(); i++) {
			merged = merged.then(this.missed.get(i));
		}
		return merged;
	}

}
