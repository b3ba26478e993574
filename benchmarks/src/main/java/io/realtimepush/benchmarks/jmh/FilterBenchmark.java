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

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSet;
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
 * Decides which flags a client may see.
 *
 * @since 0.1.0
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init")
public class FilterBenchmark {

	private static final int FLAGS = 1000;

	/**
	 * A pattern of the filter.
	 */
	@Param({ "app.checkout.feature-00500", "app.*", "*.checkout.*-00*" })
	public String pattern;

	private FlagFilter filter;

	private FlagSet flags;

	private String key;

	/**
	 * Prepare the filter, which has two patterns more.
	 */
	@Setup
	public void prepare() {
		this.filter = FlagFilter.of(List.of("ui.*", "zone-*", this.pattern));
		this.flags = SampleFlags.snapshot(FLAGS).flags();
		this.key = SampleFlags.key(FLAGS / 2);
	}

	/**
	 * Match one flag.
	 * @return whether it is visible
	 */
	@Benchmark
	public boolean match() {
		return this.filter.matches(this.key);
	}

	/**
	 * Filter 1,000 flags.
	 * @return those that are visible
	 */
	@Benchmark
	public FlagSet filter() {
		return this.flags.filter(this.filter);
	}

}
