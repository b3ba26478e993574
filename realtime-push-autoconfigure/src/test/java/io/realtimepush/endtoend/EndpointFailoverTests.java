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
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.SyncMode;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that knows two servers with the same flags.
 */
class EndpointFailoverTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	/**
	 * A server that could not be reached is not tried for half a minute, give or take.
	 */
	private static final Duration TIMEOUT = Duration.ofSeconds(90);

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	private PushServer first;

	private PushServer second;

	private FaultyProxy firstProxy;

	@BeforeEach
	void startServers() {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(1)), Set.of());
		this.first = PushServer.start(this.source);
		this.second = PushServer.start(this.source);
		this.firstProxy = FaultyProxy.start(this.first.port());
	}

	@AfterEach
	void stopServers() {
		this.firstProxy.close();
		this.second.close();
		this.first.close();
	}

	@Test
	void clientGoesToTheOtherServerAndComesBack() {
		URI best = TestClient.endpoint(this.firstProxy.port());
		URI other = TestClient.endpoint(this.second.port());
		try (TestClient client = TestClient.start(0, TestClient.environment("websocket"),
				(settings) -> TestClient.settings(PushServer.SERVER_KEY, SyncMode.DELTA, best, other))) {
			awaitAt(client, best);
			this.firstProxy.closePort();
			awaitAt(client, other);
			this.source.set(FLAG_SET, "limit", FlagValue.of(2));
			client.awaitValue("limit", "2");
			this.firstProxy.heal();
			awaitAt(client, best);
			this.second.awaitNobody(TIMEOUT);
			this.source.set(FLAG_SET, "limit", FlagValue.of(3));
			client.awaitValue("limit", "3");
			client.assertOnlyForward();
			assertThat(client.events).filteredOn((event) -> event.startsWith("live over")).hasSize(3);
		}
	}

	private static void awaitAt(TestClient client, URI endpoint) {
		PushServer.await(TIMEOUT, client::toString,
				() -> client.client.status().isLive() && endpoint.equals(client.client.status().endpoint()));
	}

}
