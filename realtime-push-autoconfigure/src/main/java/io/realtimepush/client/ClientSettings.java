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

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What a client connects to, and how patient it is.
 *
 * @param endpoints the base URLs of the servers, the best first
 * @param subscriptions the flag sets; the first is that of the login
 * @param labels what the client says about itself
 * @param heartbeat the wished heartbeat interval, or {@code null} to leave it to the
 * server
 * @param addressFamily which addresses are tried first; {@link AddressFamily#ANY} to
 * leave it to the server
 * @param timeouts how long the steps to a session may take
 * @param firstBackOff limit of the delay after the first failure
 * @param longestBackOff limit of the delay after many failures
 * @param stableAfter how long a session must have lived for the delays to start over
 * @param retryTransportAfter how long a transport that does not get through is not tried
 * again at first
 * @param ackInterval how long acknowledgements are collected
 * @param requestTimeout how long a request may take, the wait for a session included
 * @param maxRequests most requests that wait for a session or an answer
 * @since 0.1.0
 */
public record ClientSettings(List<URI> endpoints, List<SubscriptionSettings> subscriptions, Map<String, String> labels,
		@Nullable Duration heartbeat, AddressFamily addressFamily, Timeouts timeouts, Duration firstBackOff,
		Duration longestBackOff, Duration stableAfter, Duration retryTransportAfter, Duration ackInterval,
		Duration requestTimeout, int maxRequests) {

	/**
	 * How long a session must have lived for the delays to start over.
	 */
	public static final Duration STABLE_AFTER = Duration.ofSeconds(60);

	public ClientSettings {
		Assert.notEmpty(endpoints, "'endpoints' must not be empty");
		Assert.notEmpty(subscriptions, "'subscriptions' must not be empty");
		endpoints = List.copyOf(endpoints);
		subscriptions = List.copyOf(subscriptions);
		labels = Map.copyOf(labels);
	}

	/**
	 * Create settings with the defaults.
	 * @param endpoints the base URLs of the servers, the best first
	 * @param subscriptions the flag sets; the first is that of the login
	 * @return the settings
	 */
	public static ClientSettings of(List<URI> endpoints, List<SubscriptionSettings> subscriptions) {
		return new ClientSettings(endpoints, subscriptions, Map.of(), null, AddressFamily.ANY, Timeouts.DEFAULT,
				Duration.ofMillis(500), Duration.ofSeconds(30), STABLE_AFTER, Duration.ofMinutes(5),
				Duration.ofSeconds(1), Duration.ofSeconds(10), 256);
	}

	/**
	 * Return delays between attempts that begin anew.
	 * @param random varies them
	 */
	BackOff newBackOff(RandomGenerator random) {
		return new BackOff(this.firstBackOff, this.longestBackOff, random);
	}

	/**
	 * How long the steps to a session may take.
	 *
	 * @param token the exchange of the SDK key for a token
	 * @param resolve the lookup of addresses
	 * @param connect TCP, TLS and the first HTTP exchange
	 * @param login the login, until the first flag set is there; a server may wait 5 s
	 * for its own
	 * @since 0.1.0
	 */
	public record Timeouts(Duration token, Duration resolve, Duration connect, Duration login) {

		/**
		 * 10 s, 5 s, 10 s and 15 s.
		 */
		public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(5),
				Duration.ofSeconds(10), Duration.ofSeconds(15));

		Duration of(ConnectStep step) {
			return switch (step) {
				case TOKEN -> this.token;
				case RESOLVE -> this.resolve;
				case TRANSPORT -> this.connect;
				case LOGIN -> this.login;
			};
		}

	}

}
