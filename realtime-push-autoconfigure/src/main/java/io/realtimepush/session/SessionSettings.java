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

package io.realtimepush.session;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Times and limits of sessions.
 *
 * @param heartbeat heartbeat interval if the client wishes none, 5 s to 5 min
 * @param handshakeTimeout time to wait for {@code hello}
 * @param loadTimeout time to wait for the first load of a flag set
 * @param aheadTimeout time to wait for a source that is behind a client
 * @param drainTime longest time that a drain takes
 * @param limits how much is let in
 * @since 0.1.0
 */
public record SessionSettings(Duration heartbeat, Duration handshakeTimeout, Duration loadTimeout,
		Duration aheadTimeout, Duration drainTime, SessionLimits limits) {

	/**
	 * Shortest heartbeat interval that can be agreed upon.
	 */
	public static final Duration MIN_HEARTBEAT = Duration.ofSeconds(5);

	/**
	 * Longest heartbeat interval that can be agreed upon.
	 */
	public static final Duration MAX_HEARTBEAT = Duration.ofMinutes(5);

	/**
	 * The defaults: heartbeats each 25 s, because load balancers cut idle connections at
	 * 60 s.
	 */
	public static final SessionSettings DEFAULT = new SessionSettings(Duration.ofSeconds(25), Duration.ofSeconds(10),
			Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5), SessionLimits.DEFAULT);

	/**
	 * Return the heartbeat interval for a wish.
	 * @param wished the wished interval in milliseconds, or {@code null}
	 * @return the interval in milliseconds, cut to the range
	 */
	public int heartbeatFor(@Nullable Long wished) {
		long millis = (wished != null) ? wished : this.heartbeat.toMillis();
		return (int) Math.max(MIN_HEARTBEAT.toMillis(), Math.min(millis, MAX_HEARTBEAT.toMillis()));
	}

}
