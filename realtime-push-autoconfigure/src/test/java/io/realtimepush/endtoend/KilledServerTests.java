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

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server whose process is killed, and started again on the same port.
 */
class KilledServerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(90);

	private final List<TestClient> clients = new ArrayList<>();

	@TempDir
	private Path directory;

	private ServerProcess server;

	@AfterEach
	void stopAll() {
		this.clients.forEach(TestClient::close);
		this.server.close();
	}

	@Test
	void clientsConvergeWhenTheProcessIsThereAgain() throws IOException {
		Path flags = this.directory.resolve("flags.json");
		ServerProcess.write(flags, 1);
		int port;
		try (ServerSocket free = new ServerSocket(0)) {
			port = free.getLocalPort();
		}
		this.server = ServerProcess.start(port, flags);
		for (String transport : List.of("websocket", "sse", "long-poll", "pull")) {
			this.clients.add(TestClient.start(port, transport));
		}
		awaitAll(1);
		ServerProcess.write(flags, 2);
		awaitAll(2);
		this.server.kill();
		for (TestClient client : this.clients) {
			PushServer.await(TIMEOUT, client::toString, () -> !client.client.status().isLive());
			assertThat(client.value("limit")).isEqualTo("2");
		}
		ServerProcess.write(flags, 3);
		this.server = ServerProcess.start(port, flags);
		awaitAll(3);
		ServerProcess.write(flags, 4);
		awaitAll(4);
		assertThat(this.server.isAlive()).isTrue();
		this.clients.forEach(TestClient::assertOnlyForward);
	}

	private void awaitAll(int limit) {
		String json = Integer.toString(limit);
		PushServer.await(TIMEOUT, () -> json + " has not come to " + this.clients, () -> this.clients.stream()
			.allMatch((client) -> json.equals(client.value("limit")) && client.client.status().isLive()));
	}

}
