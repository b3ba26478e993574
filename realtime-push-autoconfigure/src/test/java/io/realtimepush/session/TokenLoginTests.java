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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.token.JwtAccessTokens;
import io.realtimepush.token.SchedulerClock;
import io.realtimepush.token.TokenKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for sessions that log in with an access token, in virtual time.
 */
class TokenLoginTests {

	private static final String INSTANCE = "process-7-0123456789";

	private final SessionFixture fixture = new SessionFixture();

	private final TestConnection connection = new TestConnection();

	@BeforeEach
	void letTokensIn() {
		TokenKey key = new TokenKey("test", "a secret that is only for tests!".getBytes(StandardCharsets.UTF_8));
		this.fixture.tokens = new JwtAccessTokens("push", List.of(key), null, this.fixture.time,
				new SchedulerClock(this.fixture.time));
		this.fixture.publish(1, 10, false);
	}

	private String token(String key, @Nullable String instance, long seconds) {
		PushRequest request = as(key, instance);
		return this.fixture.handler().issueToken(request, Duration.ofSeconds(seconds)).blockOptional().orElseThrow();
	}

	private static PushRequest as(String credential, @Nullable String instance) {
		PushRequest plain = SessionFixture.request(credential, null);
		return new PushRequest(plain.transport(), plain.credential(), plain.peer(), plain.options(), null,
				new ClientMessage.ClientInfo(instance, null, java.util.Map.of()));
	}

	private void assertRefused(PushRequest request, CloseReason reason) {
		assertThatExceptionOfType(SessionRejectedException.class)
			.isThrownBy(() -> this.fixture.handler().login(request).block())
			.satisfies((ex) -> assertThat(ex.closeReason()).isEqualTo(reason));
	}

	@Test
	void tokenLogsInAsItsKey() {
		PushSession session = this.fixture.open(this.connection, token(SessionFixture.SERVER_KEY, null, 60), null);
		assertThat(session.info().key()).isEqualTo(SdkKey.server(SessionFixture.SERVER_KEY));
	}

	@Test
	void tokenOfServerKeyMayStandInAUrl() {
		PushRequest plain = SessionFixture.request(token(SessionFixture.SERVER_KEY, null, 60), null);
		PushRequest inUrl = new PushRequest(plain.transport(), new Credential(plain.credential().text(), true),
				plain.peer(), plain.options(), null, plain.client());
		assertThat(this.fixture.handler().login(inUrl).block()).isNotNull();
	}

	@Test
	void tokenThatHasEndedIsRefusedAndIsNoFailedLogin() {
		this.fixture.limits = new SessionLimits(0, 0, 0, 0, 1, 32, 50);
		String token = token(SessionFixture.SERVER_KEY, null, 60);
		this.fixture.pass(60_000);
		assertRefused(SessionFixture.request(token, null), CloseReason.TOKEN_EXPIRED);
		assertRefused(SessionFixture.request(token, null), CloseReason.TOKEN_EXPIRED);
		String forged = token.substring(0, token.length() - 4) + "AAAA";
		assertRefused(SessionFixture.request(forged, null), CloseReason.UNAUTHORIZED);
		assertRefused(SessionFixture.request(forged, null), CloseReason.TOO_MANY);
	}

	@Test
	void tokenIsForTheFlagSetItWasMadeFor() {
		String token = token(SessionFixture.SERVER_KEY, null, 60);
		this.fixture.keys.put(new SdkKeyDetails(SdkKey.server(SessionFixture.SERVER_KEY), FlagSetId.of("other"),
				FlagFilter.all(), Set.of()));
		assertRefused(SessionFixture.request(token, null), CloseReason.TOKEN_EXPIRED);
	}

	@Test
	void tokenIsNotMadeForAToken() {
		String token = token(SessionFixture.SERVER_KEY, null, 60);
		assertThatExceptionOfType(SessionRejectedException.class)
			.isThrownBy(() -> this.fixture.handler()
				.issueToken(SessionFixture.request(token, null), Duration.ofSeconds(60))
				.block())
			.satisfies((ex) -> assertThat(ex.closeReason()).isEqualTo(CloseReason.UNAUTHORIZED));
	}

	@Test
	void sessionEndsWithItsToken() {
		this.fixture.open(this.connection, token(SessionFixture.SERVER_KEY, null, 60), null);
		this.fixture.pass(59_999);
		assertThat(this.connection.closed).isNull();
		this.fixture.pass(1);
		assertThat(this.connection.closed).isEqualTo(CloseReason.TOKEN_EXPIRED);
		assertThat(this.fixture.handler().connections()).isZero();
	}

	@Test
	void streamIsToldToLeaveBeforeItsTokenEnds() {
		this.connection.takesMessages = false;
		this.fixture.open(this.connection, token(SessionFixture.SERVER_KEY, null, 60), null);
		this.connection.take();
		this.fixture.pass(29_999);
		assertThat(this.connection.take()).noneMatch((message) -> message.contains("goaway"));
		this.fixture.pass(1);
		assertThat(this.connection.take()).containsExactly("""
				{"type":"goaway","reason":"token_expired","retryAfter":0}""");
		this.fixture.pass(500);
		assertThat(this.connection.closed).isEqualTo(CloseReason.TOKEN_EXPIRED);
	}

	@Test
	void freshTokenProlongsTheSession() {
		PushSession session = this.fixture.open(this.connection, token(SessionFixture.SERVER_KEY, null, 60), null);
		this.fixture.pass(50_000);
		this.connection.take();
		auth(session, token(SessionFixture.SERVER_KEY, null, 60));
		assertThat(this.connection.take()).containsExactly("{\"type\":\"auth\",\"expiresIn\":60000}");
		this.fixture.pass(59_999);
		assertThat(this.connection.closed).isNull();
		this.fixture.pass(1);
		assertThat(this.connection.closed).isEqualTo(CloseReason.TOKEN_EXPIRED);
	}

	@Test
	void otherCredentialProlongsNothing() {
		PushSession session = this.fixture.open(this.connection, token(SessionFixture.SERVER_KEY, null, 60), null);
		this.connection.take();
		auth(session, token(SessionFixture.CLIENT_KEY, null, 600));
		auth(session, SessionFixture.SERVER_KEY);
		auth(session, "sdk-unknown");
		assertThat(this.connection.take()).hasSize(3)
			.allMatch((message) -> message.contains("\"type\":\"error\",\"code\":\"unauthorized\""));
		this.fixture.pass(60_000);
		assertThat(this.connection.closed).isEqualTo(CloseReason.TOKEN_EXPIRED);
	}

	private static void auth(PushSession session, String token) {
		session.receive("{\"type\":\"auth\",\"token\":\"" + token + "\"}");
	}

	@Test
	void furtherSubscriptionEndsWithItsOwnToken() {
		PushSession session = this.fixture.open(this.connection, SessionFixture.SERVER_KEY, null);
		session.receive("{\"type\":\"subscribe\",\"sub\":\"ui\",\"key\":\"" + token(SessionFixture.CLIENT_KEY, null, 60)
				+ "\"}");
		this.connection.take();
		this.fixture.pass(60_000);
		assertThat(this.connection.take()).anyMatch((message) -> message.equals("""
				{"type":"closed","sub":"ui","code":4402,"reason":"access token expired","retry":true}"""));
		assertThat(this.connection.closed).isNull();
	}

	@Test
	void revokingTheKeyEndsTheSessionOfItsToken() {
		this.fixture.open(this.connection, token(SessionFixture.SERVER_KEY, null, 60), null);
		this.fixture.keys.revoke(SdkKey.server(SessionFixture.SERVER_KEY));
		assertThat(this.connection.closed).isEqualTo(CloseReason.UNAUTHORIZED);
	}

	@Test
	void instanceOfClientKeyCountsOnlyIfATokenNamesIt() {
		String named = token(SessionFixture.CLIENT_KEY, INSTANCE, 60);
		open(named, null);
		open(SessionFixture.CLIENT_KEY, INSTANCE);
		assertThat(this.connection.closed).isNull();
		TestConnection later = new TestConnection();
		PushHandler handler = this.fixture.handler();
		handler.open(handler.login(as(named, null)).blockOptional().orElseThrow(), later);
		assertThat(this.connection.closed).isEqualTo(CloseReason.SUPERSEDED);
		assertThat(later.closed).isNull();
	}

	private void open(String credential, @Nullable String instance) {
		PushHandler handler = this.fixture.handler();
		TestConnection own = this.connection.take().isEmpty() ? this.connection : new TestConnection();
		handler.open(handler.login(as(credential, instance)).blockOptional().orElseThrow(), own);
	}

}
