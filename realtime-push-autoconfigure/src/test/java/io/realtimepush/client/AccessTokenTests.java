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

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.ScriptedPushServer.Session;
import io.realtimepush.protocol.AccessGrant;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.test.FakeAnswer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a client gets access tokens, renews them, and does without.
 */
class AccessTokenTests {

	/**
	 * Long enough to be live before it is too late to log in with, and renewed after a
	 * fifth of it.
	 */
	private static final long RENEWED_SOON = 12_000;

	private final ScriptedPushServer server = ScriptedPushServer.start();

	private final AtomicInteger tokens = new AtomicInteger();

	@TempDir
	private Path directory;

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void serverWithoutTokensIsLoggedInToWithTheKeyAndNotAskedAgain() {
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			assertThat(session.credential).isEqualTo("sdk-1");
			client.awaitLive();
			session.drop();
			assertThat(this.server.nextSession().credential).isEqualTo("sdk-1");
			client.awaitLive();
			assertThat(this.server.calls().stream().filter("POST token"::equals)).hasSize(1);
		}
	}

	@Test
	void tokenIsUsedForEveryLoginAsLongAsItLasts() {
		grant(60_000);
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			assertThat(session.credential).isEqualTo("token-1");
			client.awaitLive();
			session.drop();
			assertThat(this.server.nextSession().credential).isEqualTo("token-1");
			client.awaitLive();
		}
	}

	@Test
	void refusedKeyIsFinal() {
		this.server.tokens = (key) -> FakeAnswer.of(CloseReason.UNAUTHORIZED);
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			client.awaitState(State.CLOSED);
			assertThat(client.client.status().reason()).contains("credential missing, unknown or revoked");
			assertThat(this.server.calls()).containsExactly("POST token");
		}
	}

	@Test
	void adviceDecidesHowToConnect() {
		this.server.tokens = (key) -> FakeAnswer
			.of(new AccessGrant("t", 60_000, 7_000L, List.of("carrier-pigeon", "sse"), List.of(), "ipv4-first", null));
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			assertThat(session.transport).isEqualTo("sse");
			assertThat(session.query.get("heartbeat")).containsExactly("7000");
			client.awaitLive();
		}
	}

	@Test
	void adviceOfAnotherEndpointIsFollowed() {
		try (ScriptedPushServer other = ScriptedPushServer.start()) {
			this.server.tokens = (key) -> FakeAnswer.of(new AccessGrant("t", 60_000, null, List.of(),
					List.of("not a url", other.endpoint().toString()), null, null));
			try (ClientFixture client = ClientFixture.of(this.server).start()) {
				assertThat(other.nextSession().credential).isEqualTo("t");
				client.awaitLive();
				assertThat(client.client.status().endpoint()).isEqualTo(other.endpoint());
			}
		}
	}

	@Test
	void tokenIsRenewedWhereItWasMade() {
		try (ScriptedPushServer other = ScriptedPushServer.start()) {
			this.server.tokens = (key) -> FakeAnswer.of(new AccessGrant("token-" + this.tokens.incrementAndGet(),
					RENEWED_SOON, null, List.of(), List.of(other.endpoint().toString()), null, null));
			try (ClientFixture client = ClientFixture.of(this.server).start()) {
				Session session = other.nextSession();
				client.awaitLive();
				assertThat(session.next("auth").get("token").asString()).isEqualTo("token-2");
				session.close(4402);
				assertThat(other.nextSession().credential).startsWith("token-");
				client.awaitLive();
				assertThat(other.calls()).doesNotContain("POST token");
			}
		}
	}

	@Test
	void adviceOfARenewedTokenIsFollowedByOneSessionAfterTheOther() {
		this.server.tokens = (key) -> {
			int number = this.tokens.incrementAndGet();
			return FakeAnswer.of(new AccessGrant("token-" + number, RENEWED_SOON, null,
					List.of((number == 1) ? "sse" : "websocket"), List.of(), null, null));
		};
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			assertThat(session.transport).isEqualTo("sse");
			client.awaitLive();
			Session probe = this.server.nextSession();
			assertThat(probe.transport).isEqualTo("websocket");
			assertThat(probe.hello.path("client").has("instance")).isFalse();
			Session next = this.server.nextSession();
			assertThat(next.transport).isEqualTo("websocket");
			assertThat(next.hello.path("client").path("instance").asString())
				.isEqualTo(session.query.get("instance").get(0));
			client.await(() -> client.events
				.equals(List.of("live over sse", "ended over sse: better", "live over websocket")));
			session.awaitGone();
			probe.awaitGone();
		}
	}

	@Test
	void shareOfARenewedTokenHoldsForThePresentSession() {
		this.server.tokens = (key) -> FakeAnswer.of(new AccessGrant("token-" + this.tokens.incrementAndGet(),
				RENEWED_SOON, null, List.of(), List.of(), null, (this.tokens.get() == 1) ? 0.0 : 1.0));
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			session.next("auth");
			session.delta(1, 2, "2");
			assertThat(session.next("ack").path("epoch").asString()).isEqualTo("k7");
			assertThat(client.events).containsExactly("live over websocket");
		}
	}

	@Test
	void tokenOfAnEarlierRunIsRenewedWhereTokensAreMade() {
		try (ScriptedPushServer other = ScriptedPushServer.start()) {
			this.server.tokens = (key) -> FakeAnswer.of(new AccessGrant("token-" + this.tokens.incrementAndGet(),
					10_000, null, List.of(), List.of(other.endpoint().toString()), null, null));
			for (int i = 0; i < 2; i++) {
				try (ClientCacheFile cache = new ClientCacheFile(this.directory.resolve("cache"), true,
						Schedulers.boundedElastic());
						ClientFixture client = ClientFixture.of(this.server).tokenStore(cache).start()) {
					Session session = other.nextSession();
					client.awaitLive();
					if (i > 0) {
						assertThat(session.next("auth").get("token").asString()).startsWith("token-");
					}
				}
			}
			assertThat(other.calls()).doesNotContain("POST token");
		}
	}

	@Test
	void serverThatMakesTokensIsAskedAgainWhereAnotherHasNone() {
		URI home = URI.create("https://home.example.com/realtime");
		URI near = URI.create("https://near.example.com/realtime");
		VirtualLoop loop = new VirtualLoop();
		Effects effects = new Effects(loop, (endpoint, key) -> Mono.never(), (host, family) -> Mono.never(),
				(endpoint, credential, options, minimum, subscriptions) -> Mono.never(), new Random(7));
		BackOff backOff = new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30), effects.random());
		AccessTokens credential = new AccessTokens("sdk-1", effects, backOff, null, home, (grant) -> {
		});
		assertThat(credential.issuer(near)).isEqualTo(home);
		credential.granted(home, new AccessGrant("t", 60_000, null, List.of(), List.of(), null, null));
		loop.advance(Duration.ofMinutes(1));
		assertThat(credential.failed(near)).isTrue();
		assertThat(credential.issuer(near)).isEqualTo(near);
		credential.granted(near, null);
		assertThat(credential.keyToExchange()).isNull();
		assertThat(credential.credential()).isEqualTo("sdk-1");
		loop.advance(Duration.ofMinutes(10));
		assertThat(credential.keyToExchange()).isEqualTo("sdk-1");
		assertThat(credential.issuer(near)).isEqualTo(home);
	}

	@Test
	void serverThatOnlyChecksIsAskedWhereTheOneThatMakesTokensFails() {
		try (ScriptedPushServer other = ScriptedPushServer.start()) {
			this.server.tokens = (key) -> FakeAnswer.of(new AccessGrant("token-1", 60_000, null, List.of(),
					List.of(other.endpoint().toString()), null, null));
			try (ClientFixture client = ClientFixture.of(this.server).start()) {
				Session session = other.nextSession();
				client.awaitLive();
				this.server.tokens = (key) -> new FakeAnswer(502, "<html>");
				session.close(4402);
				assertThat(other.nextSession().credential).isEqualTo("sdk-1");
				client.awaitLive();
				assertThat(other.calls()).contains("POST token");
				assertThat(client.client.status().endpoint()).isEqualTo(other.endpoint());
			}
		}
	}

	@Test
	void tokenIsRenewedAheadOfItsEndAndTheSessionGoesOn() {
		grant(RENEWED_SOON);
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			assertThat(session.next("auth").get("token").asString()).isEqualTo("token-2");
			assertThat(client.events).containsExactly("live over websocket");
		}
	}

	@Test
	void tokenThatHasLittleLeftWhenTheSessionIsLiveIsRenewedToo() {
		VirtualClient client = VirtualClient
			.start((endpoint, key) -> Mono.just(new AccessGrant("token-" + this.tokens.incrementAndGet(), 6_000, null,
					List.of(), List.of(), null, null)));
		client.advance(Duration.ofSeconds(2));
		VirtualClient.Connection connection = client.connection();
		connection.login(Duration.ofSeconds(25), 1);
		assertThat(client.status().isLive()).isTrue();
		assertThat(connection.credential()).isEqualTo("token-1");
		client.advance(Duration.ofSeconds(3));
		assertThat(connection.sent()).contains(new ClientMessage.Auth("token-2"));
	}

	@Test
	void tokenThatNobodyLogsInWithIsNotRenewed() {
		VirtualClient client = VirtualClient
			.start((endpoint, key) -> Mono.just(new AccessGrant("token-" + this.tokens.incrementAndGet(), 4_000, null,
					List.of(), List.of(), null, null)));
		VirtualClient.Connection connection = client.connection();
		connection.login(Duration.ofSeconds(25), 1);
		assertThat(connection.credential()).isEqualTo("sdk-1");
		client.advance(Duration.ofSeconds(10));
		assertThat(client.status().isLive()).isTrue();
		assertThat(this.tokens).hasValue(1);
	}

	@Test
	void tokenIsNotAskedForAgainBeforeTheServerHasSaid() {
		grant(RENEWED_SOON);
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			BlockingQueue<Long> asked = new LinkedBlockingQueue<>();
			this.server.tokens = (key) -> {
				asked.add(System.nanoTime());
				return FakeAnswer.of(CloseReason.TOO_MANY).with("Retry-After", "1");
			};
			client.await(() -> asked.size() >= 2);
			long first = asked.remove();
			assertThat(Duration.ofNanos(asked.remove() - first)).isGreaterThan(Duration.ofMillis(900));
			assertThat(session.hasReceived("auth")).isFalse();
		}
	}

	@Test
	void streamThatIsEndedBeforeItsTokenComesBackWithTheNext() {
		grant(20_000);
		try (ClientFixture client = ClientFixture.of(this.server).transports("sse").start()) {
			Session session = this.server.nextSession();
			assertThat(session.credential).isEqualTo("token-1");
			client.awaitLive();
			client.await(() -> this.tokens.get() == 2);
			// The answer is on its way to the client
			assertThat(client.client.request("any", null, String.class).onErrorComplete().blockOptional()).isEmpty();
			session.raw("{\"type\":\"goaway\",\"reason\":\"token_expired\",\"retryAfter\":0}");
			assertThat(this.server.nextSession().credential).isEqualTo("token-2");
		}
	}

	@Test
	void expiredTokenIsReplacedAtOnce() {
		grant(60_000);
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			session.close(4402);
			assertThat(this.server.nextSession().credential).isEqualTo("token-2");
			client.awaitLive();
			assertThat(client.events).contains("ended over websocket: token_expired");
		}
	}

	@Test
	void tokenThatIsRefusedAtLoginIsReplacedToo() {
		grant(60_000);
		this.server.greeting = (session) -> {
			if (session.credential.equals("token-1") || session.credential.equals("token-2")) {
				session.close(4402);
			}
			else {
				session.welcome();
			}
		};
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			client.awaitLive();
			assertThat(this.tokens).hasValue(3);
		}
	}

	@Test
	void failingTokenEndpointIsTriedAgain() {
		this.server.tokens = (key) -> (this.tokens.incrementAndGet() < 4) ? new FakeAnswer(502, "<html>")
				: FakeAnswer.of(CloseReason.NOT_FOUND);
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			client.awaitLive();
			assertThat(client.events).containsSequence("TOKEN over websocket failed: http_502", "live over websocket");
		}
	}

	@Test
	void tokenOutlivesTheApp() {
		grant(60_000);
		for (int i = 0; i < 2; i++) {
			try (ClientCacheFile cache = new ClientCacheFile(this.directory.resolve("cache"), true,
					Schedulers.boundedElastic());
					ClientFixture client = ClientFixture.of(this.server).tokenStore(cache).start()) {
				assertThat(this.server.nextSession().credential).isEqualTo("token-1");
				client.awaitLive();
			}
		}
		assertThat(this.tokens).hasValue(1);
	}

	@Test
	void onlyTheAdvisedShareAcknowledges() {
		try (ClientFixture silent = startWithShare(0.0)) {
			Session session = this.server.nextSession();
			silent.awaitLive();
			session.delta(1, 2, "2");
			silent.awaitLimit("2");
			// What another one sends that begins later shows that the time for it is over
			try (ClientFixture telling = startWithShare(1.0)) {
				Session other = this.server.nextSession();
				telling.awaitLive();
				other.delta(1, 2, "2");
				assertThat(other.next("ack").path("version").asInt()).isPositive();
				silent.client.check();
				session.next("ping");
				assertThat(session.hasReceived("ack")).isFalse();
			}
		}
	}

	private ClientFixture startWithShare(double share) {
		this.server.tokens = (key) -> FakeAnswer
			.of(new AccessGrant("t", 60_000, null, List.of(), List.of(), null, share));
		return ClientFixture.of(this.server).start();
	}

	private void grant(long expiresIn) {
		this.server.tokens = (key) -> FakeAnswer.of(new AccessGrant("token-" + this.tokens.incrementAndGet(), expiresIn,
				null, List.of(), List.of(), null, null));
	}

}
