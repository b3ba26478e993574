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

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link LatencyHistogram}.
 */
class LatencyHistogramTests {

	private final LatencyHistogram histogram = new LatencyHistogram();

	@Test
	void partsOfManyLatenciesAreRightToTwoPercent() {
		for (int i = 1; i <= 100_000; i++) {
			this.histogram.add(i * 1000L);
		}
		assertThat(this.histogram.millis(0.5)).isEqualTo(50, within(1.0));
		assertThat(this.histogram.millis(0.99)).isEqualTo(99, within(2.0));
		assertThat(this.histogram.maxMillis()).isEqualTo(100);
		assertThat(this.histogram.total()).isEqualTo(100_000);
	}

	@Test
	void emptyHistogramHasNoLatency() {
		assertThat(this.histogram.millis(0.99)).isZero();
	}

	@Test
	void extremesAreCounted() {
		this.histogram.add(-5);
		this.histogram.add(Long.MAX_VALUE);
		assertThat(this.histogram.millis(0.5)).isZero();
		assertThat(this.histogram.millis(1)).isGreaterThan(Long.MAX_VALUE * 0.98 / 1e6);
	}

}
