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

import java.nio.charset.StandardCharsets;

import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.RawConnection.Answer;
import io.realtimepush.transport.socketio.TestWebSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * FeatureProbe's SDKs are served on a port of its own as well, in apps whose own port
 * cannot serve them.
 */
class OwnPortSdkTests {

	private static final String UPDATE = "42/realtime,[\"update\",\"\"]";

	@ParameterizedTest
	@ValueSource(strings = { LoopbackServer.SERVLET, LoopbackServer.NO_WEB })
	void sdksAreServed(String app) {
		try (LoopbackServer server = LoopbackServer.start(false, app, "realtime-push.server.port=0",
				"realtime-push.featureprobe.enabled=true")) {
			Tenant tenant = server.tenant();
			tenant.set("ui.limit", "1");
			assertThat(pull(server, tenant)).contains("\"ui.limit\"");
			java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient();
			try (TestWebSocket socket = TestWebSocket.open(client, server.port(),
					"//realtime?EIO=4&transport=websocket")) {
				assertThat(socket.nextText()).startsWith("0{");
				assertThat(socket.send("40/realtime,").nextText()).startsWith("40/realtime,{");
				socket.send("42/realtime,[\"register\",{\"key\":\"" + tenant.serverKey() + "\"}]");
				assertThat(socket.nextText()).isEqualTo(UPDATE);
				tenant.set("ui.limit", "4711");
				assertThat(socket.nextText()).isEqualTo(UPDATE);
				assertThat(pull(server, tenant)).contains("4711");
			}
			assertPolls(server);
			assertPreflightIsAnswered(server);
			assertPushEndpointsAreThere(server, tenant);
		}
	}

	private static String pull(LoopbackServer server, Tenant tenant) {
		Answer answer = HttpClient.get(server, "//api/server-sdk/toggles",
				OpenOptions.nobody().header("Authorization", tenant.serverKey()));
		return new String(answer.body(), StandardCharsets.UTF_8);
	}

	private static void assertPolls(LoopbackServer server) {
		Answer answer = HttpClient.get(server, "/server/realtime/?EIO=4&transport=polling", OpenOptions.nobody());
		assertThat(answer.status()).isEqualTo(200);
		assertThat(new String(answer.body(), StandardCharsets.UTF_8)).startsWith("0{\"sid\"");
	}

	private static void assertPreflightIsAnswered(LoopbackServer server) {
		Answer answer = HttpClient.send(server, "OPTIONS /api/events",
				OpenOptions.nobody()
					.header("Origin", "https://shop.example")
					.header("Access-Control-Request-Method", "POST"),
				null);
		assertThat(answer.status()).isEqualTo(204);
		assertThat(answer.headers()).containsEntry("Access-Control-Allow-Origin", "*");
	}

	private static void assertPushEndpointsAreThere(LoopbackServer server, Tenant tenant) {
		assertThat(HttpClient.get(server, "/realtime/flags", OpenOptions.key(tenant.serverKey())).status())
			.isEqualTo(200);
		assertThat(HttpClient.get(server, "/elsewhere", OpenOptions.nobody()).status()).isEqualTo(404);
	}

}
