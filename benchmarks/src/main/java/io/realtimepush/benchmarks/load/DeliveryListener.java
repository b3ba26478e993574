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
 * Told of deliveries, in the thread of the loop. Must not allocate, or what is measured
 * is its garbage.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface DeliveryListener {

	/**
	 * A client has been sent a change that is newer than all it was sent before.
	 * @param number the number of the change
	 * @param publishedAt when it was published, as of {@link System#nanoTime()}
	 */
	void delivered(int number, long publishedAt);

}
