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

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.transport.LoopbackServer.Tenant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what is served over HTTP/3 beside streams and polls, and how clients learn of
 * it.
 */
class Http3Tests extends LoopbackSupport {

	private Http3Client client;

	Http3Tests() {
		super(true, LoopbackServer.WITH_HTTP3, "realtime-push.server.token.enabled=true");
	}

	@BeforeEach
	void connect() {
		this.client = new Http3Client(server().http3Port());
	}

	@AfterEach
	void disconnect() {
		this.client.close();
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true");
		tenant.watch();
		return tenant;
	}

	private static OpenOptions as(Tenant tenant) {
		return OpenOptions.key(tenant.serverKey());
	}

	@Test
	void answersOverTcpTellOfTheUdpPort() {
		String expected = "h3=\":" + server().http3Port() + "\"; ma=86400";
		OpenOptions options = as(tenant());
		assertThat(HttpClient.get(server(), "/realtime/flags", options).headers()).containsEntry("Alt-Svc", expected);
		assertThat(HttpClient.get(server(), "/realtime/nothing", options).headers()).containsEntry("Alt-Svc", expected);
		try (SseSession session = SseSession.open(server(), options)) {
			assertThat(session.head().headers()).containsEntry("Alt-Svc", expected);
		}
	}

	@Test
	void flagSetIsPulled() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("limit", "5");
		RawConnection.Answer answer = this.client.get("/realtime/flags", as(tenant));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.message().position()).isEqualTo(position);
		String tag = answer.headers().get("ETag");
		assertThat(this.client.get("/realtime/flags", as(tenant).header("If-None-Match", tag)).status()).isEqualTo(304);
	}

	@Test
	void tokenAdvisesAShareOfClientsToTryHttp3First() {
		Tenant tenant = tenant();
		int first = 0;
		for (int i = 0; i < 60; i++) {
			Message grant = token(tenant, "client-" + i);
			assertThat(grant.node().path("transports").toString()).isIn(
					"[\"sse-h3\",\"websocket\",\"sse\",\"long-poll\"]",
					"[\"websocket\",\"sse\",\"long-poll\",\"sse-h3\"]");
			assertThat(token(tenant, "client-" + i).node().path("transports"))
				.isEqualTo(grant.node().path("transports"));
			first += grant.node().path("transports").path(0).asString().equals("sse-h3") ? 1 : 0;
		}
		assertThat(first).isBetween(1, 20);
	}

	private Message token(Tenant tenant, String seed) {
		RawConnection.Answer answer = this.client.send("POST /realtime/token?seed=" + seed, as(tenant), "");
		assertThat(answer.status()).isEqualTo(200);
		return answer.message();
	}

	@Test
	void requestIsAnsweredAndAcknowledgementTaken() {
		Tenant tenant = tenant();
		RawConnection.Answer answer = this.client.send("POST /realtime/request", as(tenant),
				"{\"type\":\"request\",\"id\":\"1\",\"method\":\"double\",\"payload\":21}");
		assertThat(answer.message().node().path("payload").asInt()).isEqualTo(42);
		RawConnection.Answer taken = this.client.send("POST /realtime/ack", as(tenant),
				"{\"session\":\"gone\",\"epoch\":\"e\",\"version\":1,\"status\":\"applied\"}");
		assertThat(taken.status()).isEqualTo(202);
	}

	@Test
	void bodyAboveTheLimitIsRefused() {
		RawConnection.Answer answer = this.client.send("POST /realtime/request", as(tenant()), "x".repeat(100_000));
		assertThat(answer.status()).isEqualTo(413);
		assertThat(answer.message().text("code")).isEqualTo("too_large");
	}

	@Test
	void webSocketIsRefusedClearly() {
		RawConnection.Answer answer = this.client.get("/realtime/ws", as(tenant()));
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.message().text("code")).isEqualTo("bad_request");
	}

	@Test
	void whatIsNotBelowTheBasePathIsNotFound() {
		assertThat(this.client.get("/", as(tenant())).status()).isEqualTo(404);
		assertThat(this.client.get("/actuator", as(tenant())).status()).isEqualTo(404);
	}

}
