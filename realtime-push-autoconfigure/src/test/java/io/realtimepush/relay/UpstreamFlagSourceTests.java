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

package io.realtimepush.relay;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;

import io.realtimepush.client.PushClient;
import io.realtimepush.client.replica.FlagReplica;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSetNotFoundException;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ServerMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link UpstreamFlagSource}, with a flag set as a connection leaves it.
 */
class UpstreamFlagSourceTests {

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private final FlagReplica replica = new FlagReplica(SHOP, () -> 0, () -> {
	});

	private final UpstreamFlagSource source = new UpstreamFlagSource(client());

	private void receive(int version) {
		this.replica.receive(new ServerMessage.Snapshot(snapshot(version), false, null));
	}

	private static FlagSnapshot snapshot(int version) {
		return new FlagSnapshot(SHOP, at(version), FlagSet.of(Map.of("limit", FlagValue.of(version))));
	}

	private static FlagPosition at(int version) {
		return new FlagPosition("k7", version);
	}

	private Map<FlagSetId, FlagPosition> versions() {
		return this.source.versions(Set.of(SHOP)).block();
	}

	@Test
	void versionIsConfirmedUnlessANewerOneIsAnnounced() {
		receive(1);
		assertThat(this.source.canConfirm(SHOP)).isTrue();
		this.replica.receive(new ServerMessage.Version(at(2), null));
		assertThat(versions()).containsEntry(SHOP, at(1));
		assertThat(this.source.canConfirm(SHOP)).isFalse();
		receive(2);
		assertThat(versions()).containsEntry(SHOP, at(2));
		assertThat(this.source.canConfirm(SHOP)).isTrue();
	}

	@Test
	void nothingIsConfirmedWithoutAConnection() {
		this.replica.restore(snapshot(1));
		assertThat(versions()).containsEntry(SHOP, at(1));
		assertThat(this.source.canConfirm(SHOP)).isFalse();
		receive(2);
		this.replica.live(false);
		assertThat(this.source.canConfirm(SHOP)).isFalse();
	}

	@Test
	void defaultsAreNotServedOn() {
		assertThat(versions()).isEmpty();
		this.replica.useDefaults(FlagSet.of(Map.of("limit", FlagValue.of(9))));
		assertThat(versions()).isEmpty();
		assertThatExceptionOfType(FlagSetNotFoundException.class).isThrownBy(() -> this.source.fetch(SHOP).block());
		receive(1);
		assertThat(this.source.fetch(SHOP).block()).isEqualTo(snapshot(1));
	}

	/** A client of which only its feeds are there. */
	private PushClient client() {
		return proxy(PushClient.class, "feeds", proxy(FlagFeeds.class, "flagSet", this.replica.feed()));
	}

	private static <T> T proxy(Class<T> type, String method, Object result) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, called, arguments) -> {
				if (!called.getName().equals(method)) {
					throw new UnsupportedOperationException(called.getName());
				}
				return result;
			}));
	}

}
