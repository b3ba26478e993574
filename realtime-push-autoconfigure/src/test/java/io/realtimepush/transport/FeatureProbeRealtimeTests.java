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

package io.realtimepush.transport;

import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.session.SessionSettings;
import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.featureprobe.UpdateNotifier;
import io.realtimepush.transport.socketio.TestWebSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How SDKs of FeatureProbe are told that there is something to pull.
 */
class FeatureProbeRealtimeTests extends LoopbackSupport {

	private static final String ENGINE = "/realtime/?EIO=4&transport=websocket";

	private static final String UPDATE = "42/realtime,[\"update\",\"\"]";

	private final HttpClient client = HttpClient.newHttpClient();

	FeatureProbeRealtimeTests() {
		super(false, "realtime-push.featureprobe.enabled=true", LoopbackServer.WITH_SECURITY);
	}

	private TestWebSocket connect(String path, String namespace) {
		TestWebSocket socket = TestWebSocket.open(this.client, server().port(), path);
		assertThat(socket.nextText()).startsWith("0{").contains("\"maxPayload\":102400", "\"pingInterval\":20000");
		socket.send("40" + namespace + ",");
		assertThat(socket.nextText()).startsWith("40" + namespace + ",{\"sid\":\"");
		return socket;
	}

	private TestWebSocket register(String key) {
		TestWebSocket socket = connect(ENGINE, "/realtime");
		assertThat(register(key, socket).nextText()).isEqualTo(UPDATE);
		return socket;
	}

	private static TestWebSocket register(String key, TestWebSocket socket) {
		return socket.send("42/realtime,[\"register\",{\"key\":\"" + key + "\"}]");
	}

	private String pull(Tenant tenant) {
		OpenOptions options = OpenOptions.nobody().header("Authorization", tenant.serverKey());
		return new String(io.realtimepush.transport.HttpClient.get(server(), "/api/server-sdk/toggles", options).body(),
				StandardCharsets.UTF_8);
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("ui.limit", "1");
		assertThat(pull(tenant)).contains("\"ui.limit\"");
		return tenant;
	}

	@Test
	void eachChangeIsToldOnceItCanBePulled() {
		Tenant tenant = tenant();
		try (TestWebSocket server = register(tenant.serverKey());
				TestWebSocket browser = register(tenant.clientKey())) {
			for (int i = 2; i < 10; i++) {
				tenant.set("ui.limit", String.valueOf(4700 + i));
				assertThat(server.nextText()).isEqualTo(UPDATE);
				assertThat(pull(tenant)).contains(String.valueOf(4700 + i));
				assertThat(browser.nextText()).isEqualTo(UPDATE);
			}
		}
	}

	@Test
	void changeIsToldToNobodyElse() {
		Tenant one = tenant();
		Tenant other = tenant();
		try (TestWebSocket stranger = register("nobody-knows-this-key");
				TestWebSocket neighbour = register(other.serverKey());
				TestWebSocket socket = register(one.serverKey())) {
			one.set("ui.limit", "2");
			assertThat(socket.nextText()).isEqualTo(UPDATE);
			other.set("ui.limit", "3");
			assertThat(neighbour.nextText()).isEqualTo(UPDATE);
			// What was sent to them before would have come by now
			for (TestWebSocket each : new TestWebSocket[] { stranger, neighbour, socket }) {
				each.send("42/realtime,[\"register\",{}]");
				assertThat(each.nextText()).isEqualTo(UPDATE);
				assertThat(each.waiting()).isZero();
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "/realtime?EIO=4&transport=websocket, /realtime", "//realtime?EIO=4&transport=websocket, //realtime",
			"/server/realtime/?EIO=4&transport=websocket, /server/realtime",
			"/server//realtime/?transport=websocket&EIO=4, /server//realtime" })
	void pathAndNamespaceMayBeSpeltAsSdksDo(String path, String namespace) {
		Tenant tenant = tenant();
		try (TestWebSocket socket = connect(path, namespace)) {
			socket.send("42" + namespace + ",[\"register\",{\"sdk_key\":\"" + tenant.clientKey() + "\"}]");
			String update = "42" + namespace + ",[\"update\",\"\"]";
			assertThat(socket.nextText()).isEqualTo(update);
			tenant.set("ui.limit", "2");
			assertThat(socket.nextText()).isEqualTo(update);
		}
	}

	@Test
	void registrationMayComeBeforeTheNamespaceIsConnected() {
		Tenant tenant = tenant();
		try (TestWebSocket socket = TestWebSocket.open(this.client, server().port(), ENGINE)) {
			socket.send("40/realtime,").send("42/realtime,[\"register\",{\"key\":\"" + tenant.serverKey() + "\"}]");
			assertThat(socket.nextText()).startsWith("0{");
			assertThat(socket.nextText()).startsWith("40/realtime,{");
			assertThat(socket.nextText()).isEqualTo(UPDATE);
			tenant.set("ui.limit", "2");
			assertThat(socket.nextText()).isEqualTo(UPDATE);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "42/realtime,[\"register\"]", "42/realtime,[\"register\",null]",
			"42/realtime,[\"register\",{\"key\":7}]", "42/realtime,[\"register\",\"text\"]" })
	void unreadableRegistrationIsToldOnce(String registration) {
		try (TestWebSocket socket = connect(ENGINE, "/realtime")) {
			socket.send(registration);
			assertThat(socket.nextText()).isEqualTo(UPDATE);
		}
	}

	@Test
	void connectionThatDoesNotRegisterIsClosed() {
		Duration half = SessionSettings.DEFAULT.handshakeTimeout().dividedBy(2);
		Tenant tenant = tenant();
		try (TestWebSocket silent = connect(ENGINE, "/realtime"); TestWebSocket socket = register(tenant.serverKey())) {
			assertThat(silent.send("42/realtime,[\"register\"]").nextText()).isEqualTo(UPDATE);
			server().advance(half);
			silent.send("40/other,").send("42/other,[\"register\"]");
			assertThat(silent.nextText()).startsWith("40/other,{");
			assertThat(silent.nextText()).isEqualTo("42/other,[\"update\",\"\"]");
			server().advance(half);
			assertThat(silent.awaitClose()).isEqualTo(1000);
			tenant.set("ui.limit", "2");
			assertThat(socket.nextText()).isEqualTo(UPDATE);
		}
	}

	@Test
	void severalRegistrationsAddUp() {
		Tenant one = tenant();
		Tenant other = tenant();
		try (TestWebSocket socket = register(one.serverKey())) {
			socket.send("42/realtime,[\"register\",{\"key\":\"" + other.serverKey() + "\"}]");
			assertThat(socket.nextText()).isEqualTo(UPDATE);
			one.set("ui.limit", "2");
			assertThat(socket.nextText()).isEqualTo(UPDATE);
			other.set("ui.limit", "2");
			assertThat(socket.nextText()).isEqualTo(UPDATE);
		}
	}

	@Test
	void revokedKeyIsToldNothingMore() {
		Tenant tenant = tenant();
		int rooms = server().bean(UpdateNotifier.class).roomCount();
		try (TestWebSocket revoked = register(tenant.serverKey());
				TestWebSocket both = register(tenant.serverKey());
				TestWebSocket browser = register(tenant.clientKey())) {
			assertThat(register(tenant.clientKey(), both).nextText()).isEqualTo(UPDATE);
			tenant.revoke();
			tenant.set("ui.limit", "2");
			assertThat(browser.nextText()).isEqualTo(UPDATE);
			assertThat(both.nextText()).isEqualTo(UPDATE);
			assertThat(register(tenant.serverKey(), revoked).nextText()).as("as for any unknown key").isEqualTo(UPDATE);
			tenant.set("ui.limit", "3");
			assertThat(browser.nextText()).isEqualTo(UPDATE);
			assertThat(revoked.waiting()).isZero();
			tenant.allow(Set.of());
			assertThat(register(tenant.serverKey(), revoked).nextText()).isEqualTo(UPDATE);
			assertThat(revoked.waiting()).isZero();
			tenant.set("ui.limit", "4");
			assertThat(revoked.nextText()).isEqualTo(UPDATE);
		}
		Awaitility.await()
			.atMost(LoopbackServer.TIMEOUT)
			.until(() -> server().bean(UpdateNotifier.class).roomCount() == rooms);
	}

	@Test
	void keyThatIsRevokedForTheLastOneEndsTheRoom() {
		Tenant tenant = tenant();
		int rooms = server().bean(UpdateNotifier.class).roomCount();
		try (TestWebSocket socket = register(tenant.serverKey())) {
			assertThat(server().bean(UpdateNotifier.class).roomCount()).isEqualTo(rooms + 1);
			tenant.revoke();
			Awaitility.await()
				.atMost(LoopbackServer.TIMEOUT)
				.until(() -> server().bean(UpdateNotifier.class).roomCount() == rooms);
			tenant.set("ui.limit", "2");
			register(tenant.serverKey(), socket);
			assertThat(socket.nextText()).isEqualTo(UPDATE);
			assertThat(socket.waiting()).isZero();
		}
	}

	@Test
	void keyThatIsGivenAnotherFlagSetIsToldOfThat() {
		Tenant tenant = tenant();
		Tenant other = tenant();
		try (TestWebSocket socket = register(tenant.serverKey());
				TestWebSocket browser = register(tenant.clientKey())) {
			server().registry()
				.put(new SdkKeyDetails(SdkKey.server(tenant.serverKey()), other.flagSet(), FlagFilter.all(), Set.of()));
			assertThat(socket.nextText()).isEqualTo(UPDATE);
			tenant.set("ui.limit", "2");
			assertThat(browser.nextText()).isEqualTo(UPDATE);
			assertThat(socket.waiting()).isZero();
			other.set("ui.limit", "2");
			assertThat(socket.nextText()).isEqualTo(UPDATE);
		}
	}

	@Test
	void connectionRegistersWithNoMoreKeysThanItMayHaveSubscriptions() {
		Tenant fifth = tenant();
		try (TestWebSocket socket = connect(ENGINE, "/realtime")) {
			for (int i = 0; i < 4; i++) {
				assertThat(register(tenant().serverKey(), socket).nextText()).isEqualTo(UPDATE);
			}
			assertThat(register(fifth.serverKey(), socket).nextText()).isEqualTo(UPDATE);
			try (TestWebSocket other = register(fifth.serverKey())) {
				fifth.set("ui.limit", "2");
				assertThat(other.nextText()).isEqualTo(UPDATE);
				assertThat(register(fifth.serverKey(), socket).nextText()).isEqualTo(UPDATE);
				assertThat(socket.waiting()).isZero();
			}
		}
	}

	@Test
	void roomEndsWithItsLastMember() {
		UpdateNotifier notifier = server().bean(UpdateNotifier.class);
		Awaitility.await().atMost(LoopbackServer.TIMEOUT).until(() -> notifier.roomCount() == 0);
		Tenant tenant = tenant();
		try (TestWebSocket one = register(tenant.serverKey()); TestWebSocket two = register(tenant.clientKey())) {
			assertThat(notifier.roomCount()).isEqualTo(1);
			one.send("41/realtime,");
			two.send("1");
			Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> notifier.roomCount() == 0);
		}
	}

}
