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

package io.realtimepush.benchmarks.scenario;

import java.time.Duration;
import java.util.List;

import io.realtimepush.benchmarks.load.LoadLoop;
import io.realtimepush.benchmarks.load.Login;
import io.realtimepush.benchmarks.load.Marker;
import io.realtimepush.benchmarks.load.Publisher;
import io.realtimepush.benchmarks.load.Round;
import io.realtimepush.benchmarks.load.Rounds;

/**
 * A small heap carries many connections.
 */
final class SmallHeap {

	private static final int CLIENTS = 10_000;

	private static final int ROUNDS = 10;

	private SmallHeap() {
	}

	static Outcome run(int megabytes) {
		try (FanoutProcess server = FanoutProcess.start(List.of("-Xmx" + megabytes + "m"));
				LoadLoop loop = new LoadLoop()) {
			Login login = server.login();
			Publisher publisher = new Publisher(loop, server.address(), "/publish");
			loop.open(CLIENTS, (index) -> login, Clients.CONNECTS_PER_SECOND);
			Rounds rounds = new Rounds(loop, server.stats(), Duration.ofMillis(50));
			int lost = 0;
			double last = 0;
			for (int i = 0; i < ROUNDS && loop.ready() == CLIENTS; i++) {
				Round round = rounds.run((number) -> publisher.publish(Marker.body(number, 200)));
				lost += round.lost();
				last = round.last();
			}
			return Outcome.of(loop.ready() == CLIENTS && lost == 0, "10,000 connections, nothing lost",
					"-Xmx%dm: %,d clients connected, %d failed, %d dropped, %d of %,d deliveries lost, the last after %.0f ms, "
							+ "resident %d MiB",
					megabytes, loop.ready(), loop.failed(), loop.dropped(), lost, CLIENTS * ROUNDS, last,
					server.stats().residentKib() / 1024);
		}
	}

}
