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

/**
 * How many requests may be sent over a session: so many per second, after a first burst.
 * Both leave room for the other messages of a client under the limits of a server, which
 * are 50 per second after a burst of 100 unless it has been told otherwise.
 * <p>
 * Confined to the loop.
 */
final class SendAllowance {

	/** Time that earns one request. */
	static final Duration INTERVAL = Duration.ofSeconds(1).dividedBy(32);

	static final int BURST = 60;

	private int left = BURST;

	private long countedAt;

	/**
	 * Create the allowance of a new session.
	 * @param now the time in nanoseconds
	 */
	SendAllowance(long now) {
		this.countedAt = now;
	}

	/**
	 * Count a request.
	 * @return whether it may be sent now
	 */
	boolean take(long now) {
		long earned = (now - this.countedAt) / INTERVAL.toNanos();
		this.left = (int) Math.min(BURST, this.left + earned);
		this.countedAt += earned * INTERVAL.toNanos();
		if (this.left == 0) {
			return false;
		}
		this.left--;
		return true;
	}

}
