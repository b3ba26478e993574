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

package io.realtimepush.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.ScriptedPushServer.Session;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagsStatus;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.SyncMode;
import io.realtimepush.test.FakeAnswer;
import io.realtimepush.test.FakeCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a client logs in, stays, and comes back.
 */
class SessionTests {

	private static final SubscriptionSettings FIRST = new SubscriptionSettings(ClientFixture.FLAG_SET, "sdk-1",
			SyncMode.DELTA, List.of(), null);

	private static final SubscriptionSettings SECOND = new SubscriptionSettings(FlagSetId.of("ui"), "sdk-2",
			SyncMode.DELTA, List.of(), null);

	private final ScriptedPushServer server = ScriptedPushServer.start();

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void helloSaysWhoIsThereAndWhatIsWanted() {
		try (ClientFixture client = ClientFixture.of(this.server)
			.mode(SyncMode.SNAPSHOT)
			.heartbeat(Duration.ofSeconds(9))
			.start()) {
			Session session = this.server.nextSession();
			JsonNode hello = session.hello;
			assertThat(hello.path("key").asString()).isEqualTo("sdk-1");
			assertThat(hello.path("mode").asString()).isEqualTo("snapshot");
			assertThat(hello.path("flags").toString()).isEqualTo("[\"li*\",\"a b\"]");
			assertThat(hello.path("heartbeat").asInt()).isEqualTo(9_000);
			assertThat(hello.path("client").path("instance").asString()).hasSizeGreaterThanOrEqualTo(16);
			assertThat(hello.path("client").path("sdk").asString()).startsWith("java/");
			assertThat(hello.path("client").path("labels").path("region").asString()).isEqualTo("eu");
			assertThat(hello.has("position")).isFalse();
			assertThat(session.query).isEmpty();
			client.awaitLive();
			session.drop();
			JsonNode again = this.server.nextSession().hello;
			assertThat(again.path("position").asString()).isEqualTo("k7:1");
			assertThat(again.path("client")).isEqualTo(hello.path("client"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse", "long-poll" })
	void urlSaysWhatIsWanted(String transport) {
		try (ClientFixture client = ClientFixture.of(this.server)
			.mode(SyncMode.DELTA)
			.heartbeat(Duration.ofSeconds(9))
			.transports(transport)
			.start()) {
			Session session = this.server.nextSession();
			assertThat(session.credential).isEqualTo("sdk-1");
			assertThat(session.query).containsEntry("mode", List.of("delta"))
				.containsEntry("flags", List.of("li*", "a b"))
				.containsKey("instance")
				.doesNotContainKeys("position", "access_token");
			client.awaitLive();
			session.drop();
			Session again = this.server.nextSession();
			assertThat(again.query).containsEntry("position", List.of("k7:1"));
			assertThat(again.query.get("instance")).isEqualTo(session.query.get("instance"));
		}
	}

	@Test
	void resumedSessionIsLiveAtOnce() {
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			this.server.greeting = (next) -> next.welcome(5_000, true);
			session.drop();
			this.server.nextSession();
			client.await(() -> client.events.stream().filter("live over websocket"::equals).count() == 2);
			assertThat(client.position()).isEqualTo("k7:1");
		}
	}

	@Test
	void gapIsAnsweredByAResync() {
		try (ClientFixture client = ClientFixture.of(this.server).transports("websocket").start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			session.delta(4, 5, "5");
			assertThat(session.next("resync").path("position").asString()).isEqualTo("k7:1");
			assertThat(client.limit()).isEqualTo("1");
			session.delta(1, 5, "5");
			client.awaitLimit("5");
			assertThat(client.events).containsExactly("live over websocket");
		}
	}

	@Test
	void gapOverAOneWayTransportIsAnsweredByANewSession() {
		try (ClientFixture client = ClientFixture.of(this.server).transports("sse").start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			session.delta(4, 5, "5");
			Session again = this.server.nextSession();
			assertThat(again.query).containsEntry("position", List.of("k7:1"));
			session.awaitGone();
		}
	}

	@Test
	void heartbeatThatIsAheadIsAnsweredByAResyncWithinASecond() {
		VirtualClient client = VirtualClient.start();
		VirtualClient.Connection connection = client.connection();
		connection.login(Duration.ofSeconds(25), 1);
		connection.heartbeat(0);
		connection.heartbeat(1);
		client.advance(Duration.ofSeconds(1));
		ClientMessage resync = new ClientMessage.Resync(new FlagPosition("k7", 1), null);
		assertThat(connection.sent()).doesNotContain(resync);
		connection.heartbeat(3);
		client.advance(Duration.ofSeconds(1));
		assertThat(connection.sent()).contains(resync);
	}

	@Test
	void resetTakesTheClientBack() {
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			session.snapshot(9, "9");
			client.awaitLimit("9");
			session.snapshot(5, "5");
			session.raw("""
					{"type":"snapshot","epoch":"k7","version":6,"reset":true,"flags":{"limit":6}}""");
			client.awaitLimit("6");
			assertThat(client.position()).isEqualTo("k7:6");
		}
	}

	@Test
	void whatIsNotUnderstoodIsPassedOver() {
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			session.raw("{\"type\":\"dance\",\"steps\":[1,2]}");
			session.raw("{\"type\":\"error\",\"code\":\"unknown_type\",\"message\":\"what\",\"retry\":false}");
			session.raw("{\"type\":\"heartbeat\",\"sub\":\"nobody\",\"epoch\":\"x\",\"version\":7}");
			session.delta(1, 2, "2");
			client.awaitLimit("2");
			assertThat(client.events).containsExactly("live over websocket");
		}
	}

	@ParameterizedTest
	@CsvSource({ "websocket, '{'", "sse, nonsense", "long-poll, '[]'", "sse, '{\"type\":\"delta\"}'" })
	void badMessageEndsTheSession(String transport, String text) {
		try (ClientFixture client = ClientFixture.of(this.server).transports(transport).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			Session receiving = transport.equals("long-poll") ? this.server.nextSession() : session;
			this.server.greeting = Session::welcome;
			receiving.raw(text);
			client.awaitEvent("ended over " + transport + ": bad_message");
			client.awaitLive();
		}
	}

	@Test
	void clientThatIsSentAwayComesBackWhenItIsTold() {
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			long since = System.nanoTime();
			session.raw("{\"type\":\"goaway\",\"reason\":\"draining\",\"retryAfter\":700}");
			session.awaitGone();
			Session again = this.server.nextSession();
			assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThanOrEqualTo(Duration.ofMillis(700));
			assertThat(again.hello.path("position").asString()).isEqualTo("k7:1");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 4400, 4401, 4403, 4409, 1009 })
	void someCodesAreForGood(int code) {
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			session.close(code);
			client.awaitState(State.CLOSED);
			assertThat(client.client.status().failure()).isNotNull();
			assertThat(client.limit()).isEqualTo("1");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 4408, 4500, 4503, 4508, 4529, 1001, 1011, 3000, 4999 })
	void allOthersAreNot(int code) {
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			session.close(code);
			this.server.nextSession();
			client.awaitLive();
		}
	}

	@ParameterizedTest
	@CsvSource({ "sse, true", "sse, false", "long-poll, true", "long-poll, false" })
	void endThatIsToldSaysWhetherToComeBack(String transport, boolean retry) {
		try (ClientFixture client = ClientFixture.of(this.server).transports(transport).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			Session receiving = transport.equals("long-poll") ? this.server.nextSession() : session;
			receiving.raw("{\"type\":\"closed\",\"code\":4999,\"reason\":\"because\",\"retry\":" + retry + "}");
			client.awaitEvent("ended over " + transport);
			client.awaitState(retry ? State.LIVE : State.CLOSED);
		}
	}

	@ParameterizedTest
	@CsvSource({ "UNAUTHORIZED, sse", "FORBIDDEN, sse", "UNAUTHORIZED, long-poll", "NOT_FOUND, pull" })
	void refusalByHttpIsForGood(CloseReason reason, String transport) {
		this.server.refusals.put("sse", FakeAnswer.of(reason));
		this.server.refusals.put("poll", FakeAnswer.of(reason));
		this.server.refusals.put("flags", FakeAnswer.of(reason));
		try (ClientFixture client = ClientFixture.of(this.server).transports(transport).start()) {
			client.awaitState(State.CLOSED);
			assertThat(client.client.status().failure().code()).isEqualTo(reason.code());
		}
	}

	@Test
	void retryAfterIsTheLeastToWait() {
		this.server.refusals.put("sse", FakeAnswer.of(CloseReason.TOO_MANY).with("Retry-After", "1"));
		try (ClientFixture client = ClientFixture.of(this.server).transports("sse").start()) {
			client.awaitEvent("TRANSPORT over sse failed: too_many");
			this.server.refusals.clear();
			client.awaitLive();
			assertThat(this.server.betweenFirstCalls("sse")).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
		}
	}

	@Test
	void answerOfSomethingElseIsNotForGood() {
		this.server.refusals.put("sse", new FakeAnswer(401, "<html>log in to our network</html>"));
		try (ClientFixture client = ClientFixture.of(this.server).transports("sse").start()) {
			client.awaitEvent("TRANSPORT over sse failed: http_401");
			this.server.refusals.clear();
			client.awaitLive();
		}
	}

	@Test
	void silentSessionIsLeft() {
		this.server.greeting = (session) -> {
			session.answerPings(false);
			session.welcome(1_000, false);
			session.snapshot(1, "1");
		};
		try (ClientFixture client = ClientFixture.of(this.server).transports("websocket").start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			session.next("ping");
			client.awaitEvent("ended over websocket: silent");
			session.awaitGone();
		}
	}

	@Test
	void silentSessionIsLeftAfterTwoAndAHalfIntervals() {
		VirtualClient client = VirtualClient.start();
		VirtualClient.Connection connection = client.connection();
		connection.login(Duration.ofSeconds(10), 1);
		client.advance(Duration.ofMillis(24_900));
		assertThat(client.status().isLive()).isTrue();
		assertThat(connection.sent()).hasAtLeastOneElementOfType(ClientMessage.Ping.class);
		client.advance(Duration.ofMillis(200));
		assertThat(client.status().isLive()).isFalse();
		assertThat(client.status().failure().code()).isEqualTo("silent");
		assertThat(connection.isClosed()).isTrue();
	}

	@Test
	void pingsThatAreNotAnsweredEndTheSession() {
		this.server.greeting = (session) -> {
			session.answerPings(false);
			session.welcome(1_000, false);
			session.snapshot(1, "1");
		};
		try (ClientFixture client = ClientFixture.of(this.server).transports("websocket").start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			for (int i = 2; client.events.size() == 1; i++) {
				session.delta(i - 1, i, Integer.toString(i));
				String newest = Integer.toString(i);
				client.await(() -> newest.equals(client.limit()) || client.events.size() > 1);
				LockSupport.parkNanos(50_000_000);
			}
			assertThat(client.events.get(1)).isEqualTo("ended over websocket: no_pong");
		}
	}

	@Test
	void answersOfRequestsDoNotHideASilentStream() {
		this.server.greeting = (session) -> {
			session.welcome(1_000, false);
			session.snapshot(1, "1");
		};
		this.server.requests = (request) -> new FakeAnswer(200,
				"{\"type\":\"response\",\"id\":" + request.path("id") + ",\"payload\":1}");
		try (ClientFixture client = ClientFixture.of(this.server).transports("sse").start()) {
			client.awaitLive();
			AtomicInteger answers = new AtomicInteger();
			client.await(() -> {
				client.client.request("add", null, Integer.class)
					.doOnNext(answers::addAndGet)
					.onErrorComplete(PushRequestException.class)
					.block(ScriptedPushServer.TIMEOUT);
				return client.events.contains("ended over sse: silent");
			});
			assertThat(answers).hasPositiveValue();
		}
	}

	@Test
	void silentStreamOfAFurtherSubscriptionIsReplaced() {
		this.server.greeting = (session) -> {
			session.welcome(session.credential.equals("sdk-1") ? 60_000 : 1_000, false);
			session.snapshot(1, "1");
		};
		SubscriptionSettings first = new SubscriptionSettings(ClientFixture.FLAG_SET, "sdk-1", SyncMode.DELTA,
				List.of(), null);
		SubscriptionSettings second = new SubscriptionSettings(FlagSetId.of("ui"), "sdk-2", SyncMode.DELTA, List.of(),
				null);
		try (ClientFixture client = ClientFixture.of(this.server)
			.transports("sse")
			.subscriptions(first, second)
			.start()) {
			assertThat(this.server.nextSession().credential).isEqualTo("sdk-1");
			Session silent = this.server.nextSession();
			assertThat(silent.credential).isEqualTo("sdk-2");
			Session again = this.server.nextSession();
			assertThat(again.credential).isEqualTo("sdk-2");
			assertThat(again.query).containsEntry("position", List.of("k7:1"));
			silent.awaitGone();
			assertThat(client.events).containsExactly("live over sse");
		}
	}

	@Test
	void serverThatLetsNobodyInIsAskedLessAndLess() {
		this.server.greeting = (session) -> session
			.raw("{\"type\":\"goaway\",\"reason\":\"too_many\",\"retryAfter\":0}");
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			long since = System.nanoTime();
			for (int i = 0; i < 12; i++) {
				this.server.nextSession();
			}
			assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(300));
			assertThat(client.client.status().isLive()).isFalse();
		}
	}

	@Test
	void checkFindsASilentConnection() {
		try (ClientFixture client = ClientFixture.of(this.server).transports("websocket").start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			client.client.check();
			session.next("ping");
			session.answerPings(false);
			client.client.check();
			client.awaitEvent("ended over websocket: check_failed");
		}
	}

	@Test
	void checkConnectsAtOnceInsteadOfWaiting() {
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			session.raw("{\"type\":\"goaway\",\"reason\":\"draining\",\"retryAfter\":600000}");
			client.awaitState(State.INTERRUPTED);
			client.client.check();
			this.server.nextSession();
			client.awaitLive();
		}
	}

	@Test
	void acknowledgementsAreSentOverTheConnection() {
		AtomicInteger version = new AtomicInteger(1);
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			JsonNode first = session.next("ack");
			assertThat(first.path("version").asInt()).isEqualTo(1);
			assertThat(first.path("status").asString()).isEqualTo("applied");
			for (int i = 0; i < 20; i++) {
				int from = version.getAndIncrement();
				session.delta(from, version.get(), Integer.toString(version.get()));
			}
			assertThat(session.next("ack").path("version").asInt()).isGreaterThan(1);
			client.awaitLimit("21");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse", "long-poll" })
	void acknowledgementsGoByHttpWhereTheConnectionIsOneWay(String transport) {
		try (ClientFixture client = ClientFixture.of(this.server).transports(transport).start()) {
			client.awaitLive();
			JsonNode ack = this.server.nextPosted();
			assertThat(ack.path("session").asString()).isEqualTo(transport.equals("sse") ? "s1" : "poll-1");
			assertThat(ack.path("epoch").asString()).isEqualTo("k7");
			assertThat(ack.path("version").asInt()).isEqualTo(1);
			assertThat(ack.path("status").asString()).isEqualTo("applied");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse", "long-poll" })
	void acknowledgementGoesWithTheKeyOfItsFlagSet(String transport) {
		try (ClientFixture client = ClientFixture.of(this.server)
			.transports(transport)
			.subscriptions(FIRST, SECOND)
			.start()) {
			Session first = this.server.nextSession();
			client.await(() -> this.server.calls("ack").size() >= 2);
			assertThat(this.server.calls("ack")).extracting(FakeCall::credential)
				.containsExactlyInAnyOrder("sdk-1", "sdk-2");
			assertThat(first.query).containsKey("instance");
			assertThat(this.server.calls("ack"))
				.allSatisfy((call) -> assertThat(call.query()).containsEntry("instance", first.query.get("instance")));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse", "long-poll" })
	void furtherStreamDoesNotClaimToBeTheSession(String transport) {
		SubscriptionSettings second = new SubscriptionSettings(FlagSetId.of("ui"), "sdk-1", SyncMode.DELTA,
				List.of("ui.*"), null);
		try (ClientFixture client = ClientFixture.of(this.server)
			.transports(transport)
			.subscriptions(FIRST, second)
			.start()) {
			client.await(() -> client.client.feeds().flagSet(second.flagSet()).status() == FlagsStatus.LIVE);
			assertThat(this.server.calls(transport.equals("sse") ? "sse" : "poll"))
				.allSatisfy((call) -> assertThat(call.query().containsKey("instance"))
					.isEqualTo(!call.query().containsKey("flags")))
				.anySatisfy((call) -> assertThat(call.query()).containsKey("flags"));
		}
	}

	@Test
	void cacheThatFailsDoesNotHoldUpTheEnd() {
		FlagCache full = new FlagCache() {

			@Override
			public FlagSnapshot load(SubscriptionSettings subscription) {
				return null;
			}

			@Override
			public void store(SubscriptionSettings subscription, FlagSnapshot snapshot) {
				throw new IllegalStateException("the disk is full");
			}

		};
		ClientFixture client = ClientFixture.of(this.server).flagCache(full).start().awaitLive();
		client.close();
		assertThat(client.client.status().state()).isEqualTo(State.CLOSED);
	}

	@Test
	void notifiedClientPullsAndSaysWhatItWaitsFor() {
		this.server.greeting = (session) -> {
			session.welcome(5_000, false);
			session.raw("{\"type\":\"version\",\"epoch\":\"k7\",\"version\":3}");
		};
		this.server.flags = (query) -> query.get("min").equals(List.of("k7:3"))
				? new FakeAnswer(200, "{\"type\":\"snapshot\",\"epoch\":\"k7\",\"version\":4,\"flags\":{\"limit\":4}}")
				: FakeAnswer.of(CloseReason.BAD_REQUEST);
		try (ClientFixture client = ClientFixture.of(this.server).mode(SyncMode.NOTIFY).start()) {
			client.awaitLive();
			assertThat(client.limit()).isEqualTo("4");
			assertThat(client.position()).isEqualTo("k7:4");
		}
	}

	@Test
	void furtherSubscriptionsComeBackByThemselves() {
		try (ClientFixture client = ClientFixture.of(this.server).subscriptions(FIRST, SECOND).start()) {
			Session session = this.server.nextSession();
			JsonNode subscribe = session.next("subscribe");
			assertThat(subscribe.path("key").asString()).isEqualTo("sdk-2");
			String sub = subscribe.path("sub").asString();
			session.raw("{\"type\":\"error\",\"sub\":\"" + sub
					+ "\",\"code\":\"too_many\",\"message\":\"later\",\"retry\":true}");
			assertThat(session.next("subscribe").path("sub").asString()).isEqualTo(sub);
			session.raw(snapshot(sub, 7));
			client.await(() -> client.client.feeds().flagSet(SECOND.flagSet()).snapshot().isPresent());
			assertThat(client.client.feeds().flagSet(SECOND.flagSet()).snapshot().orElseThrow().flags().get("dark"))
				.hasToString("true");
			assertThat(client.limit()).isEqualTo("1");
		}
	}

	@Test
	void furtherSubscriptionIsAcknowledgedWhenItIsOpen() {
		try (ClientFixture client = ClientFixture.of(this.server).subscriptions(FIRST, SECOND).start()) {
			Session session = this.server.nextSession();
			String sub = session.next("subscribe").path("sub").asString();
			session.raw(snapshot(sub, 7));
			client.await(() -> client.client.feeds().flagSet(SECOND.flagSet()).snapshot().isPresent());
			session.drop();
			Session next = this.server.nextSession();
			next.next("subscribe");
			next.delta(1, 2, "2");
			assertThat(next.next("ack").has("sub")).isFalse();
			next.raw(snapshot(sub, 8));
			JsonNode ack = next.next("ack");
			assertThat(ack.path("sub").asString()).isEqualTo(sub);
			assertThat(ack.path("version").asInt()).isEqualTo(8);
		}
	}

	@Test
	void messageForASubscriptionThatIsNotOpenDoesNotEndIt() {
		try (ClientFixture client = ClientFixture.of(this.server).subscriptions(FIRST, SECOND).start()) {
			Session session = this.server.nextSession();
			String sub = session.next("subscribe").path("sub").asString();
			session.raw("{\"type\":\"error\",\"sub\":\"" + sub
					+ "\",\"code\":\"unknown_sub\",\"message\":\"none\",\"retry\":false}");
			session.raw(snapshot(sub, 7));
			client.await(() -> client.client.feeds().flagSet(SECOND.flagSet()).status() == FlagsStatus.LIVE);
			session.drop();
			assertThat(this.server.nextSession().next("subscribe").path("sub").asString()).isEqualTo(sub);
		}
	}

	private static String snapshot(String sub, long version) {
		return "{\"type\":\"snapshot\",\"sub\":\"" + sub + "\",\"epoch\":\"x\",\"version\":" + version
				+ ",\"flags\":{\"dark\":true}}";
	}

}
