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

import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.RawConnection.Answer;
import io.realtimepush.transport.socketio.TestWebSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The connections of FeatureProbe's SDKs and those of the other transports are counted
 * together.
 */
class SdkConnectionLimitTests extends LoopbackSupport {

	private static final String POLLING = "/realtime/?EIO=4&transport=polling";

	private static final String UPDATE = "42/realtime,[\"update\",\"\"]";

	private static final int MAX = 6;

	private static final int MAX_PER_ADDRESS = 3;

	private final java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient();

	private final List<AutoCloseable> opened = new ArrayList<>();

	SdkConnectionLimitTests() {
		super(false, "realtime-push.featureprobe.enabled=true", "server.forward-headers-strategy=framework",
				"test.max-connections=" + MAX, "test.max-connections-per-address=" + MAX_PER_ADDRESS,
				"test.max-connections-per-key=2", "test.max-failed-logins=3");
	}

	@AfterEach
	void nothingStaysCounted() throws Exception {
		for (AutoCloseable each : this.opened) {
			each.close();
		}
		this.opened.clear();
		awaitConnections(0);
	}

	private void awaitConnections(int count) {
		Awaitility.await().atMost(LoopbackServer.TIMEOUT).until(() -> server().handler().connections() == count);
	}

	private <T extends AutoCloseable> T keep(T connection) {
		this.opened.add(connection);
		return connection;
	}

	private static String address(int number) {
		return "192.0.2." + number;
	}

	private TestWebSocket connect(int address) {
		URI uri = URI.create("ws://127.0.0.1:" + server().port() + "/realtime/?EIO=4&transport=websocket");
		TestWebSocket socket = keep(TestWebSocket.open(this.client, uri, "X-Forwarded-For", address(address)));
		assertThat(socket.nextText()).startsWith("0{");
		socket.send("40/realtime,");
		assertThat(socket.nextText()).startsWith("40/realtime,{");
		return socket;
	}

	private static TestWebSocket register(TestWebSocket socket, String key) {
		return socket.send("42/realtime,[\"register\",{\"key\":\"" + key + "\"}]");
	}

	private void assertRefused(int address) {
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> connect(address))
			.withCauseInstanceOf(WebSocketHandshakeException.class)
			.satisfies((ex) -> assertThat(((WebSocketHandshakeException) ex.getCause()).getResponse().statusCode())
				.isEqualTo(429));
		Answer answer = poll(address);
		assertThat(answer.status()).isEqualTo(429);
		assertThat(JsonMapper.shared().readTree(answer.body()).path("message").asString())
			.isEqualTo("Too many connections");
	}

	private Answer poll(int address) {
		return HttpClient.get(server(), POLLING, OpenOptions.nobody().header("X-Forwarded-For", address(address)));
	}

	private SseSession open(String key, int address) {
		return keep(SseSession.open(server(), OpenOptions.key(key).header("X-Forwarded-For", address(address))));
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("ui.limit", "1");
		return tenant;
	}

	@Test
	void connectionsInAllAreCountedTogether() throws Exception {
		open(tenant().serverKey(), 1).expectWelcome(false);
		for (int i = 2; i < MAX; i++) {
			connect(i);
		}
		String sid = openPolling(MAX);
		assertRefused(MAX + 1);
		assertThat(HttpClient.get(server(), "/realtime/poll", OpenOptions.key(tenant().serverKey())).status())
			.isEqualTo(429);
		this.opened.get(0).close();
		awaitConnections(MAX - 1);
		connect(MAX + 1);
		assertRefused(MAX + 2);
		assertThat(post(MAX, sid, "1").status()).isEqualTo(200);
		awaitConnections(MAX - 1);
	}

	private String openPolling(int address) {
		Answer answer = poll(address);
		assertThat(answer.status()).isEqualTo(200);
		return JsonMapper.shared()
			.readTree(new String(answer.body(), StandardCharsets.UTF_8).substring(1))
			.path("sid")
			.asString();
	}

	private Answer post(int address, String sid, String body) {
		return HttpClient.send(server(), "POST " + POLLING + "&sid=" + sid,
				OpenOptions.nobody().header("X-Forwarded-For", address(address)), body);
	}

	@Test
	void connectionsOfAnAddressAreCountedTogether() {
		open(tenant().serverKey(), 1).expectWelcome(false);
		connect(1);
		register(connect(1), "nobody-knows-this-key").nextText();
		assertRefused(1);
		connect(2);
	}

	@Test
	void connectionsOfAKeyAreCountedTogether() {
		Tenant tenant = tenant();
		SseSession session = open(tenant.serverKey(), 1);
		session.expectWelcome(false);
		session.next("snapshot");
		TestWebSocket one = register(connect(1), tenant.serverKey());
		assertThat(one.nextText()).isEqualTo(UPDATE);
		register(one, tenant.serverKey());
		assertThat(one.nextText()).isEqualTo(UPDATE);
		TestWebSocket other = register(connect(2), tenant.serverKey());
		assertThat(other.nextText()).isEqualTo(UPDATE);
		awaitConnections(2);
		one.close();
		awaitConnections(1);
		TestWebSocket again = register(connect(2), tenant.serverKey());
		assertThat(again.nextText()).isEqualTo(UPDATE);
		tenant.set("ui.limit", "2");
		assertThat(again.nextText()).isEqualTo(UPDATE);
	}

	@Test
	void addressThatHasFailedTooOftenIsDroppedSoThatItComesBack() {
		TestWebSocket socket = connect(9);
		for (int i = 0; i < 3; i++) {
			assertThat(register(socket, "nobody-knows-this-key").nextText()).isEqualTo(UPDATE);
		}
		assertThat(register(socket, tenant().serverKey()).nextText()).isEqualTo(UPDATE);
		awaitConnections(0);
		assertThat(register(connect(8), tenant().serverKey()).nextText()).isEqualTo(UPDATE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "3", "42/realtime,[\"nobody listens\"]" })
	void messagesAreLimited(String message) {
		TestWebSocket socket = register(connect(1), tenant().serverKey());
		assertThat(socket.nextText()).isEqualTo(UPDATE);
		// Each second fifty, after a burst of twice as many; and time stands still
		for (int i = 0; i < 99; i++) {
			socket.send(message);
		}
		awaitConnections(0);
	}

	@Test
	void messagesOfAPollingClientAreLimited() {
		String sid = openPolling(1);
		assertThat(post(1, sid, "40/realtime," + "\u001E3".repeat(101)).status()).isEqualTo(200);
		awaitConnections(0);
		assertThat(post(1, sid, "3").status()).isEqualTo(400);
	}

}
