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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.session.PushHandler;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests that peers are freed which vanish without a word. The clients run in a network
 * namespace of their own, whose cable is then pulled; that takes Linux, root and
 * iproute2.
 */
class VanishedPeerTests {

	private static final int CLIENTS = 1000;

	private static final Duration HEARTBEAT = Duration.ofSeconds(5);

	/** They are freed within 2.5 heartbeats; the rest is for a machine that is busy. */
	private static final Duration PATIENCE = HEARTBEAT.multipliedBy(5).dividedBy(2).plusSeconds(5);

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private final InMemoryFlagSource source = new InMemoryFlagSource("v");

	private final String namespace = "push" + ProcessHandle.current().pid() % 100_000;

	private PushServer server;

	private Process clients;

	@BeforeEach
	void connectNamespace() throws Exception {
		boolean possible = run("ip", "netns", "add", this.namespace) == 0;
		if (!possible) {
			System.out.println("Vanished peers are not tested: 'ip netns add' needs Linux, root and iproute2");
			assertThat(System.getenv("CI")).as("skipped with CI=true").isNotEqualTo("true");
		}
		assumeThat(possible).isTrue();
		String outer = this.namespace + "a";
		String inner = this.namespace + "b";
		assertThat(run("ip", "link", "add", outer, "type", "veth", "peer", "name", inner)).isZero();
		assertThat(run("ip", "link", "set", inner, "netns", this.namespace)).isZero();
		assertThat(run("ip", "addr", "add", "10.213.7.1/30", "dev", outer)).isZero();
		assertThat(run("ip", "link", "set", outer, "up")).isZero();
		assertThat(run("ip", "netns", "exec", this.namespace, "ip", "addr", "add", "10.213.7.2/30", "dev", inner))
			.isZero();
		assertThat(run("ip", "netns", "exec", this.namespace, "ip", "link", "set", inner, "up")).isZero();
		this.source.update(FLAG_SET, Map.of("ui.count", FlagValue.ofJson("0")), Set.of());
		this.server = PushServer.startAt("0.0.0.0", this.source, "realtime-push.server.heartbeat-interval=5s");
	}

	@AfterEach
	void removeNamespace() throws Exception {
		if (this.clients != null) {
			this.clients.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
		}
		if (this.server != null) {
			this.server.close();
		}
		run("ip", "netns", "del", this.namespace);
		run("ip", "link", "del", this.namespace + "a");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void vanishedPeersAreFreed(boolean withDataInFlight) throws Exception {
		startClients();
		PushServer.await(Duration.ofSeconds(10), () -> "connected: " + this.server.leftovers(),
				() -> this.server.bean(PushHandler.class).sessions().size() == CLIENTS);
		// The server must not learn that its own end lost the carrier: packets just
		// vanish
		assertThat(run("ip", "netns", "exec", this.namespace, "ip", "addr", "flush", "dev", this.namespace + "b"))
			.isZero();
		long vanished = System.nanoTime();
		if (withDataInFlight) {
			this.source.update(FLAG_SET, Map.of("ui.count", FlagValue.ofJson("1")), Set.of());
		}
		PushServer.await(PATIENCE, () -> "left over: " + this.server.leftovers(),
				() -> this.server.leftovers().values().stream().allMatch((count) -> count == 0));
		assertThat(Duration.ofNanos(System.nanoTime() - vanished)).isGreaterThan(Duration.ofSeconds(1));
	}

	private void startClients() throws IOException {
		this.clients = new ProcessBuilder("ip", "netns", "exec", this.namespace,
				ProcessHandle.current().info().command().orElse("java"), "-cp", System.getProperty("java.class.path"),
				Clients.class.getName(), Integer.toString(this.server.port()))
			.redirectErrorStream(true)
			.start();
		BufferedReader output = new BufferedReader(
				new InputStreamReader(this.clients.getInputStream(), StandardCharsets.UTF_8));
		assertThat(output.readLine()).isEqualTo("connected");
	}

	private static int run(String... command) throws InterruptedException {
		try {
			Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
			return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
		}
		catch (IOException ex) {
			return -1;
		}
	}

	/**
	 * The clients, as a process in the namespace.
	 */
	public static final class Clients {

		private Clients() {
		}

		public static void main(String[] args) throws Exception {
			int port = Integer.parseInt(args[0]);
			RawConnection[] connections = new RawConnection[CLIENTS];
			String authorization = "Authorization: Bearer " + PushServer.SERVER_KEY;
			for (int i = 0; i < CLIENTS; i++) {
				RawConnection connection = new RawConnection("10.213.7.1", port, 0);
				connections[i] = connection;
				switch (i % 3) {
					case 0 -> {
						connection.upgrade("/realtime/ws", authorization);
						connection.frame();
						connection.frame();
					}
					case 1 -> {
						connection.get("/realtime/sse", authorization).head();
						connection.chunk();
						connection.chunk();
						connection.chunk();
					}
					default -> {
						connection.get("/realtime/flags", authorization);
						RawConnection.Answer flags = connection.answer();
						String position = (flags != null) ? flags.headers().get("etag").replace("\"", "") : "";
						connection.get("/realtime/poll?wait=60000&position=" + position, authorization);
					}
				}
			}
			System.out.println("connected");
			Thread.currentThread().join();
		}

	}

}
