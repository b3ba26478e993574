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

package io.realtimepush.protocol;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MessageWriter}, with the text of every message.
 */
class MessageWriterTests {

	private static final FlagPosition POSITION = new FlagPosition("k7f3", 42);

	@ParameterizedTest
	@MethodSource("messages")
	void messageIsWrittenAsAgreed(ServerMessage message, String json) {
		assertThat(write(message)).isEqualTo(json);
	}

	static Stream<Arguments> messages() {
		FlagSnapshot snapshot = new FlagSnapshot(FlagSetId.of("shop/production"), POSITION,
				FlagSet.of(Map.of("limit", FlagValue.of(7))));
		FlagSnapshot empty = new FlagSnapshot(FlagSetId.of("shop/production"), POSITION, FlagSet.empty());
		FlagDelta delta = new FlagDelta(POSITION, 44, Map.of("limit", FlagValue.NULL), Set.of("ui.dark"));
		FlagDelta hidden = new FlagDelta(POSITION, 44, Map.of(), Set.of());
		return Stream.of(Arguments.of(new ServerMessage.Welcome("s1", 25_000, SyncMode.DELTA, null, null), """
				{"type":"welcome","protocol":1,"session":"s1","heartbeat":25000,"mode":"delta","resumed":false}"""),
				Arguments.of(new ServerMessage.Welcome("s1", 5_000, SyncMode.NOTIFY, POSITION, "ui"),
						"""
								{"type":"welcome","sub":"ui","protocol":1,"session":"s1","heartbeat":5000,"mode":"notify","resumed":true}"""),
				Arguments.of(new ServerMessage.Snapshot(snapshot, false, null), """
						{"type":"snapshot","epoch":"k7f3","version":42,"flags":{"limit":7}}"""),
				Arguments.of(new ServerMessage.Snapshot(empty, true, "ui"), """
						{"type":"snapshot","sub":"ui","epoch":"k7f3","version":42,"reset":true,"flags":{}}"""),
				Arguments.of(new ServerMessage.Delta(delta, null),
						"""
								{"type":"delta","epoch":"k7f3","from":42,"version":44,"set":{"limit":null},"removed":["ui.dark"]}"""),
				Arguments.of(new ServerMessage.Delta(hidden, "ui"), """
						{"type":"delta","sub":"ui","epoch":"k7f3","from":42,"version":44,"set":{},"removed":[]}"""),
				Arguments.of(new ServerMessage.Version(POSITION, null), """
						{"type":"version","epoch":"k7f3","version":42}"""),
				Arguments.of(new ServerMessage.Heartbeat(POSITION, "ui"), """
						{"type":"heartbeat","sub":"ui","epoch":"k7f3","version":42}"""),
				Arguments.of(new ServerMessage.GoAway(CloseReason.DRAINING, 1500), """
						{"type":"goaway","reason":"draining","retryAfter":1500}"""),
				Arguments.of(new ServerMessage.Closed(CloseReason.DRAINING, null), """
						{"type":"closed","code":4503,"reason":"server is draining","retry":true}"""),
				Arguments.of(new ServerMessage.Closed(CloseReason.NORMAL, "ui"), """
						{"type":"closed","sub":"ui","code":1000,"reason":"closed by the client","retry":false}"""),
				Arguments.of(new ServerMessage.Error("unknown_sub", "there is \"none\"", false, "ui"),
						"""
								{"type":"error","sub":"ui","code":"unknown_sub","message":"there is \\"none\\"","retry":false}"""),
				Arguments.of(new ServerMessage.Response("r1", FlagValue.ofJson("[1.50]"), null), """
						{"type":"response","id":"r1","payload":[1.50]}"""),
				Arguments.of(
						new ServerMessage.Response("r1", FlagValue.NULL,
								new ServerMessage.RequestError("unknown_method", "there is no method 'a'")),
						"""
								{"type":"response","id":"r1","error":{"code":"unknown_method","message":"there is no method 'a'"}}"""),
				Arguments.of(new ServerMessage.Notification("prices", FlagValue.of(7), "ui"), """
						{"type":"notification","sub":"ui","method":"prices","payload":7}"""),
				Arguments.of(new ServerMessage.Auth(60_000), """
						{"type":"auth","expiresIn":60000}"""), Arguments.of(new ServerMessage.Unknown("dance"), """
						{"type":"dance"}"""), Arguments.of(new ServerMessage.Pong(FlagValue.ofJson("{\"a\":1}")), """
						{"type":"pong","t":{"a":1}}"""));
	}

	@Test
	void everyMessageHasAnExample() {
		Set<Class<?>> shown = new HashSet<>();
		messages().forEach((arguments) -> shown.add(arguments.get()[0].getClass()));
		assertThat(shown).containsExactlyInAnyOrder(ServerMessage.class.getPermittedSubclasses());
	}

	@Test
	void numbersKeepTheirText() {
		Map<String, FlagValue> flags = new LinkedHashMap<>();
		List<String> numbers = List.of("1", "1.0", "1.50", "-0", "1e3", "1E+3", "9007199254740993",
				"0.1000000000000000055511151231257827", "123456789012345678901234567890");
		numbers.forEach((number) -> flags.put("n" + flags.size(), FlagValue.ofJson(number)));
		String json = write(new ServerMessage.Snapshot(
				new FlagSnapshot(FlagSetId.of("shop/production"), POSITION, FlagSet.of(flags)), false, null));
		for (int i = 0; i < numbers.size(); i++) {
			assertThat(json).containsPattern("\"n" + i + "\":" + Pattern.quote(numbers.get(i)) + "[,}]");
		}
	}

	@Test
	void anyKeyAndTextSurvivesOnOneLine() {
		String key = "größe \"😀\\ \u2028";
		String text = "line\nfeed \r \u2028 \u2029 \t \u0000 </script> 😀";
		FlagSnapshot snapshot = new FlagSnapshot(FlagSetId.of("shop/production"), POSITION,
				FlagSet.of(Map.of(key, FlagValue.of(text))));
		String json = write(new ServerMessage.Snapshot(snapshot, false, null));
		assertThat(json).doesNotContain("\n", "\r");
		JsonNode flags = new JsonMapper().readTree(json).get("flags");
		assertThat(flags.get(key).stringValue()).isEqualTo(text);
	}

	@Test
	void problemHasTheCodeOfTheProtocol() {
		assertThat(new String(MessageWriter.writeProblem(CloseReason.TOO_MANY, "too many"), StandardCharsets.UTF_8))
			.isEqualTo("""
					{"type":"about:blank","title":"too many connections or messages","status":429,\
					"detail":"too many","code":"too_many","retry":true}""");
	}

	@Test
	void closeFrameHoldsTheTextOfEachReason() {
		for (CloseReason reason : CloseReason.values()) {
			assertThat(reason.text().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(123);
		}
	}

	private static String write(ServerMessage message) {
		return new String(MessageWriter.write(message), StandardCharsets.UTF_8);
	}

}
