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

package io.realtimepush.endtoend;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.session.AccessTokens;
import io.realtimepush.session.TokenClaims;
import io.realtimepush.source.memory.InMemoryFlagSource;
import io.realtimepush.token.JwtAccessTokens;
import io.realtimepush.token.TokenKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Access tokens of a real server that end before the client believes it.
 */
class TokenExpiryTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	private final Tokens tokens = new Tokens();

	private PushServer server;

	private int value;

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	/** A stream of events is ended half a minute before its token. */
	@ParameterizedTest
	@CsvSource({ "websocket, 2", "sse, 32", "long-poll, 2" })
	void tokenEndsWhileFlagsChange(String transport, int seconds) {
		this.tokens.lifetime = Duration.ofSeconds(seconds);
		try (TestClient client = start(transport)) {
			client.await(() -> {
				change();
				return count(client, "ended over " + transport + ": token_expired") >= 2;
			});
			assertConverges(client);
			assertThat(count(client, "TOKEN over " + transport + " succeeded")).isGreaterThanOrEqualTo(3);
			assertThat(count(client, "live over")).isLessThanOrEqualTo(count(client, "ended over") + 1);
		}
	}

	/** What was good for an hour has ended. */
	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse", "long-poll" })
	void clockOfTheServerJumps(String transport) {
		try (TestClient client = start(transport)) {
			this.tokens.ahead = Duration.ofHours(2);
			client.client.pause();
			client.await(() -> !client.client.status().isLive());
			change();
			client.client.resume();
			assertConverges(client);
			assertThat(List.copyOf(client.events)).anyMatch((event) -> event.contains("token_expired"));
			assertThat(count(client, "TOKEN over " + transport + " succeeded")).isEqualTo(2);
		}
	}

	private TestClient start(String transport) {
		change();
		this.server = PushServer.start((beans) -> {
			beans.registerBean(InMemoryFlagSource.class, () -> this.source);
			beans.registerBean(AccessTokens.class, () -> this.tokens);
		}, "realtime-push.server.token.enabled=true");
		return TestClient.start(this.server.port(), transport).awaitLive();
	}

	private void change() {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(++this.value)), Set.of());
	}

	private void assertConverges(TestClient client) {
		change();
		client
			.await(() -> Integer.toString(this.value).equals(client.value("limit")) && client.client.status().isLive());
		client.assertOnlyForward();
	}

	private static long count(TestClient client, String start) {
		return List.copyOf(client.events).stream().filter((event) -> event.startsWith(start)).count();
	}

	/**
	 * Tokens that last as long as the test says, by a clock that it moves.
	 */
	private static final class Tokens extends Clock implements AccessTokens {

		private final JwtAccessTokens made = new JwtAccessTokens("test",
				List.of(new TokenKey("test", "a secret that is only for tests!".getBytes(StandardCharsets.UTF_8))),
				null, Schedulers.boundedElastic(), this);

		volatile Duration lifetime = Duration.ofHours(1);

		volatile Duration ahead = Duration.ZERO;

		@Override
		public boolean isToken(String credential) {
			return this.made.isToken(credential);
		}

		@Override
		public Mono<TokenClaims> verify(String token) {
			return this.made.verify(token);
		}

		@Override
		public boolean canIssue() {
			return true;
		}

		@Override
		public String issue(TokenClaims claims) {
			return this.made.issue(new TokenClaims(claims.keySha256(), claims.flagSet(), claims.instance(),
					instant().plus(this.lifetime)));
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return Instant.now().plus(this.ahead);
		}

	}

}
