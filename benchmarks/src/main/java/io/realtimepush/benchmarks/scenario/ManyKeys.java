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
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

import io.realtimepush.benchmarks.load.LoadLoop;
import io.realtimepush.benchmarks.load.Login;
import io.realtimepush.benchmarks.load.Marker;
import io.realtimepush.benchmarks.load.Median;
import io.realtimepush.benchmarks.load.Publisher;
import io.realtimepush.benchmarks.load.Round;
import io.realtimepush.benchmarks.load.Rounds;

/**
 * Many SDK keys with few clients each, one change for each key, cost not much more than
 * as many deliveries of one change. Both are measured on one server, in turn.
 */
final class ManyKeys {

	private static final int KEYS = 1000;

	private static final int CLIENTS = 10_000;

	private static final int PASSES = 3;

	private static final int WARM_UP = 60;

	private static final int ROUNDS = 15;

	private static final int SIZE = 200;

	private static final double GOAL = 1.3;

	private ManyKeys() {
	}

	static Outcome run() {
		try (FanoutProcess server = FanoutProcess.start("--bench.keys=" + KEYS); LoadLoop loop = new LoadLoop()) {
			Login login = server.login();
			Rounds rounds = new Rounds(loop, server.stats(), Duration.ofMillis(50));
			List<Round> one = new ArrayList<>();
			List<Round> many = new ArrayList<>();
			for (int i = 0; i < PASSES; i++) {
				one.addAll(pass(loop, rounds, "/publish", (index) -> login));
				many.addAll(pass(loop, rounds, "/publish-all",
						(index) -> login.withKey(FanoutProcess.KEY + "-" + index % KEYS)));
			}
			double ratio = Median.of(many, Round::cpuMicros) / Median.of(one, Round::cpuMicros);
			return Outcome.of(ratio <= GOAL, "within 1.3 ×",
					"%.2f µs of CPU per delivery for 1,000 keys × 10 clients and %.2f for 1 key × 10,000 (× %.2f), "
							+ "the last one after %.0f and %.0f ms",
					Median.of(many, Round::cpuMicros), Median.of(one, Round::cpuMicros), ratio,
					Median.of(many, Round::last), Median.of(one, Round::last));
		}
	}

	private static List<Round> pass(LoadLoop loop, Rounds rounds, String path, IntFunction<Login> logins) {
		Clients.open(loop, CLIENTS, logins);
		List<Round> measured = new ArrayList<>();
		try (Publisher publisher = new Publisher(loop, logins.apply(0).server(), path)) {
			for (int i = 0; i < WARM_UP + ROUNDS; i++) {
				Round round = rounds.run((number) -> publisher.publish(Marker.body(number, SIZE)));
				if (round.lost() > 0) {
					throw new IllegalStateException(round.lost() + " deliveries were lost");
				}
				if (i >= WARM_UP) {
					measured.add(round);
				}
			}
		}
		loop.closeClients();
		loop.pumpFor(Duration.ofSeconds(1));
		return measured;
	}

}
