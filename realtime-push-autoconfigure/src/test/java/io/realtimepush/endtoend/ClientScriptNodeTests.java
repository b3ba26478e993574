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

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.session.PushSessions;
import io.realtimepush.session.SessionSelector;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The JavaScript client in Node and under the interface of mini programs, and its types.
 */
@ExtendWith(NodeCondition.class)
class ClientScriptNodeTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final Path SCRIPTS = Path.of("src", "test", "node", "client");

	private static final Path SOURCES = Path.of("src", "main", "javascript");

	/** There without it from Node 22 on. */
	private static final String WITH_WEB_SOCKET = "--experimental-websocket";

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final InMemoryFlagSource SOURCE = new InMemoryFlagSource();

	private static PushServer server;

	@BeforeAll
	static void start() {
		SOURCE.update(FLAG_SET, Map.of("secret", FlagValue.TRUE), Set.of());
		server = PushServer.start(SOURCE, new RelayTests.Doubling());
	}

	@AfterAll
	static void stop() {
		if (server != null) {
			server.close();
		}
	}

	@BeforeEach
	void reset() {
		SOURCE.update(FLAG_SET, Map.of("ui.a", FlagValue.of(1)), Set.of("ui.ask", "ui.stop", "ui.offline"));
	}

	private static String url() {
		return "http://127.0.0.1:" + server.port() + "/realtime";
	}

	private static void change(String key, String json) {
		SOURCE.set(FLAG_SET, key, FlagValue.ofJson(json));
	}

	@Test
	void nodeWithoutWebSocketHasEvents() throws Exception {
		try (NodeSdk node = NodeSdk.start(SCRIPTS, List.of("node.mjs", url(), PushServer.CLIENT_KEY))) {
			node.await("ready true");
			assertGoesThroughItsLife(node, "sse");
			assertThat(node.lines()).doesNotContain("live websocket");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "long-poll" })
	void nodeHasTheOtherTransports(String transport) throws Exception {
		try (NodeSdk node = NodeSdk.start(SCRIPTS,
				List.of(WITH_WEB_SOCKET, "node.mjs", url(), PushServer.CLIENT_KEY, transport))) {
			node.await("ready true");
			if (transport.equals("websocket")) {
				PushServer.await(TIMEOUT, () -> "nobody is told",
						() -> server.bean(PushSessions.class).notify(SessionSelector.all(), "sold-out", "book") > 0);
				node.await("sold out book");
			}
			assertGoesThroughItsLife(node, transport);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "long-poll" })
	void miniProgramHasSocketsAndRequests(String transport) throws Exception {
		List<String> blocked = transport.equals("websocket") ? List.of() : List.of("blocked");
		List<String> arguments = List.of(WITH_WEB_SOCKET, "wx.mjs", url(), PushServer.CLIENT_KEY,
				SOURCES.toAbsolutePath().toString());
		try (NodeSdk node = NodeSdk.start(SCRIPTS, concat(arguments, blocked))) {
			node.await("live " + transport);
			change("ui.offline", "true");
			node.await("offline");
			assertGoesThroughItsLife(node, transport);
			assertThat(node.lines()).contains("stored true");
		}
	}

	private static List<String> concat(List<String> first, List<String> second) {
		return Stream.concat(first.stream(), second.stream()).toList();
	}

	private static void assertGoesThroughItsLife(NodeSdk node, String transport) {
		node.await("live " + transport);
		change("ui.a", "2");
		change("ui.ask", "21");
		node.await("answer 42");
		change("ui.stop", "true");
		node.await("closed ");
		node.awaitEnd();
		assertThat(node.lines()).filteredOn((line) -> line.startsWith("snapshot"))
			.containsExactly("snapshot {\"ui.a\":1}");
		assertThat(node.lines()).anyMatch(
				(line) -> line.startsWith("delta {\"ui.a\":2,") && line.endsWith(",\"ui.ask\":21,\"ui.stop\":true}"));
	}

	@Test
	void typesAreThoseOfTheClient() throws Exception {
		Path installed = Path.of("target", "client-types");
		NodeSdk.install(SCRIPTS, installed);
		try (NodeSdk compiler = NodeSdk.start(installed, List.of("node_modules/typescript/bin/tsc", "-p", "."))) {
			compiler.awaitEnd();
		}
	}

	@Test
	void packageIsOfTheVersionOfTheProject() throws Exception {
		String version = Files.readString(Path.of("pom.xml")).replaceAll("(?s).*?<version>([^<]+)</version>.*", "$1");
		assertThat(Files.readString(SOURCES.resolve("package.json"))).contains("\"version\": \"" + version + "\"");
		assertThat(Files.readString(SOURCES.resolve("client.js")))
			.contains("\"js/" + version.replace("-SNAPSHOT", "") + "\"");
	}

}
