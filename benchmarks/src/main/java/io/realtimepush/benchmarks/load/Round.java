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

/**
 * What one change did.
 *
 * @param delivered clients that it has reached
 * @param lost clients that it should have reached in time
 * @param cpuNanos CPU time of the server, until things were quiet again
 * @param loadNanos CPU time of the load generator
 * @param first milliseconds from the publication to the first client
 * @param median milliseconds to half of the clients
 * @param p99 milliseconds to 99 of 100 clients
 * @param last milliseconds to the last client
 * @param sent milliseconds until the server had sent all, or 0 if that was not waited for
 * @since 0.1.0
 */
public record Round(int delivered, int lost, long cpuNanos, long loadNanos, double first, double median, double p99,
		double last, double sent) {

	/**
	 * Return what a delivery has cost the server.
	 * @return microseconds of CPU
	 */
	public double cpuMicros() {
		return this.cpuNanos / 1e3 / this.delivered;
	}

	/**
	 * Return what a delivery has cost the load generator.
	 * @return microseconds of CPU
	 */
	public double loadMicros() {
		return this.loadNanos / 1e3 / this.delivered;
	}

}
