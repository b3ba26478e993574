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

import io.realtimepush.benchmarks.load.LoadLoop;
import io.realtimepush.benchmarks.load.Login;
import io.realtimepush.benchmarks.load.Marker;
import io.realtimepush.benchmarks.load.Publisher;
import io.realtimepush.benchmarks.load.Rounds;

/**
 * A change that is sent to very many clients leaves no more garbage than one that is sent
 * to few.
 */
final class Garbage {

	private static final int FEW = 100;

	private static final int MANY = 10_000;

	private static final int ROUNDS = 100;

	private Garbage() {
	}

	static Outcome run() {
		try (FanoutProcess server = FanoutProcess.start(); LoadLoop loop = new LoadLoop()) {
			Login login = server.login();
			Publisher publisher = new Publisher(loop, server.address(), "/publish");
			Rounds rounds = new Rounds(loop, null, Duration.ofMillis(5));
			Clients.open(loop, FEW, (index) -> login);
			allocated(server, rounds, publisher);
			double few = allocated(server, rounds, publisher);
			Clients.open(loop, MANY - FEW, (index) -> login);
			double many = allocated(server, rounds, publisher);
			double perDelivery = (many - few) / (MANY - FEW);
			return Outcome.of(perDelivery < 1, "nothing per client",
					"a change allocates %,.0f bytes with 100 clients and %,.0f with 10,000: %.1f bytes per delivery",
					few, many, perDelivery);
		}
	}

	/** Return how many bytes a change allocates, all that is around it included. */
	private static double allocated(FanoutProcess server, Rounds rounds, Publisher publisher) {
		long before = server.allocated();
		for (int i = 0; i < ROUNDS; i++) {
			rounds.run((number) -> publisher.publish(Marker.body(number, 200)));
		}
		return (double) (server.allocated() - before) / ROUNDS;
	}

}
