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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TcpStatistics}.
 */
@EnabledOnOs(OS.LINUX)
class TcpStatisticsTests {

	private static final int WRITES = 20;

	@Test
	void countsWhatIsSent() throws IOException {
		InetAddress address = InetAddress.getLoopbackAddress();
		try (ServerSocket server = new ServerSocket(0, 1, address);
				Socket client = new Socket(address, server.getLocalPort());
				Socket accepted = server.accept()) {
			long before = TcpStatistics.dataPacketsSent();
			for (int i = 0; i < WRITES; i++) {
				client.getOutputStream().write(i);
				assertThat(accepted.getInputStream().read()).isEqualTo(i);
			}
			assertThat(TcpStatistics.dataPacketsSent() - before).isGreaterThanOrEqualTo(WRITES);
		}
	}

}
