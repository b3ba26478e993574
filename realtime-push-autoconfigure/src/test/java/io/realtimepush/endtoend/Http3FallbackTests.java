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

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.realtimepush.autoconfigure.PushHttp3Server;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.transport.NettyClientEnvironment;
import io.realtimepush.endtoend.Http3ClientTests.Http3Server;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.SyncMode;
import io.realtimepush.source.memory.InMemoryFlagSource;
import io.realtimepush.transport.TestKeyStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that try HTTP/3 first where it cannot be used, or is on another port.
 */
class Http3FallbackTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final String NO_HTTP3 = "realtime-push.server.http3.enabled=false";

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	@BeforeEach
	void setFlag() {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(1)), Set.of());
	}

	private static TestClient client(int port, URI endpoint, NettyClientEnvironment.Settings environment) {
		return TestClient.start(port, environment,
				(settings) -> TestClient.settings(PushServer.SERVER_KEY, SyncMode.DELTA, endpoint));
	}

	private TestClient client(PushServer server, String... transports) {
		return client(server.port(), Http3Server.endpoint(server.port()), Http3Server.environment(transports));
	}

	@Test
	void handshakeIsGivenUpWithinTwoSecondsUnlessSetOtherwise() {
		assertThat(NettyClientEnvironment.Settings.DEFAULT.http3Timeout()).isLessThan(Duration.ofSeconds(2));
	}

	@Test
	void closedUdpPortIsFollowedByTcpAndRemembered() {
		try (PushServer server = Http3Server.start(this.source, NO_HTTP3);
				TestClient client = client(server, "sse-h3", "sse")) {
			fallsBack(client);
		}
	}

	@Test
	void udpPortThatNeverAnswersIsFollowedByTcpAndRemembered() throws IOException {
		try (PushServer server = Http3Server.start(this.source, NO_HTTP3);
				DatagramSocket silent = new DatagramSocket(server.port(), InetAddress.getByName("127.0.0.1"));
				TestClient client = client(server, "sse-h3", "sse")) {
			fallsBack(client);
			assertThat(silent.isBound()).isTrue();
		}
	}

	private void fallsBack(TestClient client) {
		client.awaitLive();
		assertThat(client.client.status().transport()).isEqualTo("sse");
		assertThat(client.events).filteredOn((event) -> event.startsWith("TRANSPORT over sse-h3"))
			.singleElement()
			.asString()
			.startsWith("TRANSPORT over sse-h3 failed: no_http3: HTTP/3 cannot be used: no QUIC connection to ");
		client.client.pause();
		client.awaitState(State.INTERRUPTED);
		client.client.resume();
		client.awaitLive();
		assertThat(client.client.status().transport()).isEqualTo("sse");
		assertThat(client.events).filteredOn((event) -> event.startsWith("TRANSPORT over sse-h3")).hasSize(1);
		this.source.set(FLAG_SET, "limit", FlagValue.of(2));
		client.awaitValue("limit", "2");
		client.assertOnlyForward();
	}

	@Test
	void adviceLeadsToTheUdpPortThatAnswersTell() {
		try (PushServer server = Http3Server.start(this.source, "realtime-push.server.http3.port=0",
				"realtime-push.server.token.enabled=true", "realtime-push.server.token.shares.sse-h3=1")) {
			assertThat(server.bean(PushHttp3Server.class).getPort()).isNotEqualTo(server.port());
			try (TestClient client = client(server, "websocket", "sse", "sse-h3")) {
				client.awaitLive();
				assertThat(client.client.status().transport()).isEqualTo("sse-h3");
				this.source.set(FLAG_SET, "limit", FlagValue.of(2));
				client.awaitValue("limit", "2");
			}
			server.awaitNobody(Duration.ofSeconds(10));
			PushServer.await(Duration.ofSeconds(10), () -> "the QUIC connection was not closed",
					() -> server.bean(PushHttp3Server.class).getConnections() == 0);
		}
	}

	@Test
	void certificateThatIsNotTrustedIsLeftToTcp() {
		Path other = TestKeyStore.create();
		try (PushServer server = Http3Server.start(this.source,
				"spring.ssl.bundle.jks.other.keystore.location=file:" + other,
				"spring.ssl.bundle.jks.other.keystore.password=" + TestKeyStore.PASSWORD,
				"realtime-push.server.http3.ssl.bundle=other"); TestClient client = client(server, "sse-h3", "sse")) {
			client.awaitLive();
			assertThat(client.client.status().transport()).isEqualTo("sse");
			assertThat(client.events).anyMatch((event) -> event.startsWith("TRANSPORT over sse-h3 failed: no_http3"));
		}
	}

	@Test
	void urlWithoutEncryptionIsLeftToTcp() {
		try (PushServer server = PushServer.start(this.source);
				TestClient client = TestClient.start(server.port(), "sse-h3", "sse")) {
			client.awaitLive();
			assertThat(client.client.status().transport()).isEqualTo("sse");
		}
	}

}
