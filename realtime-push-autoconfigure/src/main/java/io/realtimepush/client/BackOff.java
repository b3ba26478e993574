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

import org.jspecify.annotations.Nullable;

/**
 * Delays between attempts: a random time between nothing and a limit, which doubles with
 * each attempt, so that clients that lost their connection in one moment do not come back
 * in one moment.
 * <p>
 * Confined to one thread.
 */
final class BackOff {

	private final Duration first;

	private final Duration longest;

	private final RandomGenerator random;

	private int attempts;

	BackOff(Duration first, Duration longest, RandomGenerator random) {
		this.first = first;
		this.longest = longest;
		this.random = random;
	}

	/**
	 * Return the delay before the next attempt.
	 * @return the delay
	 */
	Duration next() {
		// Beyond 2^30 every limit is reached
		long doubled = this.first.toNanos() * (1L << Math.min(this.attempts++, 30));
		long limit = (doubled <= 0) ? this.longest.toNanos() : Math.min(doubled, this.longest.toNanos());
		return Duration.ofNanos((long) (this.random.nextDouble() * limit));
	}

	/**
	 * Return the delay before the next attempt, at least what the server has asked for.
	 * @param failure how the last attempt ended, or {@code null} if that says nothing
	 * @return the delay
	 */
	Duration next(@Nullable ConnectFailure failure) {
		Duration delay = next();
		Duration least = (failure != null) ? failure.retryAfter() : null;
		return (least != null && least.compareTo(delay) > 0) ? least : delay;
	}

	/**
	 * Start over, because a session was stable.
	 */
	void reset() {
		this.attempts = 0;
	}

}
