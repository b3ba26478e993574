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

package io.realtimepush.endtoend;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.SubscriptionSettings;
import io.realtimepush.client.transport.NettyClientEnvironment;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.FlagsStatus;
import io.realtimepush.protocol.SyncMode;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a client does over every transport, with a real server.
 */
abstract class ClientContract {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	private PushServer server;

	abstract String transport();

	/** Start a server that has the transport. */
	PushServer startServer(InMemoryFlagSource flags, String... properties) {
		return PushServer.start(flags, properties);
	}

	/** Say how a client connects. */
	NettyClientEnvironment.Settings environment() {
		return TestClient.environment(transport());
	}

	/** Return the base URL of the server. */
	URI endpoint(int port) {
		return TestClient.endpoint(port);
	}

	private TestClient start() {
		return start(PushServer.SERVER_KEY, SyncMode.DELTA);
	}

	private TestClient start(String key, SyncMode mode) {
		int port = this.server.port();
		return TestClient.start(port, environment(), (settings) -> TestClient.settings(key, mode, endpoint(port)));
	}

	@BeforeEach
	void startServer() {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(1), "ui.dark", FlagValue.TRUE), Set.of());
		this.server = startServer(this.source);
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void flagsAreThereAndKeptCurrent() {
		try (TestClient client = start()) {
			client.awaitLive();
			assertThat(client.value("limit")).isEqualTo("1");
			assertThat(client.client.status().transport()).isEqualTo(transport());
			for (int i = 2; i <= 50; i++) {
				this.source.set(FLAG_SET, "limit", FlagValue.of(i));
				client.awaitValue("limit", Integer.toString(i));
			}
			this.source.remove(FLAG_SET, "ui.dark");
			client.await(() -> client.value("ui.dark") == null);
			client.assertOnlyForward();
			assertThat(client.events.stream().filter((event) -> event.startsWith("live"))).hasSize(1);
		}
		this.server.awaitNobody(Duration.ofSeconds(10));
	}

	@ParameterizedTest
	@EnumSource
	void everyModeConverges(SyncMode mode) {
		try (TestClient client = start(PushServer.SERVER_KEY, mode)) {
			client.awaitLive();
			for (int i = 2; i <= 5; i++) {
				this.source.set(FLAG_SET, "limit", FlagValue.of(i));
			}
			client.awaitValue("limit", "5");
			client.assertOnlyForward();
		}
	}

	@Test
	void severalFlagSetsOfOneKeyAreKeptCurrentBesideEachOther() {
		int port = this.server.port();
		FlagSetId ui = FlagSetId.of("ui");
		List<SubscriptionSettings> subscriptions = List.of(
				new SubscriptionSettings(TestClient.FLAG_SET, PushServer.SERVER_KEY, SyncMode.DELTA, List.of(), null),
				new SubscriptionSettings(ui, PushServer.SERVER_KEY, SyncMode.DELTA, List.of("ui.*"), null));
		try (TestClient client = TestClient.start(port, environment(),
				(settings) -> TestClient.settings(subscriptions, endpoint(port)))) {
			FlagFeed further = client.client.feeds().flagSet(ui);
			client.awaitLive().await(() -> further.status() == FlagsStatus.LIVE);
			this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(2), "ui.dark", FlagValue.FALSE), Set.of());
			client.awaitValue("limit", "2")
				.await(() -> FlagValue.FALSE.equals(further.snapshot().orElseThrow().flags().get("ui.dark")));
			assertThat(further.status()).isEqualTo(FlagsStatus.LIVE);
			assertThat(client.events).noneMatch((event) -> event.startsWith("ended"));
		}
	}

	@Test
	void unknownKeyClosesTheClient() {
		try (TestClient client = start("sdk-unknown", SyncMode.DELTA)) {
			client.awaitState(State.CLOSED);
			assertThat(client.client.status().failure()).isNotNull();
			assertThat(client.client.status().failure().code()).isEqualTo("unauthorized");
			assertThat(client.toString()).doesNotContain("sdk-unknown");
		}
	}

	@Test
	void restartedServerIsFoundAgain() {
		int port = this.server.port();
		try (TestClient client = start().awaitLive()) {
			this.server.close();
			client.await(() -> client.client.status().state() != State.LIVE);
			this.source.set(FLAG_SET, "limit", FlagValue.of(7));
			this.server = startServer(this.source, "server.port=" + port);
			client.awaitLive().awaitValue("limit", "7");
			client.assertOnlyForward();
		}
	}

	@Test
	void pausedClientIsNotConnected() {
		try (TestClient client = start().awaitLive()) {
			client.client.pause();
			client.awaitState(State.INTERRUPTED);
			this.server.awaitNobody(Duration.ofSeconds(10));
			this.source.set(FLAG_SET, "limit", FlagValue.of(3));
			assertThat(client.value("limit")).isEqualTo("1");
			client.client.resume();
			client.awaitLive().awaitValue("limit", "3");
		}
	}

	@Test
	void checkedClientStaysOrComesBack() {
		try (TestClient client = start().awaitLive()) {
			client.client.check();
			this.source.set(FLAG_SET, "limit", FlagValue.of(2));
			client.awaitLive().awaitValue("limit", "2");
			client.assertOnlyForward();
		}
	}

}
