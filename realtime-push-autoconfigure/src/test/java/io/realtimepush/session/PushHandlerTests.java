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

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PushHandler} and {@link Admission}: who is let in, and what is given
 * back.
 */
class PushHandlerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private final SessionFixture fixture = new SessionFixture();

	private final TestConnection connection = new TestConnection();

	@Test
	void unknownAndMissingCredentialsAreRefusedWithoutRepeatingThem() {
		assertThat(refusal(SessionFixture.request("sdk-unknown-key", null)).closeReason())
			.isEqualTo(CloseReason.UNAUTHORIZED);
		assertThat(refusal(SessionFixture.request(null, null))).hasMessageNotContaining("sdk-");
		assertThat(refusal(SessionFixture.request("x".repeat(5_000), null)).closeReason())
			.isEqualTo(CloseReason.UNAUTHORIZED);
		assertNothingHeld();
	}

	@Test
	void serverKeyInAUrlIsRefusedAndAClientKeyIsNot() {
		this.fixture.publish(1, 10, false);
		assertThat(refusal(inUrl(SessionFixture.SERVER_KEY)).closeReason()).isEqualTo(CloseReason.SERVER_KEY_IN_URL);
		login(inUrl(SessionFixture.CLIENT_KEY)).close();
		assertNothingHeld();
	}

	private static PushRequest inUrl(String key) {
		return new PushRequest("sse", new Credential(key, true), SessionFixture.PEER,
				new ClientMessage.Options(null, null, null), null, ClientMessage.ClientInfo.NONE);
	}

	@Test
	void originOfAnotherSiteNeedsToBeAllowedByTheKey() {
		this.fixture.publish(1, 10, false);
		Peer browser = new Peer(InetAddress.getLoopbackAddress(), "https://shop.example", false);
		assertThat(refusal(from(browser)).closeReason()).isEqualTo(CloseReason.ORIGIN);
		login(from(new Peer(InetAddress.getLoopbackAddress(), "https://own.example", true))).close();
		this.fixture.keys.put(new SdkKeyDetails(SdkKey.server(SessionFixture.SERVER_KEY), SessionFixture.SHOP,
				FlagFilter.all(), Set.of("https://shop.example")));
		login(from(browser)).close();
		assertNothingHeld();
	}

	private static PushRequest from(Peer peer) {
		return new PushRequest("sse", new Credential(SessionFixture.SERVER_KEY, false), peer,
				new ClientMessage.Options(null, null, null), null, ClientMessage.ClientInfo.NONE);
	}

	@Test
	void flagSetThatIsNotLoadedInTimeRefusesTheLogin() {
		List<Throwable> errors = new ArrayList<>();
		this.fixture.handler()
			.login(SessionFixture.request(SessionFixture.SERVER_KEY, null))
			.subscribe(PushLogin::close, errors::add);
		assertThat(this.fixture.handler().connections()).isEqualTo(1);
		this.fixture.pass(5_000);
		assertThat(errors).singleElement()
			.isInstanceOfSatisfying(SessionRejectedException.class,
					(ex) -> assertThat(ex.closeReason()).isEqualTo(CloseReason.NOT_READY));
		assertNothingHeld();
	}

	@Test
	void cancelledLoginLeavesNothingBehind() {
		Disposable waiting = this.fixture.handler()
			.login(SessionFixture.request(SessionFixture.SERVER_KEY, null))
			.subscribe();
		assertThat(this.fixture.hub.watched()).containsExactly(SessionFixture.SHOP);
		waiting.dispose();
		assertNothingHeld();
	}

	@Test
	void loginThatIsClosedTwiceIsGivenBackOnce() {
		this.fixture.publish(1, 10, false);
		PushLogin first = login(SessionFixture.request(SessionFixture.SERVER_KEY, null));
		PushLogin second = login(SessionFixture.request(SessionFixture.SERVER_KEY, null));
		first.close();
		first.close();
		assertThat(this.fixture.handler().connections()).isEqualTo(1);
		second.close();
		assertNothingHeld();
	}

	@Test
	void interceptorsAreAskedInOrderUntilOneRefuses() {
		this.fixture.publish(1, 10, false);
		List<String> asked = new ArrayList<>();
		this.fixture.interceptors.add((session) -> Mono.fromRunnable(() -> asked.add("first " + session.key().kind())));
		this.fixture.interceptors.add((session) -> Mono.defer(() -> {
			asked.add("second");
			return Mono.error(new SessionRejectedException(CloseReason.FORBIDDEN, "closed on Sundays"));
		}));
		this.fixture.interceptors.add((session) -> Mono.fromRunnable(() -> asked.add("third")));
		SessionRejectedException refusal = refusal(SessionFixture.request(SessionFixture.SERVER_KEY, null));
		assertThat(refusal.closeReason()).isEqualTo(CloseReason.FORBIDDEN);
		assertThat(refusal).hasMessage("closed on Sundays");
		assertThat(asked).containsExactly("first SERVER", "second");
		assertThat(this.fixture.told).containsExactly("refused FORBIDDEN");
		assertNothingHeld();
	}

	@Test
	void refusalOfAReadIsToldOnce() {
		this.fixture.interceptors
			.add((session) -> Mono.error(new SessionRejectedException(CloseReason.FORBIDDEN, "closed on Sundays")));
		PushRequest request = SessionFixture.request(SessionFixture.SERVER_KEY, null);
		PushHandler handler = this.fixture.handler();
		assertThatExceptionOfType(SessionRejectedException.class)
			.isThrownBy(() -> handler.read(request, (identity) -> FlagFilter.all(), (identity, state) -> state)
				.block(Duration.ofSeconds(5)));
		assertThat(this.fixture.told).containsExactly("refused FORBIDDEN");
		assertThatExceptionOfType(SessionRejectedException.class)
			.isThrownBy(() -> handler.authenticate(request).block(Duration.ofSeconds(5)));
		assertThat(this.fixture.told).containsExactly("refused FORBIDDEN", "refused FORBIDDEN");
	}

	@Test
	void interceptorThatFailsTellsTheClientNoDetail() {
		this.fixture.interceptors.add((session) -> {
			throw new IllegalStateException("password of the database");
		});
		SessionRejectedException refusal = refusal(SessionFixture.request(SessionFixture.SERVER_KEY, null));
		assertThat(refusal.closeReason()).isEqualTo(CloseReason.INTERNAL);
		assertThat(refusal).hasMessageNotContaining("password");
		assertNothingHeld();
	}

	@Test
	void interceptorThatHangsIsTimedOut() {
		this.fixture.interceptors.add((session) -> Mono.never());
		PushSession session = this.fixture.connect(this.connection);
		session.receive("{\"type\":\"hello\",\"key\":\"sdk-server-sample\"}");
		this.fixture.pass(10_000);
		assertThat(this.connection.closed).isEqualTo(CloseReason.NOT_READY);
		assertNothingHeld();
	}

	@Test
	void registryThatFailsIsAnInternalError() {
		this.fixture.found = Mono.error(new IllegalStateException("password of the database"));
		SessionRejectedException refusal = refusal(SessionFixture.request(SessionFixture.SERVER_KEY, null));
		assertThat(refusal.closeReason()).isEqualTo(CloseReason.INTERNAL);
		assertThat(refusal).hasMessageNotContaining("password");
		assertNothingHeld();
	}

	@Test
	void registryThatHangsIsTimedOut() {
		this.fixture.found = Mono.never();
		PushSession session = this.fixture.connect(this.connection);
		session.receive("{\"type\":\"hello\",\"key\":\"sdk-server-sample\"}");
		this.fixture.pass(5_000);
		assertThat(this.connection.closed).isEqualTo(CloseReason.NOT_READY);
		assertNothingHeld();
	}

	@Test
	void loginThatIsAnsweredAtOnceSetsNoTimer() {
		this.fixture.publish(1, 10, false);
		this.fixture.interceptors.add((session) -> Mono.empty());
		login(SessionFixture.request(SessionFixture.SERVER_KEY, null)).close();
		long before = this.fixture.time.getScheduledTaskCount();
		login(SessionFixture.request(SessionFixture.SERVER_KEY, null)).close();
		assertThat(this.fixture.time.getScheduledTaskCount()).isEqualTo(before);
	}

	@Test
	void listenersThatThrowHurtNobody() {
		this.fixture.publish(1, 10, false);
		PushSession session = this.fixture.open(this.connection, SessionFixture.SERVER_KEY, null);
		assertThat(this.connection.take()).hasSize(2);
		session.disconnected();
		session.disconnected();
		assertThat(this.fixture.told).containsExactly("opened SERVER", "closed NORMAL");
		assertNothingHeld();
	}

	@Test
	void connectionsInAllAreLimited() {
		this.fixture.limits = new SessionLimits(2, 0, 0, 0, 0, 0, 0);
		this.fixture.publish(1, 10, false);
		PushLogin first = login(SessionFixture.request(SessionFixture.SERVER_KEY, null));
		this.fixture.connect(this.connection);
		SessionRejectedException refusal = refusal(SessionFixture.request(SessionFixture.CLIENT_KEY, null));
		assertThat(refusal.closeReason()).isEqualTo(CloseReason.TOO_MANY);
		assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(5));
		assertThat(refusal).hasMessage("this server has reached its limit of 2 connections");
		first.close();
		login(SessionFixture.request(SessionFixture.CLIENT_KEY, null)).close();
	}

	@Test
	void connectionsOfAKeyAreLimited() {
		this.fixture.limits = new SessionLimits(0, 1, 0, 0, 0, 0, 0);
		this.fixture.publish(1, 10, false);
		PushLogin first = login(SessionFixture.request(SessionFixture.SERVER_KEY, null));
		SessionRejectedException refusal = refusal(SessionFixture.request(SessionFixture.SERVER_KEY, null));
		assertThat(refusal.closeReason()).isEqualTo(CloseReason.TOO_MANY);
		assertThat(refusal).hasMessageNotContaining(SessionFixture.SERVER_KEY);
		login(SessionFixture.request(SessionFixture.CLIENT_KEY, null)).close();
		first.close();
		login(SessionFixture.request(SessionFixture.SERVER_KEY, null)).close();
		assertNothingHeld();
	}

	@Test
	void connectionsOfAnAddressAreLimited() throws Exception {
		this.fixture.limits = new SessionLimits(0, 0, 1, 0, 0, 0, 0);
		this.fixture.publish(1, 10, false);
		PushLogin first = login(SessionFixture.request(SessionFixture.SERVER_KEY, null));
		assertThat(refusal(SessionFixture.request(SessionFixture.SERVER_KEY, null)).closeReason())
			.isEqualTo(CloseReason.TOO_MANY);
		login(from(new Peer(InetAddress.getByName("192.0.2.1"), null, false))).close();
		first.close();
		login(SessionFixture.request(SessionFixture.SERVER_KEY, null)).close();
		assertNothingHeld();
	}

	@Test
	void connectsPerSecondAreLimited() {
		this.fixture.limits = new SessionLimits(0, 0, 0, 2, 0, 0, 0);
		this.fixture.publish(1, 10, false);
		PushRequest request = SessionFixture.request(SessionFixture.SERVER_KEY, null);
		login(request).close();
		login(request).close();
		assertThat(refusal(request).closeReason()).isEqualTo(CloseReason.TOO_MANY);
		this.fixture.pass(500);
		login(request).close();
		assertThat(refusal(request).closeReason()).isEqualTo(CloseReason.TOO_MANY);
	}

	@Test
	void failedLoginsOfAnAddressAreLimitedForAMinute() throws Exception {
		this.fixture.limits = new SessionLimits(0, 0, 0, 0, 3, 0, 0);
		this.fixture.publish(1, 10, false);
		PushRequest wrong = SessionFixture.request("sdk-unknown-key", null);
		PushRequest right = SessionFixture.request(SessionFixture.SERVER_KEY, null);
		for (int i = 0; i < 3; i++) {
			assertThat(refusal(wrong).closeReason()).isEqualTo(CloseReason.UNAUTHORIZED);
		}
		SessionRejectedException refusal = refusal(right);
		assertThat(refusal.closeReason()).isEqualTo(CloseReason.TOO_MANY);
		assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMinutes(1));
		login(from(new Peer(InetAddress.getByName("192.0.2.1"), null, false))).close();
		this.fixture.pass(60_000);
		login(right).close();
		assertNothingHeld();
	}

	@Test
	void drainTellsSessionsToLeaveAndClosesThemSoonAfter() {
		this.fixture.publish(1, 10, false);
		this.fixture.open(this.connection, SessionFixture.SERVER_KEY, null);
		TestConnection waiting = new TestConnection();
		this.fixture.connect(waiting);
		this.connection.take();
		List<String> end = new ArrayList<>();
		this.fixture.handler().drain().subscribe(null, null, () -> end.add("drained"));
		this.fixture.handler().drain().subscribe();
		assertThat(waiting.closed).isEqualTo(CloseReason.DRAINING);
		assertThat(this.connection.take()).singleElement()
			.asString()
			.matches("\\{\"type\":\"goaway\",\"reason\":\"draining\",\"retryAfter\":\\d{3,4}}");
		this.fixture.pass(499);
		assertThat(this.connection.closed).isNull();
		assertThat(end).isEmpty();
		this.fixture.pass(1);
		assertThat(this.connection.closed).isEqualTo(CloseReason.DRAINING);
		assertThat(end).containsExactly("drained");
		assertNothingHeld();
	}

	@Test
	void drainLetsNobodyIn() {
		this.fixture.publish(1, 10, false);
		assertThat(this.fixture.handler().drain().blockOptional(TIMEOUT)).isEmpty();
		assertThat(this.fixture.handler().isDraining()).isTrue();
		SessionRejectedException refusal = refusal(SessionFixture.request(SessionFixture.SERVER_KEY, null));
		assertThat(refusal.closeReason()).isEqualTo(CloseReason.DRAINING);
		assertThat(refusal.retryAfter()).isBetween(Duration.ofMillis(500), Duration.ofMillis(5_500));
		assertNothingHeld();
	}

	@Test
	void sessionThatLoggedInAsTheDrainBeganLeavesToo() {
		this.fixture.publish(1, 10, false);
		PushLogin login = login(SessionFixture.request(SessionFixture.SERVER_KEY, null));
		this.fixture.handler().drain().subscribe();
		this.fixture.handler().open(login, this.connection);
		assertThat(this.connection.take()).last().asString().contains("goaway");
		this.fixture.pass(500);
		assertThat(this.connection.closed).isEqualTo(CloseReason.DRAINING);
		assertNothingHeld();
	}

	@Test
	void drainEndsWithItsTimeEvenIfASessionDoesNot() {
		this.fixture.publish(1, 10, false);
		this.fixture.open(this.connection, SessionFixture.SERVER_KEY, null);
		this.connection.pause();
		List<String> end = new ArrayList<>();
		this.fixture.handler().drain().subscribe(null, null, () -> end.add("drained"));
		this.fixture.pass(4_999);
		assertThat(end).isEmpty();
		this.fixture.pass(1);
		assertThat(end).containsExactly("drained");
	}

	@Test
	void readWaitsForThePositionAndHoldsNothingAfterwards() {
		this.fixture.publish(1, 10, false);
		List<Object> answers = new ArrayList<>();
		PushRequest request = SessionFixture.request(SessionFixture.CLIENT_KEY, null);
		FlagPosition min = SessionFixture.UI.view(new FlagPosition("k7", 2));
		this.fixture.handler().read(request, min, (state) -> state.position()).subscribe(answers::add, answers::add);
		assertThat(answers).isEmpty();
		assertThat(this.fixture.asked).contains("look");
		this.fixture.publish(2, 11, false);
		this.fixture.pass(0);
		assertThat(answers).containsExactly(min);
		answers.clear();
		this.fixture.handler()
			.read(request, min.at(9), (state) -> state.position())
			.subscribe(answers::add, answers::add);
		this.fixture.pass(5_000);
		assertThat(answers).singleElement()
			.isInstanceOfSatisfying(SessionRejectedException.class,
					(ex) -> assertThat(ex.closeReason()).isEqualTo(CloseReason.NOT_READY));
		assertNothingHeld();
	}

	@Test
	void readerThatIsAheadIsTakenBackWhenTheSourceConfirms() {
		this.fixture.publish(1, 10, false);
		FlagPosition present = SessionFixture.UI.view(new FlagPosition("k7", 1));
		assertThat(readAt(SessionFixture.CLIENT_KEY, present.at(9))).isEqualTo(present);
		// For somebody who can be trusted the source is to begin another epoch first
		this.fixture.renews = true;
		FlagPosition ahead = new FlagPosition("k7", 9);
		assertThat(readAt(SessionFixture.SERVER_KEY, ahead)).isInstanceOfSatisfying(SessionRejectedException.class,
				(ex) -> assertThat(ex.closeReason()).isEqualTo(CloseReason.NOT_READY));
		assertThat(this.fixture.asked).contains("confirm 9");
		this.fixture.renews = false;
		assertThat(readAt(SessionFixture.SERVER_KEY, ahead)).isEqualTo(new FlagPosition("k7", 1));
		assertNothingHeld();
	}

	private Object readAt(String key, FlagPosition position) {
		List<Object> answers = new ArrayList<>();
		this.fixture.handler()
			.read(SessionFixture.request(key, position.toString()), position, (state) -> state.position())
			.subscribe(answers::add, answers::add);
		assertThat(answers).isEmpty();
		this.fixture.pass(5_000);
		assertThat(answers).hasSize(1);
		return answers.get(0);
	}

	@Test
	void feedOfAKeyFollowsWhatTheKeyAllows() {
		this.fixture.publish(1, 10, false);
		this.fixture.handler();
		SdkKey key = SdkKey.client(SessionFixture.CLIENT_KEY);
		List<FlagChange> changes = new ArrayList<>();
		List<String> end = new ArrayList<>();
		new ServedFlagFeeds(this.fixture.hub, this.fixture.keys, null).sdkKey(key)
			.changes()
			.subscribe(changes::add, null, () -> end.add("ended"));
		this.fixture.keys.put(new SdkKeyDetails(key, SessionFixture.SHOP, FlagFilter.of(List.of("limit")), Set.of()));
		assertThat(changes).hasSize(2);
		assertThat(changes.get(1).from()).isEqualTo(changes.get(0).position());
		assertThat(changes.get(1).snapshot().flags().asMap()).containsOnlyKeys("limit");
		this.fixture.keys.revoke(key);
		assertThat(end).containsExactly("ended");
	}

	@Test
	void changesOfKeysAreFollowedAgainAfterTheRegistryHasFailed() {
		List<Integer> subscribed = new ArrayList<>();
		SdkKeyRegistry failing = new SdkKeyRegistry() {

			@Override
			public Mono<SdkKeyDetails> find(String sha256) {
				return Mono.empty();
			}

			@Override
			public Flux<SdkKey> changes() {
				subscribed.add(subscribed.size());
				return (subscribed.size() < 3) ? Flux.error(new IllegalStateException("connection refused"))
						: Flux.never();
			}

		};
		PushHandler handler = PushHandler.builder(this.fixture.hub, failing, (subscription) -> {
			throw new IllegalStateException();
		}, this.fixture.time).build();
		handler.start();
		this.fixture.pass(10_000);
		assertThat(subscribed).hasSize(3);
		handler.stop();
	}

	private PushLogin login(PushRequest request) {
		PushLogin login = this.fixture.handler().login(request).block(TIMEOUT);
		assertThat(login).isNotNull();
		return login;
	}

	private SessionRejectedException refusal(PushRequest request) {
		List<@Nullable Throwable> errors = new ArrayList<>();
		this.fixture.handler().login(request).subscribe(PushLogin::close, errors::add);
		assertThat(errors).singleElement().isInstanceOf(SessionRejectedException.class);
		return (SessionRejectedException) errors.get(0);
	}

	/** No connection is counted, and no view is held but that of the fixture. */
	private void assertNothingHeld() {
		assertThat(this.fixture.handler().connections()).isZero();
		assertThat(this.fixture.handler().sessions()).isEmpty();
		this.fixture.releaseOwn();
		this.fixture.hub.forgetIdle(Duration.ZERO);
		assertThat(this.fixture.hub.watched()).isEmpty();
	}

}
