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

package io.realtimepush.transport.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What clients are advised with their access token.
 *
 * @param transports names of transports, the best first
 * @param shares the share of clients, 0 to 1, that is told each of these transports first
 * @param endpoints base URLs, the best first; empty for no advice
 * @param addressFamily {@code ipv4-first} or {@code ipv6-first}, or {@code null} for no
 * advice
 * @param telemetry the share of clients that acknowledge what they apply, 0 to 1, or
 * {@code null} for no advice
 * @since 0.1.0
 */
public record ConnectionAdvice(List<String> transports, Map<String, Double> shares, List<String> endpoints,
		@Nullable String addressFamily, @Nullable Double telemetry) {

	public ConnectionAdvice {
		transports = List.copyOf(transports);
		shares = new LinkedHashMap<>(shares);
		endpoints = List.copyOf(endpoints);
		Assert.isTrue(shares.values().stream().mapToDouble(Double::doubleValue).sum() <= 1,
				"shares of transports must not be more than 1 together");
		Assert.isTrue(transports.containsAll(shares.keySet()), "only transports that are advised can have a share");
	}

	/**
	 * Return the transports for one client. For the same seed they are always the same.
	 * @param seed names the client, or its process, or {@code null} if it does not say
	 * @return the transports, the best first
	 */
	List<String> transportsFor(@Nullable String seed) {
		double place = (seed != null) ? place(seed) : ThreadLocalRandom.current().nextDouble();
		for (Map.Entry<String, Double> share : this.shares.entrySet()) {
			if (place < share.getValue()) {
				return first(share.getKey());
			}
			place -= share.getValue();
		}
		return this.transports;
	}

	/**
	 * Where a name falls between 0 and 1: the finalizer of MurmurHash3 spreads its hash.
	 */
	private static double place(String name) {
		int hash = name.hashCode();
		hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
		hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
		return Integer.toUnsignedLong(hash ^ (hash >>> 16)) / (double) (1L << 32);
	}

	private List<String> first(String transport) {
		List<String> result = new ArrayList<>(this.transports);
		result.remove(transport);
		result.add(0, transport);
		return result;
	}

}
