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

package io.realtimepush.benchmarks.latency;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Times changes on their way to a handler of a client app, next to an echo of as many
 * bytes by bare Netty, and prints a table.
 *
 * @since 0.1.0
 */
public final class Latency {

	private static final int WARM_UP = 20_000;

	private static final int MEASURED = 10_000;

	/** What a change of one flag is on the wire. */
	private static final byte[] CHANGE = "{\"type\":\"delta\",\"epoch\":\"k7f3\",\"from\":1000,\"version\":1001,\"set\":{\"limit\":1000},\"removed\":[]}"
		.getBytes(StandardCharsets.UTF_8);

	private Latency() {
	}

	/**
	 * Measure and print.
	 * @param args transports, all three unless given
	 * @throws InterruptedException if interrupted
	 */
	public static void main(String[] args) throws InterruptedException {
		List<String> transports = (args.length > 0) ? List.of(args) : List.of("websocket", "sse", "long-poll");
		Times echo = echo();
		List<Times> measured = new ArrayList<>(List.of(echo));
		for (String transport : transports) {
			measured.add(change(transport));
		}
		measured.add(echo());
		System.out.println("| from the change to the handler | p50 µs | p99 µs | p50 ÷ echo | p99 ÷ echo |");
		System.out.println("|---|---|---|---|---|");
		measured.forEach((times) -> System.out.println(times.row(echo)));
	}

	private static Times echo() throws InterruptedException {
		try (NettyEcho echo = new NettyEcho(CHANGE.length)) {
			return time("echo by bare Netty", (number) -> echo.run(CHANGE));
		}
	}

	private static Times change(String transport) throws InterruptedException {
		try (ChangeToHandler change = ChangeToHandler.inMemory(transport)) {
			return time(transport, change::run);
		}
	}

	private static Times time(String name, Way way) throws InterruptedException {
		long[] nanos = new long[MEASURED];
		for (int i = -WARM_UP; i < MEASURED; i++) {
			long took = way.run(i);
			if (i >= 0) {
				nanos[i] = took;
			}
		}
		return Times.of(name, nanos);
	}

	private interface Way {

		long run(int number) throws InterruptedException;

	}

}
