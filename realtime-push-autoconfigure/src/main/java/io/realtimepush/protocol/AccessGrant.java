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

package io.realtimepush.protocol;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a client is given for its SDK key: a short-lived access token, and advice how to
 * connect.
 *
 * @param token the access token
 * @param expiresIn how long it lasts, in milliseconds
 * @param heartbeat the heartbeat interval to wish for, in milliseconds, or {@code null}
 * for no advice
 * @param transports names of transports, the best first; empty for no advice
 * @param endpoints base URLs, the best first; empty for no advice
 * @param addressFamily {@code ipv4-first} or {@code ipv6-first}, or {@code null} for no
 * advice
 * @param telemetry the share of clients that acknowledge what they apply, 0 to 1, or
 * {@code null} for all
 * @since 0.1.0
 */
public record AccessGrant(String token, long expiresIn, @Nullable Long heartbeat, List<String> transports,
		List<String> endpoints, @Nullable String addressFamily, @Nullable Double telemetry) {

	public AccessGrant {
		transports = List.copyOf(transports);
		endpoints = List.copyOf(endpoints);
	}

	@Override
	public String toString() {
		return "AccessGrant[expiresIn=" + this.expiresIn + ", transports=" + this.transports + ", endpoints="
				+ this.endpoints + "]";
	}

}
