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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PushServer} with input that no honest client sends. A healthy client
 * is connected all along and must go on as if nothing were.
 */
class HostileInputTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final InMemoryFlagSource SOURCE = new InMemoryFlagSource("h");

	private static CapturedLog log;

	private static PushServer server;

	private static RawConnection healthy;

	private static int changes;

	@BeforeAll
	static void connectHealthyClient() throws IOException {
		SOURCE.update(FLAG_SET, Map.of("ui.count", FlagValue.ofJson("0")), Set.of());
		server = PushServer.start(SOURCE, "realtime-push.server.limits.max-failed-logins=0",
				"realtime-push.server.heartbeat-interval=5s");
		log = CapturedLog.open();
		healthy = new RawConnection(server.port()).upgrade("/realtime/ws", HostileInputs.AUTHORIZATION);
		readUntil("\"type\":\"snapshot\"");
	}

	static Stream<HostileInput> inputs() {
		return HostileInputs.all();
	}

	@Test
	void thereAreEnoughInputs() {
		List<String> names = inputs().map(HostileInput::toString).toList();
		assertThat(names).hasSizeGreaterThanOrEqualTo(200).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@MethodSource("inputs")
	void inputIsAnsweredAndHarmsNobody(HostileInput input) throws IOException {
		log.clear();
		input.send(server.port());
		int value = ++changes;
		SOURCE.update(FLAG_SET, Map.of("ui.count", FlagValue.ofJson(Integer.toString(value))), Set.of());
		readUntil("\"ui.count\":" + value);
		log.assertClean();
	}

	private static void readUntil(String part) throws IOException {
		RawConnection.Frame frame;
		do {
			frame = healthy.frame();
			assertThat(frame).as("the healthy client was disconnected").isNotNull();
		}
		while (!frame.text().contains(part));
	}

	@AfterAll
	static void everythingIsLetGo() throws IOException {
		healthy.close();
		server.awaitNobody(Duration.ofSeconds(20));
		server.close();
		log.assertClean();
		log.stop();
	}

}
