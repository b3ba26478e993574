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

package io.realtimepush.benchmarks.server;

import java.net.InetSocketAddress;
import java.time.Duration;

import io.realtimepush.benchmarks.load.LoadLoop;
import io.realtimepush.benchmarks.load.Login;
import io.realtimepush.benchmarks.load.Marker;
import io.realtimepush.benchmarks.load.Publisher;
import io.realtimepush.benchmarks.load.Round;
import io.realtimepush.benchmarks.load.Rounds;
import io.realtimepush.benchmarks.load.Transport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the load generator is delivered everything by the server that is measured.
 * They measure nothing.
 */
@SpringBootTest(classes = FanoutServer.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = "bench.keys=5")
class FanoutServerTests {

	private static final int CLIENTS = 40;

	private static final int ROUNDS = 5;

	private final LoadLoop loop = new LoadLoop();

	@LocalServerPort
	private int port;

	@AfterEach
	void close() {
		this.loop.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "WEBSOCKET", "SSE", "LONG_POLL" })
	void everyClientIsDeliveredEveryChange(Transport transport) {
		this.loop.open(CLIENTS, (index) -> login(transport), CLIENTS * 10);
		assertThat(this.loop.ready()).isEqualTo(CLIENTS);
		publish("/publish");
	}

	@Test
	void everyKeyIsDeliveredItsChange() {
		this.loop.open(CLIENTS, (index) -> login(Transport.WEBSOCKET).withKey(BenchFlags.key(index % 5)), CLIENTS * 10);
		publish("/publish-all");
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void clientsThatHoldStillAreDeliveredEverythingToo() {
		this.loop.open(CLIENTS, (index) -> login(Transport.WEBSOCKET), CLIENTS * 10);
		Rounds rounds = new Rounds(this.loop, null, Duration.ofMillis(10));
		rounds.setHolding(true);
		try (Publisher publisher = new Publisher(this.loop, address(), "/publish")) {
			Round round = rounds.run((number) -> publisher.publish(Marker.body(number, 200)));
			assertThat(round.delivered()).isEqualTo(CLIENTS);
			assertThat(round.sent()).isPositive();
			assertThat(round.first()).isGreaterThan(round.sent());
		}
	}

	private void publish(String path) {
		Rounds rounds = new Rounds(this.loop, null, Duration.ofMillis(10));
		try (Publisher publisher = new Publisher(this.loop, address(), path)) {
			for (int i = 0; i < ROUNDS; i++) {
				Round round = rounds.run((number) -> publisher.publish(Marker.body(number, 200)));
				assertThat(round.delivered()).isEqualTo(CLIENTS);
				assertThat(round.lost()).isZero();
			}
		}
		assertThat(this.loop.failed() + this.loop.dropped()).isZero();
	}

	private Login login(Transport transport) {
		return new Login(address(), transport, "/realtime" + transport.path(), BenchFlags.KEY, null);
	}

	private InetSocketAddress address() {
		return new InetSocketAddress("127.0.0.1", this.port);
	}

}
