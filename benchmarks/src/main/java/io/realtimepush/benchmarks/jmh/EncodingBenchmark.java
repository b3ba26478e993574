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

import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.protocol.ServerMessage;
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
 * Writes messages as JSON.
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
public class EncodingBenchmark {

	/**
	 * Flags that are written.
	 */
	@Param({ "1", "100", "10000" })
	public int flags;

	private ServerMessage delta;

	private ServerMessage snapshot;

	/**
	 * Prepare the messages.
	 */
	@Setup
	public void prepare() {
		FlagDelta change = new FlagDelta(SampleFlags.START, 2, SampleFlags.flags(this.flags), Set.of());
		this.delta = new ServerMessage.Delta(change, null);
		this.snapshot = new ServerMessage.Snapshot(SampleFlags.snapshot(this.flags), false, null);
	}

	/**
	 * Write a delta.
	 * @return its JSON
	 */
	@Benchmark
	public byte[] delta() {
		return MessageWriter.write(this.delta);
	}

	/**
	 * Write a snapshot.
	 * @return its JSON
	 */
	@Benchmark
	public byte[] snapshot() {
		return MessageWriter.write(this.snapshot);
	}

}
