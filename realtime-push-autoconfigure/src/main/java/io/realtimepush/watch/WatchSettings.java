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

package io.realtimepush.watch;

import java.time.Duration;

/**
 * How the source is watched.
 *
 * @param interval time between two probes, varied by a tenth so that nodes do not probe
 * in step
 * @param timeout longest time the source may take to answer
 * @param maxBackOff longest pause after failures, which starts at the interval and
 * doubles
 * @param restoreDelay how long the source must stay at a lower version before it counts
 * as restored from a backup
 * @param renewalInterval shortest time between two new epochs of a flag set
 * @param linger how long a flag set is watched after its last holder has left
 * @since 0.1.0
 */
public record WatchSettings(Duration interval, Duration timeout, Duration maxBackOff, Duration restoreDelay,
		Duration renewalInterval, Duration linger) {

	/**
	 * The defaults: probes each second, an answer within 10 s, back-off up to 30 s.
	 */
	public static final WatchSettings DEFAULT = new WatchSettings(Duration.ofSeconds(1), Duration.ofSeconds(10),
			Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMinutes(1), Duration.ofMinutes(1));

	/** Longest time that a source is left alone that hints each change. */
	private static final Duration MAX_REST = Duration.ofSeconds(30);

	/**
	 * How long to leave a source alone that hints each change: until something may have
	 * to be forgotten, and not for ever, in case it promises too much.
	 */
	Duration rest() {
		Duration rest = (this.linger.compareTo(MAX_REST) < 0) ? this.linger : MAX_REST;
		return (rest.compareTo(this.interval) > 0) ? rest : this.interval;
	}

	/**
	 * How long to wait after failures: the interval, doubled with each further one.
	 * @param failures how many there were in a row, at least one
	 */
	Duration backOff(int failures) {
		long millis = this.interval.toMillis() << Math.min(failures - 1, 20);
		return Duration.ofMillis(Math.min(millis, this.maxBackOff.toMillis()));
	}

}
