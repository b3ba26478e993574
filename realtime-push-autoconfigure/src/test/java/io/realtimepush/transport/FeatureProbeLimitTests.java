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
import java.util.Base64;

import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.RawConnection.Answer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What SDKs of FeatureProbe are answered where the app limits origins, paths and users.
 */
class FeatureProbeLimitTests extends LoopbackSupport {

	private static final String TOGGLES = "toggles-with-limits";

	FeatureProbeLimitTests() {
		super(false, "realtime-push.featureprobe.enabled=true", "realtime-push.featureprobe.base-paths=/fp",
				"realtime-push.featureprobe.allowed-origins=https://shop.example",
				"realtime-push.featureprobe.repositories=" + TOGGLES, "realtime-push.featureprobe.max-users=1");
	}

	private static OpenOptions as(Tenant tenant, String userKey) {
		String user = "{\"key\":\"" + userKey + "\"}";
		return OpenOptions.key(tenant.clientKey())
			.query("user", Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
	}

	private Tenant values() {
		Tenant tenant = server().tenant();
		tenant.set("ui.theme", "1");
		return tenant;
	}

	@Test
	void originThatIsAllowedIsNamed() {
		Answer answer = HttpClient.get(server(), "/fp/api/client-sdk/toggles",
				as(values(), "u-1").header("Origin", "https://shop.example"));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.headers()).containsEntry("Access-Control-Allow-Origin", "https://shop.example")
			.containsEntry("Vary", "Origin");
	}

	@Test
	void otherOriginsAreRefused() {
		OpenOptions options = as(values(), "u-1").header("Origin", "https://evil.example");
		Answer answer = HttpClient.get(server(), "/fp/api/client-sdk/toggles", options);
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.body()).isEmpty();
		assertThat(answer.headers()).doesNotContainKey("Access-Control-Allow-Origin").containsEntry("Vary", "Origin");
		Answer preflight = HttpClient.send(server(), "OPTIONS /fp/api/events",
				OpenOptions.nobody()
					.header("Origin", "https://evil.example")
					.header("Access-Control-Request-Method", "POST"),
				null);
		assertThat(preflight.status()).isEqualTo(403);
		assertThat(preflight.headers()).doesNotContainKey("Access-Control-Allow-Origin");
	}

	@Test
	void serversSendNoOrigin() {
		assertThat(HttpClient
			.get(server(), "/fp/api/server-sdk/toggles",
					OpenOptions.nobody().header("Authorization", values().serverKey()))
			.status()).isEqualTo(200);
	}

	@Test
	void pathsOutsideOfTheBasePathsAreTheApps() {
		assertThat(HttpClient.get(server(), "/api/server-sdk/toggles", OpenOptions.key("any")).status()).isEqualTo(404);
	}

	@Test
	void usersOfSessionsAreBoundedAndThoseOfSdksAreNot() {
		Tenant tenant = server().tenant(TOGGLES);
		tenant.show("*");
		tenant.set("checkout", "{\"enabled\":true,\"forClient\":true,\"defaultServe\":{\"select\":0},"
				+ "\"variations\":[7],\"rules\":[]}");
		try (SseSession session = SseSession.open(server(), as(tenant, "u-1"));
				SseSession same = SseSession.open(server(), as(tenant, "u-1"))) {
			session.expectWelcome(false);
			assertThat(session.next("snapshot").flags().toString()).isEqualTo("{\"checkout\":7}");
			same.expectWelcome(false);
			Answer other = HttpClient.get(server(), "/realtime/flags", as(tenant, "u-2"));
			assertThat(other.status()).isEqualTo(429);
			assertThat(other.headers()).containsKey("Retry-After");
			assertThat(HttpClient.get(server(), "/fp/api/client-sdk/toggles", as(tenant, "u-2")).status())
				.isEqualTo(200);
		}
		Awaitility.await()
			.atMost(LoopbackServer.TIMEOUT)
			.until(() -> HttpClient.get(server(), "/realtime/flags", as(tenant, "u-2")).status() == 200);
	}

}
