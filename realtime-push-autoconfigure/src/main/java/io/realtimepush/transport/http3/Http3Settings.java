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

package io.realtimepush.transport.http3;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * What a client may take of an {@link Http3Server}.
 *
 * @param idleTimeout how long a connection may be silent; longer than heartbeats
 * @param maxConnections the most connections, at least 1
 * @param maxHandshakes how many connections may be in their handshake before clients have
 * to prove their address; 0 has all of them prove it
 * @param maxStreams the most requests at the same time on one connection, at least 1
 * @param maxRequestSize the most bytes of one request that wait to be read
 * @param firstRequest how long a connection may be without its first request
 * @since 0.1.0
 */
public record Http3Settings(Duration idleTimeout, int maxConnections, int maxHandshakes, int maxStreams,
		int maxRequestSize, Duration firstRequest) {

	/**
	 * How many full requests may wait on one connection.
	 */
	private static final int FULL_REQUESTS = 4;

	public Http3Settings {
		Assert.isTrue(maxConnections > 0 && maxStreams > 0 && maxRequestSize > 0, "limits must be positive");
	}

	/**
	 * Return the most bytes of all requests of a connection that wait to be read.
	 */
	long maxConnectionData() {
		return (long) FULL_REQUESTS * this.maxRequestSize;
	}

}
