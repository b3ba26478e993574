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

import java.time.Duration;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.RawConnection.Answer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for access tokens over HTTP, and for sessions that log in with them.
 */
class AccessTokenTests extends LoopbackSupport {

	AccessTokenTests() {
		super(false, "realtime-push.server.token.enabled=true", "realtime-push.server.token.lifetime=10m",
				"realtime-push.server.token.transports=sse,websocket",
				"realtime-push.server.token.endpoints=https://push.example.com/realtime",
				"realtime-push.server.token.address-family=ipv6-first", "realtime-push.server.token.telemetry=0.5");
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true", "ui.theme", "1");
		tenant.watch();
		return tenant;
	}

	private Answer post(OpenOptions options) {
		return HttpClient.send(server(), "POST /realtime/token", options, "");
	}

	private OpenOptions withToken(Tenant tenant) {
		return OpenOptions.key(post(OpenOptions.key(tenant.serverKey())).message().text("token"));
	}

	@Test
	void keyIsChangedForATokenAndAdvice() {
		Answer answer = post(OpenOptions.key(tenant().serverKey()));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.headers()).containsEntry("Content-Type", "application/json")
			.containsEntry("Cache-Control", "no-store");
		Message grant = answer.message();
		assertThat(grant.number("expiresIn")).isBetween(540_000L, 660_000L);
		assertThat(grant.number("heartbeat")).isEqualTo(25_000);
		assertThat(grant.node().path("transports").toString()).isEqualTo("[\"sse\",\"websocket\"]");
		assertThat(grant.node().path("endpoints").toString()).isEqualTo("[\"https://push.example.com/realtime\"]");
		assertThat(grant.text("addressFamily")).isEqualTo("ipv6-first");
		assertThat(grant.node().path("telemetry").asDouble()).isEqualTo(0.5);
	}

	@Test
	void unknownKeyGetsNoToken() {
		Answer answer = post(OpenOptions.key("sdk-unknown"));
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.message().text("code")).isEqualTo("unauthorized");
		assertThat(post(OpenOptions.nobody()).status()).isEqualTo(401);
	}

	@Test
	void tokenOpensASessionOnEachTransport() {
		Tenant tenant = tenant();
		OpenOptions options = withToken(tenant);
		try (TestSession webSocket = WebSocketSession.open(server(), options);
				TestSession sse = SseSession.open(server(), options);
				TestSession longPoll = LongPollSession.open(server(), options)) {
			for (TestSession session : new TestSession[] { webSocket, sse, longPoll }) {
				session.expectWelcome(false);
				session.next("snapshot");
			}
		}
	}

	@Test
	void webSocketEndsWithItsToken() {
		Tenant tenant = tenant();
		try (TestSession session = WebSocketSession.open(server(), withToken(tenant))) {
			session.expectWelcome(false);
			session.next("snapshot");
			server().advance(Duration.ofMinutes(11));
			session.expectEndAfterMessages(CloseReason.TOKEN_EXPIRED);
		}
	}

	@Test
	void pollThatWaitsIsToldThatItsTokenHasEnded() {
		Tenant tenant = tenant();
		OpenOptions options = withToken(tenant).at(tenant.set("a", "1"));
		try (RawConnection connection = RawConnection.to(server())) {
			String session = poll(connection, options, null, "0").headers().get("Realtime-Push-Session");
			// By now polls are taken before the codec, with a token that is checked no
			// more
			for (int i = 0; i < 4; i++) {
				assertThat(poll(connection, options, session, "0").status()).isEqualTo(200);
			}
			server().advance(Duration.ofMinutes(11));
			Answer answer = poll(connection, options, session, "0");
			assertThat(answer.status()).isEqualTo(401);
			assertThat(answer.message().text("code")).isEqualTo("token_expired");
		}
	}

	@Test
	void pollWithAFreshTokenGoesOnWithTheSession() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		OpenOptions options = withToken(tenant).at(position);
		try (RawConnection connection = RawConnection.to(server())) {
			String session = poll(connection, options, null, "0").headers().get("Realtime-Push-Session");
			server().advance(Duration.ofMinutes(5));
			OpenOptions fresh = withToken(tenant).at(position);
			assertThat(poll(connection, fresh, session, "0").headers()).containsEntry("Realtime-Push-Session", session);
			server().advance(Duration.ofMinutes(6));
			assertThat(poll(connection, fresh, session, "0").headers()).containsEntry("Realtime-Push-Session", session);
		}
	}

	@Test
	void sessionThatWasOpenedWithTheKeyEndsWithATokenThatIsShownLater() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		OpenOptions key = OpenOptions.key(tenant.serverKey()).at(position);
		OpenOptions token = withToken(tenant).at(position);
		try (RawConnection connection = RawConnection.to(server())) {
			String session = poll(connection, key, null, "0").headers().get("Realtime-Push-Session");
			for (int i = 0; i < 4; i++) {
				assertThat(poll(connection, token, session, "0").status()).isEqualTo(200);
			}
			server().advance(Duration.ofMinutes(11));
			assertThat(poll(connection, token, session, "0").status()).isEqualTo(401);
		}
	}

	private static Answer poll(RawConnection connection, OpenOptions options, String session, String wait) {
		OpenOptions named = (session != null) ? options.header("Realtime-Push-Session", session) : options;
		return connection.request(named.query("wait", wait).target("/realtime/poll"), named.headers()).readAnswer();
	}

}
