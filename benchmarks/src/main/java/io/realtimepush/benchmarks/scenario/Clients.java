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
import java.util.function.IntFunction;

import io.realtimepush.benchmarks.load.Client;
import io.realtimepush.benchmarks.load.LoadLoop;
import io.realtimepush.benchmarks.load.Login;
import io.realtimepush.benchmarks.load.WebSocketClient;

/**
 * What scenarios do with clients.
 */
final class Clients {

	static final int CONNECTS_PER_SECOND = 2500;

	private static final Duration SETTLE = Duration.ofSeconds(1);

	private Clients() {
	}

	/** Open clients, all of which must be let in, and let them settle. */
	static List<WebSocketClient> open(LoadLoop loop, int count, IntFunction<Login> logins) {
		int before = loop.ready();
		List<Client> opened = loop.open(count, logins, CONNECTS_PER_SECOND);
		loop.pumpFor(SETTLE);
		requireClean(loop, before + count);
		return opened.stream().map(WebSocketClient.class::cast).toList();
	}

	static void requireClean(LoadLoop loop, int ready) {
		if (loop.ready() != ready || loop.failed() + loop.dropped() > 0) {
			throw new IllegalStateException("%d clients expected, but %d are there, %d failed, %d were dropped: %s"
				.formatted(ready, loop.ready(), loop.failed(), loop.dropped(), loop.firstFault()));
		}
	}

}
