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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.transport.NettyClientEnvironment;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.SyncMode;
import io.realtimepush.source.memory.InMemoryFlagSource;
import io.realtimepush.transport.TestKeyStore;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page for operators lists the meters that a server has.
 */
class MetricsPageTests {

	private static final Pattern ROW = Pattern.compile("(?m)^\\| `(realtimepush\\.[^`]+)` \\| (\\w+) \\|([^|]*)\\|");

	private static final Pattern TAG = Pattern.compile("`([^`]+)`");

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	@Test
	void tableIsThatOfAServerWithTraffic() throws IOException {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(1)), Set.of());
		try (PushServer server = startWithAll()) {
			haveTraffic(server.port());
			Map<String, String> onPage = onPage();
			PushServer.await(TIMEOUT, () -> meters(server) + " in place of " + onPage,
					() -> meters(server).keySet().containsAll(onPage.keySet()));
			assertThat(meters(server)).isEqualTo(onPage);
		}
	}

	private PushServer startWithAll() {
		return PushServer.start((beans) -> {
			beans.registerBean(FlagSource.class, () -> this.source);
			beans.registerBean(MeterRegistry.class, SimpleMeterRegistry::new);
			beans.registerBean(Handler.class, Handler::new);
		}, "realtime-push.featureprobe.enabled=true", "realtime-push.server.http3.enabled=true",
				"spring.ssl.bundle.jks.loopback.keystore.location=file:" + TestKeyStore.path(),
				"spring.ssl.bundle.jks.loopback.keystore.password=" + TestKeyStore.PASSWORD,
				"server.ssl.bundle=loopback");
	}

	/** A login, a change and its acknowledgement, an end, and a refusal. */
	private void haveTraffic(int port) {
		NettyClientEnvironment.Settings environment = Http3ClientTests.Http3Server.environment("websocket");
		try (TestClient client = TestClient.start(port, environment,
				(settings) -> TestClient.settings(Http3ClientTests.Http3Server.endpoint(port)))) {
			client.awaitLive().awaitValue("limit", "1");
			this.source.set(FLAG_SET, "limit", FlagValue.of(2));
			client.awaitValue("limit", "2");
		}
		try (TestClient refused = TestClient.start(port, environment, (settings) -> TestClient
			.settings("sdk-unknown-0123456789abcdef", SyncMode.DELTA, Http3ClientTests.Http3Server.endpoint(port)))) {
			refused.awaitState(State.CLOSED);
		}
	}

	/** Type and tags by name. */
	private static Map<String, String> meters(PushServer server) {
		Map<String, Set<String>> tags = new TreeMap<>();
		Map<String, Meter.Type> types = new TreeMap<>();
		List<Meter> meters = server.bean(MeterRegistry.class).getMeters();
		meters.stream().filter((meter) -> meter.getId().getName().startsWith("realtimepush.")).forEach((meter) -> {
			Meter.Id id = meter.getId();
			types.put(id.getName(), id.getType());
			Set<String> known = tags.computeIfAbsent(id.getName(), (name) -> new TreeSet<>());
			id.getTags().stream().map(Tag::getKey).forEach(known::add);
		});
		Map<String, String> described = new TreeMap<>();
		types.forEach((name, type) -> described.put(name, typeName(type) + " " + tags.get(name)));
		return described;
	}

	private static String typeName(Meter.Type type) {
		return switch (type) {
			case GAUGE -> "gauge";
			case COUNTER -> "counter";
			case TIMER -> "timer";
			case DISTRIBUTION_SUMMARY -> "summary";
			default -> type.name();
		};
	}

	private static Map<String, String> onPage() throws IOException {
		return ROW.matcher(Files.readString(Path.of("..", "docs", "operations.md")))
			.results()
			.collect(Collectors.toMap((row) -> row.group(1), (row) -> row.group(2) + " " + tags(row.group(3)),
					(one, other) -> one + " and " + other, TreeMap::new));
	}

	private static Set<String> tags(String cell) {
		return TAG.matcher(cell)
			.results()
			.map((MatchResult tag) -> tag.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	static class Handler {

		@OnFlagUpdate(flags = "limit", initial = true)
		void limit(int limit) {
		}

	}

}
