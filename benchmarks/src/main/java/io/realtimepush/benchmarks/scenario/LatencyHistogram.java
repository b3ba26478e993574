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

/**
 * Counts latencies without keeping them. What it answers is right to 2 %.
 */
final class LatencyHistogram {

	private static final int SUB_BUCKET_BITS = 6;

	private static final int SUB_BUCKETS = 1 << SUB_BUCKET_BITS;

	private final long[] counts = new long[Long.SIZE * SUB_BUCKETS];

	private long total;

	private long max;

	void add(long nanos) {
		this.counts[bucket(Math.max(0, nanos))]++;
		this.total++;
		this.max = Math.max(this.max, nanos);
	}

	private static int bucket(long value) {
		int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(value) - SUB_BUCKET_BITS - 1);
		return shift * SUB_BUCKETS + (int) (value >> shift);
	}

	private static long lowest(int bucket) {
		int shift = Math.max(0, bucket / SUB_BUCKETS - 1);
		return (long) (bucket - shift * SUB_BUCKETS) << shift;
	}

	/**
	 * Return the latency below which a part of all lies.
	 * @param part between 0 and 1
	 * @return milliseconds, or 0 if nothing was counted
	 */
	double millis(double part) {
		long left = (long) Math.ceil(this.total * part);
		for (int i = 0; i < this.counts.length && left > 0; i++) {
			left -= this.counts[i];
			if (left <= 0) {
				return lowest(i) / 1e6;
			}
		}
		return 0;
	}

	double maxMillis() {
		return this.max / 1e6;
	}

	long total() {
		return this.total;
	}

}
