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

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LocalAddresses}.
 */
class LocalAddressesTests {

	private final List<String> told = new ArrayList<>();

	private final LocalAddresses addresses = new LocalAddresses(Schedulers.immediate(), Duration.ofSeconds(10),
			this.told::add);

	@Test
	void changeIsToldOnce() throws UnknownHostException {
		this.addresses.look(addresses("192.0.2.1"));
		assertThat(this.told).isEmpty();
		this.addresses.look(addresses("192.0.2.1"));
		assertThat(this.told).isEmpty();
		this.addresses.look(addresses("192.0.2.1", "2001:db8::1"));
		this.addresses.look(addresses("2001:db8::1", "192.0.2.1"));
		assertThat(this.told).containsExactly("the local addresses have changed");
		this.addresses.look(Set.of());
		assertThat(this.told).hasSize(2);
	}

	@Test
	void addressesThatCannotBeToldAreNoChange() throws UnknownHostException {
		this.addresses.look(addresses("192.0.2.1"));
		this.addresses.look(null);
		this.addresses.look(addresses("192.0.2.1"));
		assertThat(this.told).isEmpty();
	}

	private static Set<InetAddress> addresses(String... texts) throws UnknownHostException {
		Set<InetAddress> all = new HashSet<>();
		for (String text : texts) {
			all.add(InetAddress.getByName(text));
		}
		return all;
	}

}
