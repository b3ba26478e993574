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

package io.realtimepush.transport.engineio;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.web.cors.CorsConfiguration;

/**
 * Options of an {@link EngineServer}.
 *
 * @param pingInterval time from one pong, or the beginning, to the next ping
 * @param pingTimeout time for the client to answer a ping
 * @param upgradeTimeout time for a WebSocket to take a session over
 * @param maxPayload largest message, and largest body of a request, in bytes
 * @param maxBuffer what may wait for a client that does not read, in bytes, when one more
 * message is sent
 * @param maxSessions how many sessions there may be
 * @param transports what clients may use
 * @param cors which other origins browsers may come from, or {@code null} to leave that
 * to them: they keep long-polling to the same origin then, but not WebSockets
 * @since 0.1.0
 */
public record EngineOptions(Duration pingInterval, Duration pingTimeout, Duration upgradeTimeout, int maxPayload,
		int maxBuffer, int maxSessions, Set<EngineTransport> transports, @Nullable CorsConfiguration cors) {

	/** Those of the protocol's reference, where it has them. */
	public static final EngineOptions DEFAULT = new EngineOptions(Duration.ofSeconds(25), Duration.ofSeconds(20),
			Duration.ofSeconds(10), 1_000_000, 1_000_000, 100_000, EnumSet.allOf(EngineTransport.class), null);

	public EngineOptions {
		positive(pingInterval, "pingInterval");
		positive(pingTimeout, "pingTimeout");
		positive(upgradeTimeout, "upgradeTimeout");
		positive(maxPayload, "maxPayload");
		positive(maxBuffer, "maxBuffer");
		positive(maxSessions, "maxSessions");
		Assert.isTrue(!transports.isEmpty(), "'transports' must not be empty");
		transports = Set.copyOf(transports);
	}

	private static void positive(Duration duration, String name) {
		Assert.isTrue(!duration.isNegative() && duration.toMillis() > 0,
				() -> "'" + name + "' must be at least 1ms, but was " + duration);
	}

	private static void positive(int number, String name) {
		Assert.isTrue(number > 0, () -> "'" + name + "' must be positive, but was " + number);
	}

	/**
	 * Change how the liveness of clients is watched.
	 * @param interval time from one pong to the next ping
	 * @param timeout time for the client to answer a ping
	 * @return options with this change
	 */
	public EngineOptions pings(Duration interval, Duration timeout) {
		return new EngineOptions(interval, timeout, this.upgradeTimeout, this.maxPayload, this.maxBuffer,
				this.maxSessions, this.transports, this.cors);
	}

	/**
	 * Change the time that an upgrade may take.
	 * @param timeout time for a WebSocket to take a session over
	 * @return options with this change
	 */
	public EngineOptions upgradeTimeout(Duration timeout) {
		return new EngineOptions(this.pingInterval, this.pingTimeout, timeout, this.maxPayload, this.maxBuffer,
				this.maxSessions, this.transports, this.cors);
	}

	/**
	 * Change the limit to what clients send.
	 * @param bytes largest message and largest body
	 * @return options with this change
	 */
	public EngineOptions maxPayload(int bytes) {
		return new EngineOptions(this.pingInterval, this.pingTimeout, this.upgradeTimeout, bytes, this.maxBuffer,
				this.maxSessions, this.transports, this.cors);
	}

	/**
	 * Change the limit to what waits for a client.
	 * @param bytes what may wait
	 * @return options with this change
	 */
	public EngineOptions maxBuffer(int bytes) {
		return new EngineOptions(this.pingInterval, this.pingTimeout, this.upgradeTimeout, this.maxPayload, bytes,
				this.maxSessions, this.transports, this.cors);
	}

	/**
	 * Change the limit to sessions.
	 * @param sessions how many there may be
	 * @return options with this change
	 */
	public EngineOptions maxSessions(int sessions) {
		return new EngineOptions(this.pingInterval, this.pingTimeout, this.upgradeTimeout, this.maxPayload,
				this.maxBuffer, sessions, this.transports, this.cors);
	}

	/**
	 * Change what clients may use.
	 * @param only the transports
	 * @return options with this change
	 */
	public EngineOptions transports(EngineTransport... only) {
		return new EngineOptions(this.pingInterval, this.pingTimeout, this.upgradeTimeout, this.maxPayload,
				this.maxBuffer, this.maxSessions, Set.of(only), this.cors);
	}

	/**
	 * Change which other origins browsers may come from. Whoever names another one is
	 * refused, with a WebSocket too.
	 * @param configuration which origins are allowed
	 * @return options with this change
	 */
	public EngineOptions cors(CorsConfiguration configuration) {
		return new EngineOptions(this.pingInterval, this.pingTimeout, this.upgradeTimeout, this.maxPayload,
				this.maxBuffer, this.maxSessions, this.transports, configuration);
	}

}
