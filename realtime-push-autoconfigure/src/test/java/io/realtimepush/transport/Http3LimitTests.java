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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.realtimepush.autoconfigure.PushHttp3Server;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.transport.LoopbackServer.Tenant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for a server for HTTP/3 that leaves, for its limits, and for its certificate:
 * each has a server of its own.
 */
class Http3LimitTests {

	private static final Duration TIMEOUT = LoopbackServer.TIMEOUT;

	@Test
	void drainTellsEverybodyToLeaveAndLetsNobodyIn() {
		try (LoopbackServer server = LoopbackServer.start(true, LoopbackServer.WITH_HTTP3, LoopbackServer.OVER_HTTP3)) {
			Tenant tenant = server.tenant();
			tenant.set("a", "1");
			OpenOptions options = OpenOptions.key(tenant.serverKey());
			try (SseSession sse = SseSession.open(server, options);
					LongPollSession poll = LongPollSession.open(server, options)) {
				sse.expectWelcome(false).next("snapshot");
				poll.expectWelcome(false).next("snapshot");
				poll.expectSilence();
				server.handler().drain().subscribe();
				assertThat(sse.next("goaway").text("reason")).isEqualTo("draining");
				assertThat(poll.next("goaway").text("reason")).isEqualTo("draining");
				server.advance(Duration.ofMillis(600));
				sse.expectEnd(CloseReason.DRAINING);
				Awaitility.await().atMost(TIMEOUT).until(() -> server.handler().sessions().isEmpty());
				try (SseSession late = SseSession.open(server, options)) {
					assertThat(late.next("goaway").text("reason")).isEqualTo("draining");
				}
				assertThat(HttpClient.get(server, "/realtime/flags", options).status()).isEqualTo(503);
			}
		}
	}

	@Test
	void clientThatTakesNothingForTooLongIsClosed() {
		try (LoopbackServer server = LoopbackServer.start(true, LoopbackServer.WITH_HTTP3, LoopbackServer.OVER_HTTP3)) {
			Tenant tenant = server.tenant();
			tenant.set("a", "1");
			server.hub().acquire(tenant.flagSet(), FlagFilter.all()).loaded().block(TIMEOUT);
			OpenOptions options = OpenOptions.key(tenant.serverKey()).smallBuffer();
			String large = "\"" + "x".repeat(500_000);
			try (TestSession session = SseSession.open(server, options).expectWelcome(false)) {
				session.next("snapshot");
				session.pause();
				assertThat(server.handler().sessions()).hasSize(1);
				// Changes until nothing more is taken, and then for so long
				AtomicInteger changes = new AtomicInteger();
				server.fastForward(() -> {
					while (!server.handler().sessions().isEmpty()) {
						assertThat(changes.incrementAndGet()).isLessThan(1000);
						tenant.set("large", large + changes + "\"");
					}
				});
			}
			assertThat(server.handler().connections()).isZero();
		}
	}

	@Test
	void connectionsAreLimitedAndAddressesProved() {
		try (LoopbackServer server = LoopbackServer.start(true, LoopbackServer.WITH_HTTP3,
				"realtime-push.server.http3.max-connections=2", "realtime-push.server.http3.max-handshakes=0")) {
			PushHttp3Server http3 = server.bean(PushHttp3Server.class);
			Tenant tenant = server.tenant();
			tenant.set("a", "1");
			OpenOptions options = OpenOptions.key(tenant.serverKey());
			try (Http3Client first = new Http3Client(server.http3Port());
					Http3Client second = new Http3Client(server.http3Port())) {
				assertThat(first.get("/realtime/flags", options).status()).isEqualTo(200);
				assertThat(second.get("/realtime/flags", options).status()).isEqualTo(200);
				assertThat(http3.getConnections()).isEqualTo(2);
				assertThatIllegalStateException().isThrownBy(() -> {
					try (Http3Client third = new Http3Client(server.http3Port())) {
						assertThat(third.awaitClosed()).isTrue();
						throw new IllegalStateException("closed behind the handshake");
					}
				});
				// What a client sends again before it has heard that it is refused
				// counts, too
				assertThat(http3.getRefused()).isPositive();
				assertThat(first.get("/realtime/flags", options).status()).isEqualTo(200);
			}
		}
	}

	@Test
	void connectionThatAsksForNothingIsClosed() {
		try (LoopbackServer server = LoopbackServer.start(true, LoopbackServer.WITH_HTTP3,
				"realtime-push.server.request-head-timeout=300ms");
				Http3Client client = new Http3Client(server.http3Port())) {
			assertThat(client.awaitClosed()).isTrue();
			Awaitility.await().atMost(TIMEOUT).until(() -> server.bean(PushHttp3Server.class).getConnections() == 0);
		}
	}

	@Test
	void streamThatIsCancelledIsFreedWhenNothingIsTakenOfIt() {
		try (LoopbackServer server = LoopbackServer.start(true, LoopbackServer.WITH_HTTP3);
				Http3Client client = new Http3Client(server.http3Port())) {
			Tenant tenant = server.tenant();
			tenant.set("a", "1");
			OpenOptions options = OpenOptions.key(tenant.serverKey());
			Http3Client.Exchange stream = client.open(options.target("/realtime/sse"), options, null);
			Awaitility.await().atMost(TIMEOUT).until(() -> server.handler().sessions().size() == 1);
			stream.cancel();
			server.fastForward(
					() -> Awaitility.await().atMost(TIMEOUT).until(() -> server.handler().sessions().isEmpty()));
			// The connection lives on
			assertThat(client.get("/realtime/flags", options).status()).isEqualTo(200);
		}
	}

	@Test
	void nextConnectionIsShownTheReloadedCertificate(@TempDir Path directory) throws IOException {
		Path keyStore = directory.resolve("server.p12");
		Files.copy(TestKeyStore.path(), keyStore);
		try (LoopbackServer server = LoopbackServer.start(true, LoopbackServer.WITH_HTTP3,
				"spring.ssl.bundle.jks.renewed.keystore.location=file:" + keyStore,
				"spring.ssl.bundle.jks.renewed.keystore.password=" + TestKeyStore.PASSWORD,
				"spring.ssl.bundle.jks.renewed.reload-on-update=true",
				"spring.ssl.bundle.watch.file.quiet-period=100ms", "realtime-push.server.http3.ssl.bundle=renewed")) {
			Tenant tenant = server.tenant();
			tenant.set("a", "1");
			OpenOptions options = OpenOptions.key(tenant.serverKey());
			Path next = TestKeyStore.create();
			try (Http3Client before = new Http3Client(server.http3Port())) {
				assertThat(before.get("/realtime/flags", options).status()).isEqualTo(200);
				Files.copy(next, directory.resolve("next.p12"));
				Files.move(directory.resolve("next.p12"), keyStore, StandardCopyOption.ATOMIC_MOVE);
				Awaitility.await().atMost(TIMEOUT.multipliedBy(2)).until(() -> isShown(server, next, options));
				assertThat(isShown(server, TestKeyStore.path(), options)).isFalse();
				assertThat(before.get("/realtime/flags", options).status()).isEqualTo(200);
			}
		}
	}

	private static boolean isShown(LoopbackServer server, Path keyStore, OpenOptions options) {
		try (Http3Client client = new Http3Client(server.http3Port(), keyStore)) {
			return client.get("/realtime/flags", options).status() == 200;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

}
