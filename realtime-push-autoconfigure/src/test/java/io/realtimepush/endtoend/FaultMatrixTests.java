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
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.realtimepush.client.ClientSettings;
import io.realtimepush.client.ClientSettings.Timeouts;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.NameResolver;
import io.realtimepush.client.transport.NettyClientEnvironment;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.session.PushHandler;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients of a real server, one over each transport, while something is wrong with the
 * server or on the way to it. Whatever it is, afterwards they have the newest flag set,
 * over one connection each, and have applied nothing twice or backwards.
 * <p>
 * The times to recover are written to {@code target/fault-matrix.md}.
 */
class FaultMatrixTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final List<String> TRANSPORTS = List.of("websocket", "sse", "long-poll");

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Map<String, List<Long>> TABLE = new TreeMap<>();

	private final InMemoryFlagSource source = new InMemoryFlagSource("v");

	private final Map<String, FaultyProxy> proxies = new LinkedHashMap<>();

	private final List<TestClient> clients = new ArrayList<>();

	private PushServer server;

	private int port;

	private int value = 1;

	@BeforeEach
	void startServer() {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(this.value)), Set.of());
		this.server = PushServer.start(this.source);
		this.port = this.server.port();
		TRANSPORTS.forEach((transport) -> this.proxies.put(transport, FaultyProxy.start(this.port)));
	}

	@AfterEach
	void stopAll() {
		this.clients.forEach(TestClient::close);
		this.proxies.values().forEach(FaultyProxy::close);
		this.server.close();
	}

	@AfterAll
	static void writeTable() throws IOException {
		StringBuilder table = new StringBuilder(
				"| fault | WebSocket ms | SSE ms | long-poll ms |\n|---|---|---|---|\n");
		TABLE.forEach((fault, times) -> table.append("| ")
			.append(fault)
			.append(" | ")
			.append(times.stream().map(String::valueOf).collect(Collectors.joining(" | ")))
			.append(" |\n"));
		Files.writeString(Path.of("target", "fault-matrix.md"), table);
	}

	static Stream<Fault> faults() {
		return Stream.of(
				new Fault("server stopped during a burst and started again", FaultMatrixTests::stopServer,
						FaultMatrixTests::startServerAgain, true),
				new Fault("server killed and started again", FaultMatrixTests::killServer,
						FaultMatrixTests::startServerAgain, true),
				Fault.of("port closed", FaultyProxy::closePort, true),
				// A client between two polls does not notice
				Fault.of("connections reset", FaultyProxy::reset, false),
				Fault.of("black hole", FaultyProxy::blackHole, true), Fault.of("half-open", FaultyProxy::mute, true),
				Fault.of("30 % of bytes delayed", (proxy) -> proxy.delay(0.3), false),
				Fault.of("401 of a proxy", (proxy) -> proxy.answer("401 Unauthorized", "", "<html>log in</html>"),
						true),
				Fault.of("429 with Retry-After",
						(proxy) -> proxy.answer("429 Too Many Requests", "Retry-After: 1\r\n", "slow down"), true),
				Fault.of("503", (proxy) -> proxy.answer("503 Service Unavailable", "", "<html>later</html>"), true),
				Fault.of("bad JSON", (proxy) -> proxy.answer("200 OK", "", "{\"type\":"), true));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void clientMissesNothing(Fault fault) {
		TRANSPORTS.forEach((transport) -> this.clients.add(start(transport)));
		this.clients.forEach(TestClient::awaitLive);
		Thread burst = burst();
		fault.begins().accept(this);
		if (fault.isNoticed()) {
			this.clients.forEach((client) -> client
				.await(() -> List.copyOf(client.events).stream().anyMatch((event) -> event.startsWith("ended over"))));
		}
		join(burst);
		change(5);
		fault.ends().accept(this);
		TABLE.put(fault.name(), timesToRecover());
		change(5);
		timesToRecover();
		this.clients.forEach(TestClient::assertOnlyForward);
		PushServer.await(TIMEOUT, () -> "connections: " + connections(), () -> connections() <= TRANSPORTS.size());
	}

	@Test
	void refusedUpgradeIsFollowedByTheNextTransport() {
		FaultyProxy proxy = this.proxies.get("websocket");
		proxy.refuseUpgrades();
		TestClient client = start(proxy.port(), UnaryOperator.identity(), "websocket", "sse");
		client.awaitLive();
		assertThat(client.client.status().transport()).isEqualTo("sse");
		assertThat(proxy.refused()).isEqualTo(1);
		change(1);
		timesToRecover();
	}

	@Test
	void betterTransportIsTakenWhenItWorksAgain() {
		FaultyProxy proxy = this.proxies.get("websocket");
		proxy.refuseUpgrades();
		TestClient client = start(proxy.port(), (settings) -> with(settings, Duration.ofSeconds(1)), "websocket",
				"sse");
		client.awaitLive();
		assertThat(client.client.status().transport()).isEqualTo("sse");
		proxy.heal();
		client.await(() -> "websocket".equals(client.client.status().transport())
				&& client.client.status().state() == State.LIVE);
		change(5);
		timesToRecover();
		client.assertOnlyForward();
		PushServer.await(TIMEOUT, () -> "connections: " + connections(), () -> connections() == 1);
	}

	@Test
	void streamThatIsHeldBackIsFollowedByTheNextTransport() {
		FaultyProxy proxy = this.proxies.get("sse");
		proxy.holdBackStreams();
		TestClient client = start(proxy.port(), UnaryOperator.identity(), "sse", "long-poll");
		client.awaitLive();
		assertThat(client.client.status().transport()).isEqualTo("long-poll");
		change(5);
		timesToRecover();
		client.assertOnlyForward();
	}

	@Test
	void namesAreLookedUpUntilTheyAreFound() {
		AtomicBoolean works = new AtomicBoolean();
		InetAddress loopback = InetAddress.getLoopbackAddress();
		NameResolver resolver = (host, family) -> works.get() ? Mono.just(List.of(loopback))
				: Mono.error(new UnknownHostException(host));
		NettyClientEnvironment.Settings defaults = NettyClientEnvironment.Settings.DEFAULT;
		TestClient client = TestClient.start(this.proxies.get("sse").port(),
				new NettyClientEnvironment.Settings(resolver, List.of(), null, defaults.tls(),
						defaults.connectTimeout(), defaults.maxMessageSize(), List.of("sse"), defaults.pullInterval(),
						defaults.http3Timeout(), defaults.encoding()),
				UnaryOperator.identity());
		this.clients.add(client);
		client.await(() -> List.copyOf(client.events)
			.stream()
			.filter((event) -> event.contains("failed: unreachable"))
			.count() > 1);
		works.set(true);
		client.awaitLive();
		timesToRecover();
	}

	private TestClient start(String transport) {
		return TestClient.start(this.proxies.get(transport).port(), transport);
	}

	private TestClient start(int port, UnaryOperator<ClientSettings> customizer, String... transports) {
		TestClient client = TestClient.start(port, NettyClientEnvironment.Settings.DEFAULT.withTransports(transports),
				(settings) -> customizer.apply(impatient(settings)));
		this.clients.add(client);
		return client;
	}

	private static ClientSettings impatient(ClientSettings settings) {
		Duration timeout = Duration.ofSeconds(2);
		return new ClientSettings(settings.endpoints(), settings.subscriptions(), settings.labels(),
				settings.heartbeat(), settings.addressFamily(), new Timeouts(timeout, timeout, timeout, timeout),
				settings.firstBackOff(), settings.longestBackOff(), settings.stableAfter(),
				settings.retryTransportAfter(), settings.ackInterval(), settings.requestTimeout(),
				settings.maxRequests());
	}

	private static ClientSettings with(ClientSettings settings, Duration retryTransportAfter) {
		return new ClientSettings(settings.endpoints(), settings.subscriptions(), settings.labels(),
				settings.heartbeat(), settings.addressFamily(), settings.timeouts(), settings.firstBackOff(),
				settings.longestBackOff(), settings.stableAfter(), retryTransportAfter, settings.ackInterval(),
				settings.requestTimeout(), settings.maxRequests());
	}

	private int connections() {
		return this.server.bean(PushHandler.class).connections();
	}

	private void stopServer() {
		this.server.close();
	}

	private void killServer() {
		this.proxies.values().forEach(FaultyProxy::closePort);
		this.server.close();
	}

	private void startServerAgain() {
		this.server = PushServer.start(this.source, "server.port=" + this.port);
		this.proxies.values().forEach(FaultyProxy::heal);
	}

	/** Change the flag many times while something goes wrong. */
	private Thread burst() {
		Thread burst = new Thread(() -> change(200), "burst");
		burst.start();
		return burst;
	}

	private static void join(Thread burst) {
		try {
			burst.join(TIMEOUT.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		assertThat(burst.isAlive()).isFalse();
	}

	private synchronized void change(int times) {
		for (int i = 0; i < times; i++) {
			this.source.set(FLAG_SET, "limit", FlagValue.of(++this.value));
			this.source.set(FLAG_SET, "noise", FlagValue.of(ThreadLocalRandom.current().nextInt()));
		}
	}

	/** Wait until all have what the server has. */
	private List<Long> timesToRecover() {
		long since = System.nanoTime();
		String newest = Integer.toString(this.value);
		Map<TestClient, Long> times = new LinkedHashMap<>();
		PushServer.await(TIMEOUT, () -> newest + " has not come to " + this.clients, () -> {
			for (TestClient client : this.clients) {
				if (newest.equals(client.value("limit")) && client.client.status().state() == State.LIVE) {
					times.putIfAbsent(client, (System.nanoTime() - since) / 1_000_000);
				}
			}
			return times.size() == this.clients.size();
		});
		return this.clients.stream().map(times::get).toList();
	}

	/**
	 * Something that goes wrong for a while.
	 *
	 * @param name what it is
	 * @param begins begins it
	 * @param ends ends it
	 * @param isNoticed whether it ends connections
	 */
	record Fault(String name, Consumer<FaultMatrixTests> begins, Consumer<FaultMatrixTests> ends, boolean isNoticed) {

		static Fault of(String name, Consumer<FaultyProxy> begins, boolean isNoticed) {
			return new Fault(name, (test) -> test.proxies.values().forEach(begins),
					(test) -> test.proxies.values().forEach(FaultyProxy::heal), isNoticed);
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
