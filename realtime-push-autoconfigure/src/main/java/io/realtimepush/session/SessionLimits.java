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

/**
 * How much is let in. A limit of 0 is off.
 *
 * @param maxConnections most connections of all keys together
 * @param maxConnectionsPerKey most connections of one key
 * @param maxConnectionsPerAddress most connections from one address
 * @param maxConnectsPerSecond most logins of all clients per second, after a burst of as
 * many
 * @param maxFailedLogins most failed logins from one address per minute
 * @param maxSubscriptions most subscriptions of one connection, the first included
 * @param maxMessagesPerSecond most messages of one client per second, after a burst of
 * twice as many
 * @since 0.1.0
 */
public record SessionLimits(int maxConnections, int maxConnectionsPerKey, int maxConnectionsPerAddress,
		int maxConnectsPerSecond, int maxFailedLogins, int maxSubscriptions, int maxMessagesPerSecond) {

	/**
	 * The defaults.
	 */
	public static final SessionLimits DEFAULT = new SessionLimits(100_000, 0, 0, 0, 600, 32, 50);

}
