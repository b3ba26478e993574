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

import java.util.concurrent.atomic.AtomicBoolean;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.transport.LoopbackServer.Tenant;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what only event streams have.
 */
class SseTests extends LoopbackSupport {

	SseTests() {
		super(false);
	}

	private SseSession open(OpenOptions options) {
		return SseSession.open(server(), options);
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true");
		tenant.watch();
		return tenant;
	}

	@Test
	void streamIsCompressedForThoseWhoAccept() {
		Tenant tenant = tenant();
		tenant.set("large", "\"" + "x".repeat(100_000) + "\"");
		OpenOptions options = OpenOptions.key(tenant.serverKey());
		try (SseSession session = open(options.header("Accept-Encoding", "gzip;q=0.5"))) {
			assertThat(session.head().headers()).containsEntry("Content-Encoding", "gzip");
			assertThat(session.head().headers().get("Vary")).contains("Accept-Encoding");
			session.expectWelcome(false);
			assertThat(session.next("snapshot").flags().path("large").asString()).hasSize(100_000);
			assertThat(session.received()).isLessThan(2000);
			tenant.set("large", "\"" + "y".repeat(100_000) + "\"");
			assertThat(session.next("delta").json()).contains("yyyyy");
			tenant.revoke();
			session.expectEnd(CloseReason.UNAUTHORIZED);
		}
		try (SseSession session = open(OpenOptions.key(tenant().serverKey()).header("Accept-Encoding", "gzip;q=0"))) {
			assertThat(session.head().headers()).doesNotContainKey("Content-Encoding");
			session.expectWelcome(false).next("snapshot");
		}
	}

	@Test
	void lastEventIdWinsOverPosition() {
		Tenant tenant = tenant();
		FlagPosition first = tenant.set("a", "1");
		FlagPosition second = tenant.set("a", "2");
		tenant.set("a", "3");
		OpenOptions options = OpenOptions.key(tenant.serverKey()).at(first);
		try (SseSession session = open(options.header("Last-Event-ID", second.toString()))) {
			assertThat(session.next("welcome").id()).isEqualTo(second.toString());
			assertThat(session.next("delta").number("from")).isEqualTo(second.version());
		}
	}

	@Test
	void unreadableLastEventIdCountsAsAbsent() {
		Tenant tenant = tenant();
		FlagPosition first = tenant.set("a", "1");
		tenant.set("a", "2");
		OpenOptions options = OpenOptions.key(tenant.serverKey()).header("Last-Event-ID", "42");
		try (SseSession session = open(options.at(first))) {
			session.expectWelcome(true);
			assertThat(session.next("delta").number("from")).isEqualTo(first.version());
		}
		try (SseSession session = open(options)) {
			session.expectWelcome(false).next("snapshot");
		}
	}

	@Test
	void revokedKeyEndsStreamWithClosed() {
		Tenant tenant = tenant();
		try (SseSession session = open(OpenOptions.key(tenant.serverKey()))) {
			session.expectWelcome(false).next("snapshot");
			tenant.revoke();
			session.expectEnd(CloseReason.UNAUTHORIZED);
		}
	}

	@Test
	void refusalsKeepTheirStatus() {
		assertThat(open(OpenOptions.nobody()).head().status()).isEqualTo(401);
		assertThat(open(OpenOptions.nobody().mode("x")).head().status()).isEqualTo(400);
	}

	@Test
	void nothingOvertakesTheHeadWhileFlagsChange() throws InterruptedException {
		Tenant tenant = tenant();
		AtomicBoolean running = new AtomicBoolean(true);
		Thread writer = new Thread(() -> {
			for (int i = 0; running.get(); i++) {
				tenant.set("a", String.valueOf(i));
			}
		});
		writer.start();
		try {
			for (int i = 0; i < 20; i++) {
				try (SseSession session = open(OpenOptions.key(tenant.serverKey()))) {
					session.expectWelcome(false).next("snapshot");
					Message change = session.next();
					while (change.type().equals("snapshot")) {
						// It was behind by more than the ring has
						change = session.next();
					}
					assertThat(change.type()).isEqualTo("delta");
				}
			}
		}
		finally {
			running.set(false);
			writer.join();
		}
	}

}
