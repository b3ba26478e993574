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

import java.util.function.BiFunction;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.realtimepush.transport.LoopbackServer.Tenant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what an app sees of a connection whose channel was handed over: with
 * Actuator, Spring Security and a filter of its own, its exchange ends with the
 * handshake.
 */
class HandOverTests extends LoopbackSupport {

	HandOverTests() {
		super(false, LoopbackServer.WITH_SECURITY, "management.endpoints.web.exposure.include=*");
	}

	@BeforeEach
	void clear() {
		server().exchanges().clear();
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true");
		tenant.watch();
		return tenant;
	}

	@Test
	void exchangeOfWebSocketEndsWithTheHandshake() {
		exchangeEndsAndConnectionGoesOn(WebSocketSession::open, "/realtime/ws", "101");
	}

	@Test
	void exchangeOfEventStreamEndsWithTheHandshake() {
		exchangeEndsAndConnectionGoesOn(SseSession::open, "/realtime/sse", "200");
	}

	private void exchangeEndsAndConnectionGoesOn(BiFunction<LoopbackServer, OpenOptions, TestSession> transport,
			String path, String status) {
		Tenant tenant = tenant();
		double before = observations(path, status);
		try (TestSession session = transport.apply(server(), OpenOptions.key(tenant.serverKey()))
			.expectWelcome(false)) {
			session.next("snapshot");
			Awaitility.await()
				.atMost(LoopbackServer.TIMEOUT)
				.until(() -> server().exchanges()
					.ended()
					.stream()
					.anyMatch((end) -> end.startsWith(path + " " + status) && end.endsWith("onComplete")));
			Awaitility.await().atMost(LoopbackServer.TIMEOUT).until(() -> observations(path, status) == before + 1);
			// Whatever the server writes to end its exchange would be read as a message
			session.expectSilence();
			tenant.set("checkout", "false");
			session.next("delta");
			assertThat(server().exchanges().begun()).containsExactly(path);
		}
	}

	private double observations(String uri, String status) {
		Timer timer = server().bean(MeterRegistry.class)
			.find("http.server.requests")
			.tags("uri", uri, "status", status)
			.timer();
		return (timer != null) ? timer.count() : 0;
	}

	@Test
	void headHasWhatTheFiltersOfTheAppAdd() throws Exception {
		Tenant tenant = tenant();
		OpenOptions options = OpenOptions.key(tenant.serverKey());
		try (RawConnection connection = RawConnection.to(server())) {
			RawConnection.Head head = connection.request("GET /realtime/sse", options.headers()).readHead();
			assertThat(head.status()).isEqualTo(200);
			assertThat(head.headers()).containsEntry("X-Served-By", "the app")
				.containsEntry("Content-Type", "text/event-stream")
				.containsEntry("Transfer-Encoding", "chunked")
				.containsEntry("Connection", "close")
				.doesNotContainKey("Content-Length");
		}
		try (WebSocketSession session = WebSocketSession.open(server(), options)) {
			assertThat(session.head().headers()).containsEntry("X-Served-By", "the app")
				.doesNotContainKeys("Content-Length", "Transfer-Encoding");
		}
	}

}
