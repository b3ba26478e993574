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

package io.realtimepush.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * What Linux counts of TCP on this machine.
 */
final class TcpStatistics {

	private static final Path COUNTERS = Path.of("/proc/net/netstat");

	private static final String GROUP = "TcpExt:";

	private TcpStatistics() {
	}

	/**
	 * Return how many packets with data were sent since the machine has started, all
	 * programs together and nothing counted twice.
	 * @return the number of packets
	 */
	static long dataPacketsSent() {
		try {
			Iterator<String> lines = Files.readAllLines(COUNTERS, StandardCharsets.US_ASCII)
				.stream()
				.filter((line) -> line.startsWith(GROUP))
				.iterator();
			List<String> names = Arrays.asList(lines.next().split(" "));
			return Long.parseLong(lines.next().split(" ")[names.indexOf("TCPOrigDataSent")]);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
