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
import java.time.Duration;
import java.util.List;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.transport.LoopbackServer.Tenant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what only WebSockets have.
 */
class WebSocketTests extends LoopbackSupport {

	WebSocketTests() {
		super(false);
	}

	private WebSocketSession open(OpenOptions options) {
		return WebSocketSession.open(server(), options);
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true", "ui.theme", "\"dark\"");
		tenant.watch();
		return tenant;
	}

	private WebSocketSession openAndSync(Tenant tenant) {
		WebSocketSession session = open(OpenOptions.key(tenant.serverKey())).expectWelcome(false);
		session.next("snapshot");
		return session;
	}

	private static String hello(Tenant tenant, String moreFields) {
		return "{\"type\":\"hello\",\"key\":\"" + tenant.serverKey() + "\"" + moreFields + "}";
	}

	private static String subscribe(String sub, String key, String moreFields) {
		return "{\"type\":\"subscribe\",\"sub\":\"" + sub + "\",\"key\":\"" + key + "\"" + moreFields + "}";
	}

	@Test
	void helloLogsIn() {
		Tenant tenant = tenant();
		try (WebSocketSession session = open(OpenOptions.nobody().mode("notify"))) {
			session.expectSilence();
			session.send(hello(tenant, ",\"mode\":\"snapshot\",\"heartbeat\":1,\"flags\":[\"ui.*\"],"
					+ "\"client\":{\"instance\":\"0123456789abcdef\",\"sdk\":\"java/1\",\"labels\":{\"a\":\"b\"}}"));
			Message welcome = session.expectWelcome(false, null);
			assertThat(welcome.text("mode")).isEqualTo("snapshot");
			assertThat(welcome.number("heartbeat")).isEqualTo(5000);
			assertThat(session.next("snapshot").flags().toString()).isEqualTo("{\"ui.theme\":\"dark\"}");
		}
	}

	@Test
	void optionsOfUrlHoldUnlessHelloHasThem() {
		Tenant tenant = tenant();
		try (WebSocketSession session = open(OpenOptions.nobody().mode("notify").query("heartbeat", "7000"))) {
			session.send(hello(tenant, ",\"heartbeat\":99999999999999999999"));
			Message welcome = session.expectWelcome(false, null);
			assertThat(welcome.text("mode")).isEqualTo("notify");
			assertThat(welcome.number("heartbeat")).isEqualTo(300_000);
			session.next("version");
		}
	}

	@Test
	void firstMessageOtherThanHelloIsRefused() {
		try (WebSocketSession session = open(OpenOptions.nobody())) {
			session.send("{\"type\":\"ping\",\"t\":1}").expectEnd(CloseReason.BAD_REQUEST);
		}
	}

	@Test
	void secondHelloIsRefused() {
		Tenant tenant = tenant();
		try (WebSocketSession session = openAndSync(tenant)) {
			session.send(hello(tenant, "")).expectEnd(CloseReason.BAD_REQUEST);
		}
	}

	@Test
	void missingHelloTimesOut() {
		try (WebSocketSession session = open(OpenOptions.nobody())) {
			session.expectSilence();
			server().advance(Duration.ofSeconds(9));
			session.expectSilence();
			server().advance(Duration.ofSeconds(2));
			session.expectEnd(CloseReason.HANDSHAKE_TIMEOUT);
		}
	}

	@Test
	void helloWithUnknownKeyIsUnauthorized() {
		try (WebSocketSession session = open(OpenOptions.nobody())) {
			session.send("{\"type\":\"hello\",\"key\":\"sdk-nobody-knows\"}").expectEnd(CloseReason.UNAUTHORIZED);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "not json", "[]", "1", "{}", "{\"type\":1}", "{\"type\":\"ping\"} {}",
			"{\"type\":\"resync\",\"position\":5}", "{\"type\":\"resync\",\"position\":\"k7\"}",
			"{\"type\":\"subscribe\",\"sub\":\"\",\"key\":\"k\"}", "{\"type\":\"subscribe\",\"key\":\"k\"}",
			"{\"type\":\"unsubscribe\"}", "{\"type\":\"ack\",\"epoch\":\"e\",\"version\":-1,\"status\":\"applied\"}",
			"{\"type\":\"ack\",\"epoch\":\"e\",\"version\":1,\"status\":\"maybe\"}" })
	void messageThatIsNotUnderstoodIsBadRequest(String message) {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.send(message).expectEnd(CloseReason.BAD_REQUEST);
		}
	}

	@Test
	void unknownTypeAndUnknownFieldsKeepTheConnection() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.send("{\"type\":\"dance\"}");
			assertThat(session.next("error").text("code")).isEqualTo("unknown_type");
			session.send("{\"type\":\"ping\",\"t\":[1.10,null],\"later\":{}}");
			assertThat(session.next("pong").json()).contains("\"t\":[1.10,null]");
		}
	}

	@Test
	void ackIsTaken() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.send("{\"type\":\"ack\",\"epoch\":\"e\",\"version\":1,\"status\":\"failed\",\"took\":3,"
					+ "\"error\":\"no\"}");
			session.expectSilence();
			session.send("{\"type\":\"ack\",\"epoch\":\"e\",\"version\":1,\"status\":\"applied\",\"sub\":\"x\"}");
			assertThat(session.next("error").text("code")).isEqualTo("unknown_sub");
		}
	}

	@Test
	void subscriptionsShareTheConnection() {
		Tenant tenant = tenant();
		Tenant other = tenant();
		try (WebSocketSession session = open(OpenOptions.key(tenant.serverKey()).beating()).expectWelcome(false)) {
			session.next("snapshot");
			session.send(subscribe("two", other.clientKey(), ""));
			assertThat(session.expectWelcome(false, "two").number("heartbeat")).isEqualTo(5000);
			Message snapshot = session.next("snapshot");
			assertThat(snapshot.text("sub")).isEqualTo("two");
			assertThat(snapshot.flags().toString()).isEqualTo("{\"ui.theme\":\"dark\"}");
			other.set("ui.theme", "1");
			assertThat(session.next("delta").text("sub")).isEqualTo("two");
			tenant.set("checkout", "1");
			assertThat(session.next("delta").node().has("sub")).isFalse();
			server().advance(Duration.ofSeconds(6));
			assertThat(List.of(session.next("heartbeat").text("sub"), session.next("heartbeat").text("sub")))
				.containsExactlyInAnyOrder("", "two");
		}
	}

	@Test
	void subscriptionResumes() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("a", "1");
		try (WebSocketSession session = openAndSync(tenant())) {
			session.send(subscribe("two", tenant.serverKey(), ",\"position\":\"" + position + "\""));
			session.expectWelcome(true, "two");
			session.expectSilence();
		}
	}

	@Test
	void nameOfSubscriptionIsUsedOnce() {
		Tenant tenant = tenant();
		try (WebSocketSession session = openAndSync(tenant)) {
			session.send(subscribe("two", tenant.clientKey(), ""));
			session.expectWelcome(false, "two");
			session.next("snapshot");
			session.send(subscribe("two", tenant.clientKey(), ""));
			Message error = session.next("error");
			assertThat(error.text("code")).isEqualTo("sub_in_use");
			assertThat(error.text("sub")).isEqualTo("two");
			session.send("{\"type\":\"unsubscribe\",\"sub\":\"two\"}");
			Message closed = session.next("closed");
			assertThat(closed.number("code")).isEqualTo(1000);
			assertThat(closed.text("sub")).isEqualTo("two");
			assertThat(closed.node().path("retry").isBoolean()).isTrue();
			tenant.set("ui.theme", "1");
			assertThat(session.next("delta").node().has("sub")).isFalse();
			session.expectSilence();
			session.send("{\"type\":\"unsubscribe\",\"sub\":\"two\"}");
			assertThat(session.next("error").text("code")).isEqualTo("unknown_sub");
			session.send(subscribe("two", tenant.clientKey(), ""));
			session.expectWelcome(false, "two");
		}
	}

	@Test
	void subscriptionsAreLimited() {
		Tenant tenant = tenant();
		try (WebSocketSession session = openAndSync(tenant)) {
			for (int i = 1; i < 4; i++) {
				session.send(subscribe("s" + i, tenant.clientKey(), ""));
				session.expectWelcome(false, "s" + i);
				session.next("snapshot");
			}
			session.send(subscribe("s4", tenant.clientKey(), ""));
			Message error = session.next("error");
			assertThat(error.text("code")).isEqualTo("too_many_subscriptions");
			assertThat(error.text("sub")).isEqualTo("s4");
		}
	}

	@Test
	void refusedSubscriptionKeepsTheConnection() {
		Tenant tenant = tenant();
		try (WebSocketSession session = openAndSync(tenant)) {
			session.send(subscribe("two", "sdk-nobody-knows", ""));
			Message error = session.next("error");
			assertThat(error.text("code")).isEqualTo("unauthorized");
			assertThat(error.text("sub")).isEqualTo("two");
			assertThat(error.node().path("retry").booleanValue()).isFalse();
			tenant.set("a", "1");
			session.next("delta");
		}
	}

	@Test
	void revokedKeyEndsItsSubscriptionOnly() {
		Tenant tenant = tenant();
		Tenant other = tenant();
		try (WebSocketSession session = openAndSync(tenant)) {
			session.send(subscribe("two", other.serverKey(), ""));
			session.expectWelcome(false, "two");
			session.next("snapshot");
			other.revoke();
			Message closed = session.next("closed");
			assertThat(closed.number("code")).isEqualTo(4401);
			assertThat(closed.text("sub")).isEqualTo("two");
			tenant.set("a", "1");
			session.next("delta");
		}
	}

	@Test
	void resyncIsAnsweredOnceASecond() {
		Tenant tenant = tenant();
		FlagPosition old = tenant.set("a", "1");
		FlagPosition present = tenant.set("a", "2");
		try (WebSocketSession session = openAndSync(tenant)) {
			session.send("{\"type\":\"resync\"}");
			session.next("snapshot");
			session.send("{\"type\":\"resync\"}");
			session.send("{\"type\":\"resync\",\"position\":\"" + old + "\"}");
			session.expectSilence();
			server().advance(Duration.ofMillis(1100));
			assertThat(session.next("delta").number("from")).isEqualTo(old.version());
			session.expectSilence();
			server().advance(Duration.ofMillis(1100));
			session.send("{\"type\":\"resync\",\"position\":\"" + present + "\"}");
			assertThat(session.next("heartbeat").position()).isEqualTo(present);
			server().advance(Duration.ofMillis(1100));
			session.send("{\"type\":\"resync\",\"sub\":\"nobody\"}");
			assertThat(session.next("error").text("code")).isEqualTo("unknown_sub");
		}
	}

	@Test
	void resyncFromAheadIsDecidedByTheSource() {
		Tenant tenant = tenant();
		FlagPosition view = tenant.view(tenant.set("ui.theme", "1"), "ui.*");
		try (WebSocketSession session = open(OpenOptions.key(tenant.clientKey())).expectWelcome(false)) {
			session.next("snapshot");
			session.send("{\"type\":\"resync\",\"position\":\"" + view.at(view.version() + 9) + "\"}");
			session.expectSilence();
			session.send("{\"type\":\"resync\",\"position\":\"" + view + "\"}");
			server().fastForward(() -> {
				Message heartbeat = session.next("heartbeat");
				assertThat(heartbeat.position()).isEqualTo(view);
			});
			session.expectOnlyHeartbeats();
		}
	}

	@Test
	void binaryFrameIsBadRequest() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(0x80 | WebSocketSession.BINARY, new byte[] { 1 }).expectEnd(CloseReason.BAD_REQUEST);
		}
	}

	@Test
	void fragmentsMakeOneMessage() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(WebSocketSession.TEXT, "{\"type\":\"pi".getBytes(StandardCharsets.UTF_8));
			session.frame(0x80 | WebSocketSession.PING, "between".getBytes(StandardCharsets.UTF_8));
			assertThat(session.next("PONG").id()).isEqualTo("between");
			session.frame(0, "ng\",\"t\":".getBytes(StandardCharsets.UTF_8));
			session.frame(0x80, "\"ü\"}".getBytes(StandardCharsets.UTF_8));
			assertThat(session.next("pong").text("t")).isEqualTo("ü");
		}
	}

	@Test
	void badUtf8Is1007() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(0x80 | WebSocketSession.TEXT, new byte[] { '"', (byte) 0xC3, 0x28, '"' })
				.expectEnd(CloseReason.NOT_UTF8);
		}
	}

	@Test
	void unmaskedFrameIs1002() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.raw(new byte[] { (byte) 0x81, 2, '{', '}' });
			session.expectEnd(CloseReason.PROTOCOL_ERROR);
		}
	}

	@Test
	void reservedBitIs1002() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(0xC0 | WebSocketSession.TEXT, new byte[] { '{', '}' }).expectEnd(CloseReason.PROTOCOL_ERROR);
		}
	}

	@Test
	void largeFrameIs1009() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(0x80 | WebSocketSession.TEXT, new byte[65 * 1024]).expectEnd(CloseReason.TOO_LARGE);
		}
	}

	@Test
	void largeMessageInFragmentsIs1009() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(WebSocketSession.TEXT, new byte[40 * 1024]);
			session.frame(0x80, new byte[40 * 1024]);
			session.expectEnd(CloseReason.TOO_LARGE);
		}
	}

	@Test
	void closeIsEchoed() {
		Tenant tenant = tenant();
		try (WebSocketSession session = openAndSync(tenant)) {
			session.sendClose(1000).expectEnd(CloseReason.NORMAL);
			Awaitility.await()
				.atMost(LoopbackServer.TIMEOUT)
				.until(() -> server().handler()
					.sessions()
					.stream()
					.noneMatch((info) -> info.flagSet().equals(tenant.flagSet())));
		}
	}

	@Test
	void tooManyMessagesEndTheSession() {
		try (WebSocketSession session = openAndSync(tenant())) {
			for (int i = 0; i < 101; i++) {
				session.send("{\"type\":\"ping\",\"t\":" + i + "}");
			}
			for (int i = 0; i < 100; i++) {
				assertThat(session.next("pong").number("t")).isEqualTo(i);
			}
			session.expectEnd(CloseReason.TOO_MANY);
		}
	}

	@Test
	void subprotocolIsAnsweredOnlyIfOffered() {
		Tenant tenant = tenant();
		OpenOptions options = OpenOptions.key(tenant.serverKey());
		try (WebSocketSession session = open(options)) {
			assertThat(session.head().headers()).doesNotContainKey("Sec-WebSocket-Protocol");
		}
		try (WebSocketSession session = open(options.header("Sec-WebSocket-Protocol", "chat, realtime-push.v1"))) {
			assertThat(session.head().headers()).containsEntry("Sec-WebSocket-Protocol", "realtime-push.v1");
		}
		try (WebSocketSession session = open(options.header("Sec-WebSocket-Protocol", "chat"))) {
			assertThat(session.head().headers()).doesNotContainKey("Sec-WebSocket-Protocol");
			session.expectWelcome(false).next("snapshot");
		}
	}

	@Test
	void refusalIsStatusWithoutOriginAndCloseCodeWithIt() {
		try (WebSocketSession session = open(OpenOptions.key("sdk-nobody-knows"))) {
			assertThat(session.head().status()).isEqualTo(401);
			assertThat(session.head().headers()).containsEntry("Content-Type", "application/problem+json");
			session.expectEnd(CloseReason.UNAUTHORIZED);
		}
		try (WebSocketSession session = open(
				OpenOptions.key("sdk-nobody-knows").header("Origin", "http://localhost"))) {
			assertThat(session.head().status()).isEqualTo(101);
			session.expectEnd(CloseReason.UNAUTHORIZED);
		}
		try (WebSocketSession session = open(OpenOptions.nobody().mode("x").header("Origin", "http://localhost"))) {
			assertThat(session.head().status()).isEqualTo(101);
			session.expectEnd(CloseReason.BAD_REQUEST);
		}
	}

	@Test
	void originIsCheckedForTheKeyOfHello() {
		Tenant tenant = tenant();
		try (WebSocketSession session = open(OpenOptions.nobody().header("Origin", "https://shop.example"))) {
			session.send(hello(tenant, "")).expectEnd(CloseReason.ORIGIN);
		}
	}

}
