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

package io.realtimepush.endtoend;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a client that has nothing to do holds.
 */
class IdleClientTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse", "long-poll", "pull" })
	void idleClientHasOneThread(String transport) {
		InMemoryFlagSource source = new InMemoryFlagSource();
		source.update(FLAG_SET, Map.of("limit", FlagValue.of(1)), Set.of());
		// Cached contexts of other tests may have clients of their own
		Set<Thread> others = Set.copyOf(threads());
		try (PushServer server = PushServer.start(source)) {
			try (TestClient client = TestClient.start(server.port(), transport).awaitLive()) {
				source.set(FLAG_SET, "limit", FlagValue.of(2));
				client.awaitValue("limit", "2");
				assertThat(threads()).filteredOn((thread) -> !others.contains(thread)).hasSize(1);
			}
			PushServer.await(Duration.ofSeconds(20), () -> "there is still " + threads(),
					() -> others.containsAll(threads()));
		}
	}

	private static List<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("realtime-push-client"))
			.toList();
	}

}
