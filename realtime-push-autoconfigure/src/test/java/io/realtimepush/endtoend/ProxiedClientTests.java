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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.transport.NettyClientEnvironment;
import io.realtimepush.client.transport.ProxySettings;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.SyncMode;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that reach their server through an HTTP proxy only, which alone knows its name.
 */
class ProxiedClientTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final String HOST = "push.nowhere.invalid";

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	private PushServer server;

	@BeforeEach
	void startServer() {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(1)), Set.of());
		this.server = PushServer.start(this.source, "realtime-push.server.token.enabled=true");
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse", "long-poll", "pull" })
	void everythingGoesThroughTheProxy(String transport) {
		try (ConnectProxy proxy = ConnectProxy.start(this.server.port(), null);
				TestClient client = start(proxy, transport, null, null)) {
			client.awaitLive();
			assertThat(client.client.status().transport()).isEqualTo(transport);
			this.source.set(FLAG_SET, "limit", FlagValue.of(2));
			client.awaitValue("limit", "2");
			client.assertOnlyForward();
			assertThat(proxy.asked).isNotEmpty().containsOnly(HOST + ":80");
			assertThat(List.copyOf(client.events)).contains("TOKEN over " + transport + " succeeded");
		}
	}

	@Test
	void proxyIsToldWhoAsks() {
		String credentials = Base64.getEncoder().encodeToString("shop:s3cret".getBytes(StandardCharsets.UTF_8));
		try (ConnectProxy proxy = ConnectProxy.start(this.server.port(), "Basic " + credentials);
				TestClient client = start(proxy, "websocket", "shop", "s3cret")) {
			client.awaitLive();
			try (TestClient stranger = start(proxy, "websocket", "shop", "wrong")) {
				stranger.awaitState(State.INTERRUPTED);
				assertThat(stranger.toString()).contains("407").doesNotContain("wrong", "s3cret");
			}
		}
	}

	private TestClient start(ConnectProxy proxy, String transport, String username, String password) {
		NettyClientEnvironment.Settings defaults = NettyClientEnvironment.Settings.DEFAULT;
		NettyClientEnvironment.Settings environment = new NettyClientEnvironment.Settings(defaults.resolver(),
				List.of(), new ProxySettings("127.0.0.1", proxy.port(), username, password), defaults.tls(),
				defaults.connectTimeout(), defaults.maxMessageSize(), List.of(transport), Duration.ofMillis(100),
				defaults.http3Timeout(), defaults.encoding());
		return TestClient.start(proxy.port(), environment, (settings) -> TestClient.settings(PushServer.SERVER_KEY,
				SyncMode.DELTA, URI.create("http://" + HOST + "/realtime")));
	}

}
