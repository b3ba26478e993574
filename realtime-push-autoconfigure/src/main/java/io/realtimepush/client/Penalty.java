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

package io.realtimepush.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long something that did not work is not tried again: a period that doubles each
 * time, up to a limit, varied by a fifth.
 * <p>
 * Confined to one thread.
 */
final class Penalty {

	private final Duration first;

	private final Duration longest;

	private final RandomGenerator random;

	private long period;

	private long until;

	private boolean imposed;

	Penalty(Duration first, Duration longest, RandomGenerator random) {
		this.first = first;
		this.longest = longest;
		this.random = random;
		this.period = first.toNanos();
	}

	void impose(long now) {
		this.imposed = true;
		this.until = now + (long) (this.period * (0.8 + 0.4 * this.random.nextDouble()));
		this.period = Math.min(2 * this.period, this.longest.toNanos());
	}

	/** Try it again now; if that fails, the period goes on doubling. */
	void lift() {
		this.imposed = false;
	}

	/** It works. */
	void clear() {
		this.imposed = false;
		this.period = this.first.toNanos();
	}

	/**
	 * Return how long it still lasts.
	 * @return nanoseconds, 0 if it is over
	 */
	long remaining(long now) {
		return this.imposed ? Math.max(0, this.until - now) : 0;
	}

}
