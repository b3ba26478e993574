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

package io.realtimepush.benchmarks.latency;

import java.util.Arrays;

/**
 * Times of one kind of way.
 *
 * @param name what was timed
 * @param nanos how long each took, sorted
 */
record Times(String name, long[] nanos) {

	static Times of(String name, long[] nanos) {
		long[] sorted = nanos.clone();
		Arrays.sort(sorted);
		return new Times(name, sorted);
	}

	double micros(double part) {
		return this.nanos[(int) ((this.nanos.length - 1) * part)] / 1e3;
	}

	String row(Times other) {
		return "| %s | %.0f | %.0f | %.1f | %.1f |".formatted(this.name, micros(0.5), micros(0.99),
				micros(0.5) / other.micros(0.5), micros(0.99) / other.micros(0.99));
	}

}
