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

package io.realtimepush.transport.http;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ConnectionAdvice}.
 */
class ConnectionAdviceTests {

	private static final List<String> TRANSPORTS = List.of("websocket", "sse", "long-poll");

	private static ConnectionAdvice advice(Map<String, Double> shares) {
		return new ConnectionAdvice(TRANSPORTS, shares, List.of(), null, null);
	}

	@Test
	void withoutSharesAllAreToldTheOrder() {
		assertThat(advice(Map.of()).transportsFor(null)).isEqualTo(TRANSPORTS);
		assertThat(advice(Map.of()).transportsFor("a-process-0123456789")).isEqualTo(TRANSPORTS);
	}

	@Test
	void shareOfProcessesIsToldAnotherTransportFirst() {
		ConnectionAdvice advice = advice(Map.of("sse", 0.1));
		long first = IntStream.range(0, 10_000)
			.filter((i) -> advice.transportsFor("process-" + i).get(0).equals("sse"))
			.count();
		assertThat(first).isBetween(900L, 1100L);
	}

	@Test
	void processIsAlwaysToldTheSame() {
		ConnectionAdvice advice = advice(Map.of("long-poll", 0.5));
		List<String> told = advice.transportsFor("a-process-0123456789");
		assertThat(IntStream.range(0, 100).mapToObj((i) -> advice.transportsFor("a-process-0123456789")))
			.containsOnly(told);
		assertThat(told).containsExactlyInAnyOrderElementsOf(TRANSPORTS);
	}

	@Test
	void wholeShareIsEverybody() {
		assertThat(advice(Map.of("long-poll", 1.0)).transportsFor(null)).containsExactly("long-poll", "websocket",
				"sse");
	}

	@Test
	void sharesMustFit() {
		assertThatIllegalArgumentException().isThrownBy(() -> advice(Map.of("sse", 0.6, "long-poll", 0.6)))
			.withMessage("shares of transports must not be more than 1 together");
		assertThatIllegalArgumentException().isThrownBy(() -> advice(Map.of("quic", 0.1)))
			.withMessage("only transports that are advised can have a share");
	}

}
