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

import io.realtimepush.benchmarks.load.LoadLoop;
import io.realtimepush.benchmarks.load.Login;
import io.realtimepush.benchmarks.load.Marker;
import io.realtimepush.benchmarks.load.Median;
import io.realtimepush.benchmarks.load.Publisher;
import io.realtimepush.benchmarks.load.Round;
import io.realtimepush.benchmarks.load.Rounds;

/**
 * A change of one flag among very many costs what a change of one among few does, and
 * nothing is read whole for it. Both servers run at the same time and take turns, so that
 * what disturbs hits both.
 */
final class ChangeCost {

	private static final int CLIENTS = 5000;

	private static final int WARM_UP = 60;

	private static final int ROUNDS = 60;

	private static final int SIZE = 200;

	private static final double TOLERANCE = 0.1;

	private ChangeCost() {
	}

	static Outcome run() {
		try (Side few = new Side(10); Side many = new Side(10_000)) {
			take(few, many, WARM_UP);
			double fetches = many.fetches();
			few.rounds.clear();
			many.rounds.clear();
			take(few, many, ROUNDS);
			fetches = many.fetches() - fetches;
			double ratio = many.cpuMicros() / few.cpuMicros();
			return Outcome.of(Math.abs(ratio - 1) <= TOLERANCE && fetches == 0,
					"within 10 %, and no flag set is read whole",
					"%.2f µs of CPU per delivery with 10,000 flags and %.2f with 10 (× %.2f), %.0f flag sets read whole",
					many.cpuMicros(), few.cpuMicros(), ratio, fetches);
		}
	}

	private static void take(Side few, Side many, int rounds) {
		for (int i = 0; i < rounds; i++) {
			few.round();
			many.round();
		}
	}

	/**
	 * A server, its clients, and what was measured.
	 */
	private static final class Side implements AutoCloseable {

		private final FanoutProcess server;

		private final LoadLoop loop = new LoadLoop();

		private final Publisher publisher;

		private final Rounds publications;

		private final List<Round> rounds = new ArrayList<>();

		Side(int flags) {
			this.server = FanoutProcess.start("--bench.flags=" + flags);
			this.publisher = new Publisher(this.loop, this.server.address(), "/publish");
			this.publications = new Rounds(this.loop, this.server.stats(), Duration.ofMillis(25));
			Login login = this.server.loginAtPresent();
			Clients.open(this.loop, CLIENTS, (index) -> login);
		}

		void round() {
			Round round = this.publications.run((number) -> this.publisher.publish(Marker.body(number, SIZE)));
			if (round.lost() > 0) {
				throw new IllegalStateException(round.lost() + " deliveries were lost");
			}
			this.rounds.add(round);
		}

		double cpuMicros() {
			return Median.of(this.rounds, Round::cpuMicros);
		}

		double fetches() {
			return this.server.meter("realtimepush.source.fetch", "kind:snapshot");
		}

		@Override
		public void close() {
			this.loop.close();
			this.server.close();
		}

	}

}
