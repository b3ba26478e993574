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

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.RawConnection.Answer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for a server that leaves, and for its limits: each has a server of its own.
 */
class DrainTests {

	@Test
	void drainTellsEverybodyToLeaveAndLetsNobodyIn() {
		try (LoopbackServer server = LoopbackServer.start(false)) {
			Tenant tenant = server.tenant();
			tenant.set("a", "1");
			OpenOptions options = OpenOptions.key(tenant.serverKey());
			try (WebSocketSession webSocket = WebSocketSession.open(server, options);
					WebSocketSession handshake = WebSocketSession.open(server, OpenOptions.nobody());
					SseSession sse = SseSession.open(server, options);
					LongPollSession poll = LongPollSession.open(server, options)) {
				for (TestSession session : Set.of(webSocket, sse, poll)) {
					session.expectWelcome(false).next("snapshot");
				}
				poll.expectSilence();
				server.handler().drain().subscribe();
				for (TestSession session : Set.of(webSocket, sse, poll)) {
					Message goAway = session.next("goaway");
					assertThat(goAway.text("reason")).isEqualTo("draining");
					assertThat(goAway.number("retryAfter")).isBetween(500L, 5500L);
				}
				handshake.expectEnd(CloseReason.DRAINING);
				webSocket.expectSilence();
				server.advance(Duration.ofMillis(600));
				webSocket.expectEnd(CloseReason.DRAINING);
				sse.expectEnd(CloseReason.DRAINING);
				// The poll's session ends on an event loop of its own
				Awaitility.await().until(() -> server.handler().sessions().isEmpty());
				assertRefused(server, options);
			}
		}
	}

	@Test
	void serverThatStopsTellsWhoPollsTheShorterWay() {
		LoopbackServer server = LoopbackServer.start(false);
		Tenant tenant = server.tenant();
		FlagPosition position = tenant.set("a", "0");
		tenant.watch();
		try (RawConnection connection = RawConnection.to(server)) {
			List<String> headers = new ArrayList<>(OpenOptions.key(tenant.serverKey()).headers());
			for (int i = 1; i < 6; i++) {
				connection.request("GET /realtime/poll?wait=20000&position=" + position, headers);
				tenant.set("a", String.valueOf(i));
				Answer answer = connection.readAnswer();
				position = answer.message().position();
				if (i == 1) {
					headers.add("Realtime-Push-Session: " + answer.headers().get("Realtime-Push-Session"));
				}
			}
			assertThat(server.exchanges().begun()).hasSize(3);
			connection.request("GET /realtime/poll?wait=20000&position=" + position, headers);
			server.close();
			assertThat(connection.readAnswer().message().type()).isEqualTo("goaway");
			assertThatExceptionOfType(IOException.class).isThrownBy(connection::read);
		}
	}

	@Test
	void serverIsNotReadyBeforeItTellsAnybodyToLeave() {
		LoopbackServer server = LoopbackServer.start(false);
		Tenant tenant = server.tenant();
		tenant.set("a", "1");
		OpenOptions options = OpenOptions.key(tenant.serverKey());
		AtomicInteger pulledMeanwhile = new AtomicInteger();
		server.onNotReady(() -> pulledMeanwhile.set(HttpClient.get(server, "/realtime/flags", options).status()));
		try (TestSession session = WebSocketSession.open(server, options).expectWelcome(false)) {
			session.next("snapshot");
			server.close();
			session.next("goaway");
			assertThat(pulledMeanwhile).hasValue(200);
		}
	}

	private static void assertRefused(LoopbackServer server, OpenOptions options) {
		try (WebSocketSession session = WebSocketSession.open(server, options)) {
			assertThat(session.head().status()).isEqualTo(503);
			assertThat(session.head().headers()).containsKey("Retry-After");
			session.expectEnd(CloseReason.DRAINING);
		}
		try (WebSocketSession session = WebSocketSession.open(server, OpenOptions.nobody())) {
			assertThat(session.head().status()).isEqualTo(503);
		}
		try (WebSocketSession session = WebSocketSession.open(server,
				OpenOptions.nobody().header("Origin", "http://localhost"))) {
			assertThat(session.head().status()).isEqualTo(101);
			session.expectEnd(CloseReason.DRAINING);
		}
		try (SseSession session = SseSession.open(server, options)) {
			assertThat(session.next("goaway").text("reason")).isEqualTo("draining");
			assertThat(session.retry()).isNotNull();
		}
		assertThat(HttpClient.get(server, "/realtime/poll", options).message().type()).isEqualTo("goaway");
		RawConnection.Answer pull = HttpClient.get(server, "/realtime/flags", options);
		assertThat(pull.status()).isEqualTo(503);
		assertThat(pull.message().text("code")).isEqualTo("draining");
		assertThat(pull.headers()).containsKey("Retry-After");
	}

	@Test
	void tooManyConnectionsAreToldToComeBackLater() {
		try (LoopbackServer server = LoopbackServer.start(false, "test.max-connections-per-key=1")) {
			Tenant tenant = server.tenant();
			tenant.set("a", "1");
			OpenOptions options = OpenOptions.key(tenant.serverKey());
			try (TestSession session = WebSocketSession.open(server, options).expectWelcome(false)) {
				session.next("snapshot");
				try (WebSocketSession refused = WebSocketSession.open(server, options)) {
					assertThat(refused.head().status()).isEqualTo(429);
					assertThat(refused.head().headers()).containsKey("Retry-After");
					refused.expectEnd(CloseReason.TOO_MANY);
				}
				try (SseSession refused = SseSession.open(server, options)) {
					assertThat(refused.next("goaway").text("reason")).isEqualTo("too_many");
					assertThat(refused.retry()).isEqualTo("5000");
				}
				RawConnection.Answer poll = HttpClient.get(server, "/realtime/poll", options);
				assertThat(poll.status()).isEqualTo(429);
				assertThat(poll.headers()).containsEntry("Retry-After", "5");
			}
		}
	}

	@Test
	void clientThatTakesNothingForTooLongIsClosed() {
		try (LoopbackServer server = LoopbackServer.start(false)) {
			Tenant tenant = server.tenant();
			tenant.set("a", "1");
			server.hub().acquire(tenant.flagSet(), FlagFilter.all()).loaded().block(LoopbackServer.TIMEOUT);
			OpenOptions options = OpenOptions.key(tenant.serverKey()).smallBuffer();
			String large = "\"" + "x".repeat(500_000);
			try (TestSession webSocket = WebSocketSession.open(server, options).expectWelcome(false);
					TestSession sse = SseSession.open(server, options).expectWelcome(false)) {
				webSocket.next("snapshot");
				sse.next("snapshot");
				webSocket.pause();
				sse.pause();
				for (int i = 0; i < 40; i++) {
					tenant.set("large", large + i + "\"");
				}
				assertThat(server.handler().sessions()).hasSize(2);
				server.fastForward(() -> Awaitility.await()
					.atMost(LoopbackServer.TIMEOUT)
					.until(() -> server.handler().sessions().isEmpty()));
				webSocket.resume();
				sse.resume();
				webSocket.expectEndAfterMessages(CloseReason.SLOW);
				sse.expectEndAfterMessages(CloseReason.SLOW);
			}
			assertThat(server.handler().connections()).isZero();
		}
	}

}
