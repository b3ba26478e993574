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

package io.realtimepush.session;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.CloseReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PushSession} and {@link Subscription} with a scripted connection in
 * virtual time.
 */
class PushSessionTests {

	private static final String HELLO = """
			{"type":"hello","key":"sdk-server-sample"}""";

	private static final String SNAPSHOT_1 = """
			{"type":"snapshot","epoch":"k7","version":1,"flags":{"limit":10,"ui.dark":false}}""";

	private final SessionFixture fixture = new SessionFixture();

	private final TestConnection connection = new TestConnection();

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void keyThatWasRevokedWhileTheRegistryCouldNotBeFollowedIsLookedAtAfterwards(boolean fails) {
		this.fixture.publish(1, 1, true);
		this.fixture.open(this.connection, SessionFixture.SERVER_KEY, null);
		Sinks.Empty<SdkKey> broken = this.fixture.registryFails;
		this.fixture.registryFails = Sinks.empty();
		if (fails) {
			broken.tryEmitError(new IllegalStateException("connection refused"));
		}
		else {
			broken.tryEmitEmpty();
		}
		this.fixture.keys.revoke(SdkKey.server(SessionFixture.SERVER_KEY));
		this.fixture.found = Mono.error(new IllegalStateException("connection refused"));
		this.fixture.pass(60_000);
		// As long as the registry cannot be asked, nobody has to go
		assertThat(this.connection.closed).isNull();
		this.fixture.found = null;
		this.fixture.pass(60_000);
		assertThat(this.connection.closed).isEqualTo(CloseReason.UNAUTHORIZED);
	}

	@Test
	void helloThatDoesNotComeInTimeClosesTheConnection() {
		this.fixture.connect(this.connection);
		this.fixture.pass(9_999);
		assertThat(this.connection.closed).isNull();
		this.fixture.pass(1);
		assertThat(this.connection.closed).isEqualTo(CloseReason.HANDSHAKE_TIMEOUT);
		assertThat(this.fixture.handler().connections()).isZero();
		assertThat(this.fixture.told).isEmpty();
	}

	@Test
	void helloOpensTheSession() {
		this.fixture.publish(1, 10, false);
		PushSession session = this.fixture.connect(this.connection);
		session.receive(HELLO);
		assertThat(this.connection.take()).satisfiesExactly(
				(welcome) -> assertThat(welcome).startsWith("{\"type\":\"welcome\",\"protocol\":1,")
					.contains("\"heartbeat\":25000", "\"mode\":\"delta\"", "\"resumed\":false"),
				(snapshot) -> assertThat(snapshot).isEqualTo(SNAPSHOT_1));
		this.fixture.pass(60_000);
		assertThat(this.connection.closed).isNull();
		assertThat(this.fixture.told).containsExactly("opened SERVER");
	}

	@Test
	void acknowledgementIsTold() {
		PushSession session = openAt1(null);
		session.receive("{\"type\":\"ack\",\"epoch\":\"k7\",\"version\":1,\"status\":\"applied\"}");
		session.receive("{\"type\":\"ack\",\"epoch\":\"k7\",\"version\":2,\"status\":\"failed\",\"error\":\"no int\"}");
		assertThat(this.fixture.told).containsExactly("opened SERVER", "applied shop/production k7:1",
				"failed shop/production k7:2");
	}

	@Test
	void otherFirstMessageClosesTheConnection() {
		PushSession session = this.fixture.connect(this.connection);
		session.receive("{\"type\":\"ping\"}");
		assertThat(this.connection.closed).isEqualTo(CloseReason.BAD_REQUEST);
		assertThat(this.connection.closeDetail).isEqualTo("the first message must be hello");
		assertThat(this.fixture.handler().connections()).isZero();
	}

	@Test
	void secondHelloClosesTheSession() {
		PushSession session = openAt1(null);
		session.receive(HELLO);
		assertThat(this.connection.closed).isEqualTo(CloseReason.BAD_REQUEST);
		assertThat(this.fixture.told).containsExactly("opened SERVER", "closed BAD_REQUEST");
	}

	@Test
	void brokenMessageClosesTheSession() {
		PushSession session = openAt1(null);
		this.connection.take();
		session.receive("{");
		assertThat(this.connection.closed).isEqualTo(CloseReason.BAD_REQUEST);
		session.receive("{\"type\":\"ping\"}");
		assertThat(this.connection.take()).isEmpty();
	}

	@Test
	void messagesBeforeTheLoginIsDecidedAreAnsweredInOrderAfterIt() {
		PushSession session = this.fixture.connect(this.connection);
		session.receive(HELLO);
		session.receive("{\"type\":\"ping\",\"t\":1}");
		session.receive("{\"type\":\"ping\",\"t\":2}");
		assertThat(this.connection.take()).isEmpty();
		this.fixture.publish(1, 10, false);
		this.fixture.pass(0);
		assertThat(this.connection.take()).hasSize(4)
			.endsWith(SNAPSHOT_1, "{\"type\":\"pong\",\"t\":1}", "{\"type\":\"pong\",\"t\":2}");
	}

	@Test
	void tooManyMessagesBeforeTheLoginIsDecidedCloseTheConnection() {
		PushSession session = this.fixture.connect(this.connection);
		session.receive(HELLO);
		IntStream.rangeClosed(1, 65).forEach((i) -> session.receive("{\"type\":\"ping\"}"));
		assertThat(this.connection.closed).isEqualTo(CloseReason.TOO_MANY);
		assertThat(this.fixture.handler().connections()).isZero();
	}

	@Test
	void refusedHelloClosesTheConnectionWithItsReason() {
		PushSession session = this.fixture.connect(this.connection);
		session.receive("{\"type\":\"hello\",\"key\":\"sdk-server-unknown\"}");
		assertThat(this.connection.closed).isEqualTo(CloseReason.UNAUTHORIZED);
		assertThat(this.connection.closeDetail).doesNotContain("sdk-server-unknown");
		assertThat(this.fixture.told).containsExactly("refused UNAUTHORIZED");
		assertThat(this.fixture.handler().connections()).isZero();
	}

	@Test
	void clientThatLeavesWhileItLogsInLeavesNothingBehind() {
		PushSession session = this.fixture.connect(this.connection);
		session.receive(HELLO);
		session.disconnected();
		assertThat(this.fixture.handler().connections()).isZero();
		this.fixture.publish(1, 10, false);
		this.fixture.pass(10_000);
		assertThat(this.connection.take()).isEmpty();
		assertThat(this.fixture.told).isEmpty();
		assertThat(this.fixture.handler().sessions()).isEmpty();
		this.fixture.hub.forgetIdle(Duration.ZERO);
		assertThat(this.fixture.hub.watched()).isEmpty();
	}

	@Test
	void presentPositionIsResumedWithNothing() {
		openAt1("k7:1");
		assertThat(this.connection.take()).singleElement().asString().contains("\"resumed\":true");
		this.fixture.publish(2, 11, false);
		assertThat(this.connection.take()).containsExactly(delta(1, 2, "\"limit\":11"));
	}

	@Test
	void slowConnectionIsSentOneDeltaForAllItHasMissed() {
		PushSession session = openAt1(null);
		this.connection.take();
		this.connection.ready = false;
		this.fixture.publish(2, 11, false);
		this.fixture.publish(3, 12, true);
		this.fixture.publish(4, 13, true);
		assertThat(this.connection.take()).isEmpty();
		this.connection.ready = true;
		session.ready();
		assertThat(this.connection.take()).containsExactly(delta(1, 4, "\"limit\":13,\"ui.dark\":true"));
	}

	@Test
	void hiddenChangeIsSentInPlaceOfTheHeartbeatOnly() {
		this.fixture.publish(1, 10, false);
		PushSession session = this.fixture.open(this.connection, SessionFixture.CLIENT_KEY, null);
		this.connection.take();
		this.fixture.publish(2, 11, false);
		assertThat(this.connection.take()).isEmpty();
		session.beat();
		assertThat(this.connection.take()).singleElement()
			.asString()
			.contains("\"type\":\"delta\"", "\"version\":2,\"set\":{},\"removed\":[]");
		session.beat();
		assertThat(this.connection.take()).singleElement().asString().contains("\"type\":\"heartbeat\"");
	}

	@Test
	void resyncWithoutPositionIsAnsweredByASnapshot() {
		PushSession session = openAt1(null);
		this.connection.take();
		session.receive("{\"type\":\"resync\"}");
		assertThat(this.connection.take()).containsExactly(SNAPSHOT_1);
	}

	@Test
	void resyncAtThePresentPositionIsAnsweredByAHeartbeat() {
		PushSession session = openAt1(null);
		this.connection.take();
		session.receive("{\"type\":\"resync\",\"position\":\"k7:1\"}");
		assertThat(this.connection.take()).containsExactly("{\"type\":\"heartbeat\",\"epoch\":\"k7\",\"version\":1}");
	}

	@Test
	void resyncsWithinASecondAreMergedIntoTheLast() {
		PushSession session = openAt1(null);
		this.connection.take();
		session.receive("{\"type\":\"resync\"}");
		session.receive("{\"type\":\"resync\"}");
		session.receive("{\"type\":\"resync\",\"position\":\"k7:1\"}");
		assertThat(this.connection.take()).hasSize(1);
		this.fixture.pass(999);
		assertThat(this.connection.take()).isEmpty();
		this.fixture.pass(1);
		assertThat(this.connection.take()).singleElement().asString().contains("heartbeat");
		this.fixture.pass(5_000);
		assertThat(this.connection.take()).isEmpty();
	}

	@Test
	void clientAheadIsSentNothingUntilTheSourceHasCaughtUp() {
		openAt1("k7:3");
		assertThat(this.connection.take()).singleElement().asString().contains("\"resumed\":false");
		assertThat(this.fixture.asked).contains("look");
		this.fixture.publish(2, 11, false);
		assertThat(this.connection.take()).isEmpty();
		this.fixture.pass(4_000);
		this.fixture.publish(3, 12, false);
		assertThat(this.connection.take()).isEmpty();
		this.fixture.publish(4, 13, false);
		assertThat(this.connection.take()).containsExactly(delta(3, 4, "\"limit\":13"));
		this.fixture.pass(60_000);
		assertThat(this.fixture.asked).doesNotContain("confirm 3");
	}

	@Test
	void serverKeyAheadForFiveSecondsAsksForANewEpoch() {
		this.fixture.renews = true;
		openAt1("k7:3");
		this.connection.take();
		this.fixture.pass(4_999);
		assertThat(this.fixture.asked).doesNotContain("confirm 3");
		this.fixture.pass(1);
		assertThat(this.fixture.asked).contains("confirm 3");
		assertThat(this.connection.take()).isEmpty();
		this.fixture.publish("k8", 1, 10, false);
		assertThat(this.connection.take()).singleElement()
			.asString()
			.startsWith("{\"type\":\"snapshot\",\"epoch\":\"k8\"")
			.doesNotContain("reset");
	}

	@Test
	void serverKeyAheadIsResetIfNoNewEpochComes() {
		this.fixture.renews = true;
		openAt1("k7:3");
		this.connection.take();
		this.fixture.pass(10_000);
		assertThat(this.connection.take()).singleElement().asString().contains("\"reset\":true");
		this.fixture.publish(2, 11, false);
		assertThat(this.connection.take()).containsExactly(delta(1, 2, "\"limit\":11"));
	}

	@Test
	void secondServerKeyWithinTheMinuteIsResetAlone() {
		this.fixture.renews = false;
		openAt1("k7:3");
		this.connection.take();
		this.fixture.pass(5_000);
		assertThat(this.connection.take()).singleElement().asString().contains("\"reset\":true");
	}

	@Test
	void clientKeyAheadProvesNothingAndIsResetAlone() {
		this.fixture.renews = true;
		this.fixture.publish(1, 10, false);
		String position = SessionFixture.UI.view(new FlagPosition("k7", 3)).toString();
		this.fixture.open(this.connection, SessionFixture.CLIENT_KEY, position);
		this.connection.take();
		this.fixture.pass(5_000);
		assertThat(this.fixture.asked).doesNotContain("confirm 3");
		assertThat(this.connection.take()).singleElement()
			.asString()
			.contains("\"reset\":true", "\"flags\":{\"ui.dark\":false}");
	}

	@Test
	void connectionThatBecomesReadyDuringTheResetIsResetOnce() {
		PushSession session = openAt1("k7:3");
		this.connection.take();
		this.connection.onSend = () -> {
			this.connection.onSend = () -> {
			};
			session.ready();
		};
		this.fixture.pass(10_000);
		assertThat(this.connection.take()).singleElement().asString().contains("\"reset\":true");
	}

	@Test
	void resyncOfAClientThatWasAheadIsAnsweredOnceAndEndsTheWait() {
		PushSession session = openAt1("k7:3");
		this.connection.take();
		session.receive("{\"type\":\"resync\"}");
		assertThat(this.connection.take()).containsExactly(SNAPSHOT_1);
		this.fixture.pass(20_000);
		assertThat(this.connection.take()).isEmpty();
		assertThat(this.fixture.asked).doesNotContain("confirm 3");
	}

	@Test
	void decisionOnAFormerPositionIsNoLongerTaken() {
		PushSession session = openAt1("k7:3");
		this.connection.take();
		this.connection.pause();
		this.fixture.pass(5_000);
		session.continueFrom(FlagPosition.parse("k7:1"));
		this.connection.proceed();
		assertThat(this.connection.take()).isEmpty();
		this.fixture.publish(2, 11, false);
		assertThat(this.connection.take()).containsExactly(delta(1, 2, "\"limit\":11"));
	}

	@Test
	void newSessionOfTheSameInstanceSupersedesTheOldOne() {
		this.fixture.publish(1, 10, false);
		String hello = """
				{"type":"hello","key":"%s","client":{"instance":"0123456789abcdef"}}""";
		this.fixture.connect(this.connection).receive(hello.formatted(SessionFixture.SERVER_KEY));
		TestConnection second = new TestConnection();
		this.fixture.connect(second).receive(hello.formatted(SessionFixture.SERVER_KEY));
		assertThat(this.connection.closed).isEqualTo(CloseReason.SUPERSEDED);
		assertThat(second.closed).isNull();
		TestConnection third = new TestConnection();
		this.fixture.connect(third).receive(hello.formatted(SessionFixture.SERVER_KEY));
		assertThat(second.closed).isEqualTo(CloseReason.SUPERSEDED);
		assertThat(this.fixture.handler().connections()).isEqualTo(1);
	}

	@Test
	void instanceOfAClientKeyIsIgnored() {
		this.fixture.publish(1, 10, false);
		String hello = """
				{"type":"hello","key":"sdk-client-sample","client":{"instance":"0123456789abcdef"}}""";
		this.fixture.connect(this.connection).receive(hello);
		TestConnection second = new TestConnection();
		this.fixture.connect(second).receive(hello);
		assertThat(this.connection.closed).isNull();
		assertThat(second.closed).isNull();
	}

	@Test
	void revokedKeyEndsItsSessionsAtOnce() {
		openAt1(null);
		TestConnection other = new TestConnection();
		this.fixture.open(other, SessionFixture.CLIENT_KEY, null);
		this.fixture.keys.revoke(SdkKey.server(SessionFixture.SERVER_KEY));
		assertThat(this.connection.closed).isEqualTo(CloseReason.UNAUTHORIZED);
		assertThat(other.closed).isNull();
		assertThat(this.fixture.handler().connections()).isEqualTo(1);
	}

	@Test
	void keyRevokedWhileItsLoginIsUnderWayDoesNotGetIn() {
		PushSession session = this.fixture.connect(this.connection);
		session.receive(HELLO);
		this.fixture.keys.revoke(SdkKey.server(SessionFixture.SERVER_KEY));
		this.fixture.publish(1, 10, false);
		this.fixture.pass(0);
		assertThat(this.connection.closed).isEqualTo(CloseReason.UNAUTHORIZED);
	}

	@Test
	void otherPatternsGiveLiveSessionsASnapshotOfTheNewView() {
		this.fixture.publish(1, 10, false);
		this.fixture.open(this.connection, SessionFixture.CLIENT_KEY, null);
		this.connection.take();
		allowClientKey(SessionFixture.SHOP, FlagFilter.of(List.of("limit")));
		assertThat(this.connection.take()).singleElement()
			.asString()
			.startsWith("{\"type\":\"snapshot\"")
			.contains("\"flags\":{\"limit\":10}");
		this.fixture.publish(2, 11, true);
		assertThat(this.connection.take()).singleElement().asString().contains("\"set\":{\"limit\":11}");
	}

	@Test
	void keyThatAllowsTheSameAsBeforeDisturbsNobody() {
		openAt1(null);
		this.connection.take();
		this.fixture.keys.put(new SdkKeyDetails(SdkKey.server(SessionFixture.SERVER_KEY), SessionFixture.SHOP,
				FlagFilter.all(), Set.of("https://shop.example")));
		assertThat(this.connection.take()).isEmpty();
		assertThat(this.connection.closed).isNull();
	}

	@Test
	void lastAnswerAboutAKeyWins() {
		this.fixture.publish(1, 10, false);
		this.fixture.open(this.connection, SessionFixture.CLIENT_KEY, null);
		this.connection.take();
		SdkKey key = SdkKey.client(SessionFixture.CLIENT_KEY);
		Sinks.One<SdkKeyDetails> slow = Sinks.one();
		this.fixture.found = slow.asMono();
		allowClientKey(SessionFixture.SHOP, FlagFilter.all());
		this.fixture.found = null;
		allowClientKey(SessionFixture.SHOP, FlagFilter.of(List.of("limit")));
		assertThat(this.connection.take()).singleElement().asString().contains("\"flags\":{\"limit\":10}");
		slow.tryEmitValue(new SdkKeyDetails(key, SessionFixture.SHOP, FlagFilter.all(), Set.of()));
		assertThat(this.connection.take()).isEmpty();
	}

	@Test
	void registryThatHangsOnAChangedKeyEndsTheSessionForNow() {
		openAt1(null);
		this.fixture.found = Mono.never();
		this.fixture.keys.revoke(SdkKey.server(SessionFixture.SERVER_KEY));
		this.fixture.pass(5_000);
		assertThat(this.connection.closed).isEqualTo(CloseReason.NOT_READY);
	}

	@Test
	void otherFlagSetOfAKeyIsFollowed() {
		this.fixture.publish(1, 10, false);
		PushSession session = this.fixture.open(this.connection, SessionFixture.CLIENT_KEY, null);
		this.connection.take();
		FlagSetId staging = FlagSetId.of("shop/staging");
		allowClientKey(staging, FlagFilter.all());
		assertThat(this.connection.take()).isEmpty();
		this.fixture.hub.publish(new FlagSnapshot(staging, new FlagPosition("k7", 1), FlagSet.empty()));
		this.fixture.pass(0);
		assertThat(this.connection.take())
			.containsExactly("{\"type\":\"snapshot\",\"epoch\":\"k7\",\"version\":1,\"reset\":true,\"flags\":{}}");
		assertThat(session.info().flagSet()).isEqualTo(staging);
	}

	private void allowClientKey(FlagSetId flagSet, FlagFilter visible) {
		this.fixture.keys.put(new SdkKeyDetails(SdkKey.client(SessionFixture.CLIENT_KEY), flagSet, visible, Set.of()));
	}

	@Test
	void noSubscriptionStarvesOnASocketThatIsFilledAgain() {
		PushSession session = openAt1(null);
		session.receive(subscribe("ui"));
		this.connection.take();
		this.connection.onSend = () -> this.connection.ready = false;
		Set<Boolean> further = new HashSet<>();
		for (int version = 2; version < 200; version++) {
			this.connection.ready = false;
			this.fixture.publish(version, version, version % 2 == 0);
			this.connection.ready = true;
			session.ready();
			assertThat(this.connection.take()).singleElement()
				.satisfies((message) -> further.add(message.contains("\"sub\":\"ui\"")));
		}
		assertThat(further).containsExactlyInAnyOrder(true, false);
	}

	@Test
	void subscribeOpensOneMoreAndEverythingAboutItCarriesItsName() {
		PushSession session = openAt1(null);
		this.connection.take();
		session.receive(subscribe("ui"));
		assertThat(this.connection.take()).hasSize(2).allMatch((message) -> message.contains("\"sub\":\"ui\""));
		this.fixture.publish(2, 10, true);
		assertThat(this.connection.take()).hasSize(2)
			.anyMatch((message) -> message.contains("\"sub\":\"ui\"") && message.contains("\"ui.dark\":true"));
		session.receive("{\"type\":\"unsubscribe\",\"sub\":\"ui\"}");
		assertThat(this.connection.take()).singleElement()
			.asString()
			.contains("\"type\":\"closed\"", "\"sub\":\"ui\"", "\"code\":1000");
		this.fixture.publish(3, 10, false);
		assertThat(this.connection.take()).hasSize(1);
	}

	@Test
	void subscriptionThatCannotBeOpenedIsAnErrorAndTheConnectionStays() {
		PushSession session = openAt1(null);
		this.connection.take();
		session.receive("{\"type\":\"subscribe\",\"sub\":\"x\",\"key\":\"sdk-server-unknown\"}");
		assertThat(this.connection.take()).singleElement()
			.asString()
			.contains("\"type\":\"error\"", "\"sub\":\"x\"", "\"code\":\"unauthorized\"", "\"retry\":false");
		session.receive(subscribe("ui"));
		this.connection.take();
		session.receive(subscribe("ui"));
		assertThat(this.connection.take()).singleElement().asString().contains("\"code\":\"sub_in_use\"");
		session.receive("{\"type\":\"unsubscribe\",\"sub\":\"y\"}");
		session.receive("{\"type\":\"resync\",\"sub\":\"y\"}");
		assertThat(this.connection.take()).hasSize(2).allMatch((message) -> message.contains("unknown_sub"));
		session.receive("{\"type\":\"dance\"}");
		assertThat(this.connection.take()).singleElement().asString().contains("unknown_type");
		assertThat(this.connection.closed).isNull();
	}

	@Test
	void subscriptionsAreLimitedAndThoseUnderWayCount() {
		this.fixture.limits = new SessionLimits(0, 0, 0, 0, 0, 3, 0);
		PushSession session = openAt1(null);
		this.fixture.found = Mono.never();
		session.receive(subscribe("a"));
		session.receive(subscribe("b"));
		this.connection.take();
		session.receive(subscribe("c"));
		assertThat(this.connection.take()).singleElement().asString().contains("too_many_subscriptions");
	}

	@Test
	void unsubscribeWhileTheLoginIsUnderWayEndsItThere() {
		PushSession session = openAt1(null);
		this.connection.take();
		Sinks.One<SdkKeyDetails> slow = Sinks.one();
		this.fixture.found = slow.asMono();
		session.receive(subscribe("ui"));
		session.receive("{\"type\":\"unsubscribe\",\"sub\":\"ui\"}");
		assertThat(this.connection.take()).singleElement().asString().contains("\"type\":\"closed\"");
		this.fixture.found = null;
		session.receive(subscribe("ui"));
		assertThat(this.connection.take()).hasSize(2);
		slow.tryEmitValue(new SdkKeyDetails(SdkKey.client(SessionFixture.CLIENT_KEY), SessionFixture.SHOP,
				SessionFixture.UI, Set.of()));
		assertThat(this.connection.take()).isEmpty();
		this.fixture.publish(2, 10, true);
		assertThat(this.connection.take()).hasSize(2);
	}

	@Test
	void unsubscribeWithoutAnySubscriptionIsAnError() {
		PushSession session = openAt1(null);
		this.connection.take();
		session.receive("{\"type\":\"unsubscribe\",\"sub\":\"ui\"}");
		assertThat(this.connection.take()).singleElement().asString().contains("unknown_sub");
	}

	@Test
	void revokedKeyOfAFurtherSubscriptionEndsOnlyThat() {
		PushSession session = openAt1(null);
		session.receive(subscribe("ui"));
		this.connection.take();
		this.fixture.keys.revoke(SdkKey.client(SessionFixture.CLIENT_KEY));
		assertThat(this.connection.take()).singleElement()
			.asString()
			.contains("\"type\":\"closed\"", "\"sub\":\"ui\"", "\"code\":4401");
		assertThat(this.connection.closed).isNull();
	}

	@Test
	void messagesAboveTheRateCloseTheSession() {
		this.fixture.limits = new SessionLimits(0, 0, 0, 0, 0, 0, 10);
		PushSession session = openAt1(null);
		IntStream.range(0, 20).forEach((i) -> session.receive("{\"type\":\"ping\"}"));
		assertThat(this.connection.closed).isNull();
		this.fixture.pass(1000);
		IntStream.range(0, 10).forEach((i) -> session.receive("{\"type\":\"ping\"}"));
		assertThat(this.connection.closed).isNull();
		session.receive("{\"type\":\"ping\"}");
		assertThat(this.connection.closed).isEqualTo(CloseReason.TOO_MANY);
		assertThat(this.connection.closeDetail).isEqualTo("more than 10 messages per second");
	}

	@Test
	void ackIsCheckedAndNeedsNoAnswer() {
		PushSession session = openAt1(null);
		this.connection.take();
		session.receive("{\"type\":\"ack\",\"epoch\":\"k7\",\"version\":1,\"status\":\"applied\"}");
		assertThat(this.connection.take()).isEmpty();
		assertThat(this.connection.closed).isNull();
	}

	@Test
	void notifyModeTellsThePositionOnly() {
		this.fixture.publish(1, 10, false);
		this.fixture.connect(this.connection)
			.receive("{\"type\":\"hello\",\"key\":\"sdk-server-sample\",\"mode\":\"notify\"}");
		assertThat(this.connection.take()).hasSize(2)
			.last()
			.isEqualTo("{\"type\":\"version\",\"epoch\":\"k7\",\"version\":1}");
		this.fixture.publish(2, 11, false);
		assertThat(this.connection.take()).containsExactly("{\"type\":\"version\",\"epoch\":\"k7\",\"version\":2}");
	}

	@Test
	void snapshotModeSendsAllOnEachChange() {
		this.fixture.publish(1, 10, false);
		this.fixture.connect(this.connection)
			.receive("{\"type\":\"hello\",\"key\":\"sdk-server-sample\",\"mode\":\"snapshot\"}");
		this.connection.take();
		this.fixture.publish(2, 11, false);
		assertThat(this.connection.take()).containsExactly(
				"{\"type\":\"snapshot\",\"epoch\":\"k7\",\"version\":2,\"flags\":{\"limit\":11,\"ui.dark\":false}}");
	}

	private PushSession openAt1(@Nullable String position) {
		this.fixture.publish(1, 10, false);
		return this.fixture.open(this.connection, SessionFixture.SERVER_KEY, position);
	}

	private static String subscribe(String name) {
		return "{\"type\":\"subscribe\",\"sub\":\"" + name + "\",\"key\":\"" + SessionFixture.CLIENT_KEY + "\"}";
	}

	private static String delta(long from, long version, String set) {
		return "{\"type\":\"delta\",\"epoch\":\"k7\",\"from\":" + from + ",\"version\":" + version + ",\"set\":{" + set
				+ "},\"removed\":[]}";
	}

	@Test
	void flagSetThatGoesBackTakesItsClientsWithIt() {
		this.fixture.publish(9, 9, true);
		this.fixture.open(this.connection, SessionFixture.SERVER_KEY, null);
		TestConnection slow = new TestConnection();
		PushSession slowSession = this.fixture.open(slow, SessionFixture.CLIENT_KEY, null);
		this.connection.take();
		slow.take();
		slow.ready = false;
		this.fixture.hub.reset(new FlagSnapshot(SessionFixture.SHOP, new FlagPosition("k7", 6),
				FlagSet.of(Map.of("limit", FlagValue.of(6), "ui.dark", FlagValue.FALSE))));
		assertThat(this.connection.take()).singleElement()
			.asString()
			.contains("\"version\":6,\"reset\":true", "\"limit\":6");
		assertThat(slow.take()).isEmpty();
		this.fixture.publish(7, 7, false);
		assertThat(this.connection.take()).containsExactly(delta(6, 7, "\"limit\":7"));
		slow.ready = true;
		slowSession.ready();
		assertThat(slow.take()).singleElement()
			.asString()
			.contains("\"version\":7,\"reset\":true,\"flags\":{\"ui.dark\":false}");
	}

	@Test
	void acknowledgementForManyClientsNeedsAServerKey() {
		this.fixture.publish(1, 10, false);
		String ack = "{\"type\":\"ack\",\"epoch\":\"k7\",\"version\":1,\"status\":\"applied\",\"clients\":30}";
		this.fixture.open(this.connection, SessionFixture.SERVER_KEY, null).receive(ack);
		this.fixture.open(new TestConnection(), SessionFixture.CLIENT_KEY, null).receive(ack);
		assertThat(this.fixture.told).contains("applied shop/production k7:1 for 30", "applied shop/production k7:1");
	}

	@Test
	void sessionWhoseEventLoopHasEndedIsPassedOver() {
		this.fixture.publish(1, 10, false);
		TestConnection ended = new TestConnection();
		PushSession session = this.fixture.open(ended, SessionFixture.SERVER_KEY, null);
		session.receive("{\"type\":\"register\",\"method\":\"news\"}");
		this.fixture.open(this.connection, SessionFixture.SERVER_KEY, null);
		this.connection.take();
		ended.rejects = true;
		assertThat(this.fixture.handler().notify(SessionSelector.all(), "news", FlagValue.TRUE)).isZero();
		this.fixture.keys.revoke(SdkKey.server(SessionFixture.CLIENT_KEY));
		this.fixture.handler().drain().subscribe();
		this.fixture.pass(10_000);
		assertThat(this.connection.take()).anyMatch((message) -> message.contains("goaway"));
		assertThat(this.fixture.handler().sessions()).extracting(SessionInfo::id).containsExactly(session.info().id());
	}

}
