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

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Which addresses of a host are tried first. All of them are tried.
 *
 * @since 0.1.0
 */
public enum AddressFamily {

	/**
	 * In the order in which they were found.
	 */
	ANY {

		@Override
		int rank(InetAddress address) {
			return 0;
		}

	},

	/**
	 * IPv4 before IPv6.
	 */
	IPV4_FIRST {

		@Override
		int rank(InetAddress address) {
			return (address instanceof Inet4Address) ? 0 : 1;
		}

	},

	/**
	 * IPv6 before IPv4.
	 */
	IPV6_FIRST {

		@Override
		int rank(InetAddress address) {
			return (address instanceof Inet6Address) ? 0 : 1;
		}

	};

	/**
	 * Find a family by its name on the wire.
	 * @param name the name, or {@code null}
	 * @return the family, {@link #ANY} if the name is not known
	 */
	static AddressFamily ofWireName(@Nullable String name) {
		if ("ipv4-first".equals(name)) {
			return IPV4_FIRST;
		}
		return "ipv6-first".equals(name) ? IPV6_FIRST : ANY;
	}

	abstract int rank(InetAddress address);

	/**
	 * Bring addresses into the order in which they are to be tried.
	 * @param addresses the addresses
	 * @return the same addresses
	 */
	public List<InetAddress> sort(List<InetAddress> addresses) {
		return addresses.stream().sorted(Comparator.comparingInt(this::rank)).toList();
	}

}
