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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagValue;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ServerMessageReader}.
 */
class ServerMessageReaderTests {

	@Property(edgeCases = EdgeCasesMode.NONE)
	@Domain(MessageArbitraries.class)
	void messageThatIsWrittenIsReadAsItWas(@ForAll ServerMessage message) {
		assertThat(ServerMessageReader.read(MessageWriter.write(message), MessageArbitraries.SUBSCRIPTIONS))
			.isEqualTo(message);
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	@Domain(MessageArbitraries.class)
	void orderAndUnknownFieldsMeanNothing(@ForAll ServerMessage message, @ForAll Random random) {
		List<String> fields = fields(message);
		fields.addAll(List.of("\"future\":{\"type\":[{\"sub\":1}],\"t\":null}", "\"next\":[[1],{}]", "\"more\":1.5",
				"\"gone\":null"));
		Collections.shuffle(fields, random);
		assertThat(read("{" + String.join(",", fields) + "}")).isEqualTo(message);
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	@Domain(MessageArbitraries.class)
	void messageWithoutARequiredFieldIsRefused(@ForAll ServerMessage message, @ForAll Random random) {
		Set<String> optional = Set.of("sub", "reset", "payload", "error", "t");
		List<String> fields = fields(message);
		int missing = random.nextInt(fields.size());
		String name = fields.remove(missing).replaceFirst("\"([^\"]+)\":(?s:.*)", "$1");
		String text = "{" + String.join(",", fields) + "}";
		if (!optional.contains(name)) {
			assertViolation(text).withMessage("'" + name + "' is missing");
		}
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	@Domain(MessageArbitraries.class)
	void messageThatIsCutOrBrokenIsRefusedOrRead(@ForAll ServerMessage message, @ForAll Random random) {
		byte[] whole = MessageWriter.write(message);
		byte[] cut = Arrays.copyOf(whole, random.nextInt(whole.length));
		assertThatExceptionOfType(ProtocolViolationException.class)
			.isThrownBy(() -> ServerMessageReader.read(cut, MessageArbitraries.SUBSCRIPTIONS));
		byte[] broken = whole.clone();
		broken[random.nextInt(broken.length)] = (byte) random.nextInt();
		try {
			assertThat(ServerMessageReader.read(broken, MessageArbitraries.SUBSCRIPTIONS)).isNotNull();
		}
		catch (ProtocolViolationException ex) {
			assertThat(ex).hasMessageMatching("(?s).+");
		}
	}

	@Test
	void whatIsOptionalMayBeAbsentOrNull() {
		assertThat(read("{\"type\":\"pong\"}")).isEqualTo(new ServerMessage.Pong(FlagValue.NULL));
		assertThat(read("{\"type\":\"response\",\"id\":\"r\"}"))
			.isEqualTo(new ServerMessage.Response("r", FlagValue.NULL, null));
		assertThat(read("{\"type\":\"notification\",\"method\":\"m\",\"sub\":null}"))
			.isEqualTo(new ServerMessage.Notification("m", FlagValue.NULL, null));
		assertThat(read("""
				{"type":"snapshot","epoch":"k7","version":0,"reset":null,"flags":{"a":null}}"""))
			.isInstanceOfSatisfying(ServerMessage.Snapshot.class, (message) -> {
				assertThat(message.reset()).isFalse();
				assertThat(message.snapshot().flags()).isEqualTo(FlagSet.of(Map.of("a", FlagValue.NULL)));
			});
	}

	@Test
	void unknownTypeIsTold() {
		assertThat(read("{\"type\":\"dance\",\"flags\":7,\"removed\":{}}"))
			.isEqualTo(new ServerMessage.Unknown("dance"));
	}

	@Test
	void messageOfASubscriptionThatTheClientDoesNotHaveIsUnknown() {
		SubscriptionLookup none = (sub) -> (sub != null) ? null
				: new SubscriptionLookup.Subscribed(MessageArbitraries.FLAG_SET, null);
		byte[] text = "{\"type\":\"heartbeat\",\"sub\":\"ui\",\"epoch\":\"k7\",\"version\":1}"
			.getBytes(StandardCharsets.UTF_8);
		assertThat(ServerMessageReader.read(text, none)).isEqualTo(new ServerMessage.Unknown("heartbeat"));
	}

	@Test
	void snapshotOfSeveralMebibytesIsRead() {
		String value = "\"" + "x".repeat(1000) + "\"";
		StringBuilder text = new StringBuilder("{\"type\":\"snapshot\",\"epoch\":\"k7\",\"version\":1,\"flags\":{");
		for (int i = 0; i < 5000; i++) {
			text.append((i > 0) ? "," : "").append("\"flag.").append(i).append("\":").append(value);
		}
		assertThat(read(text.append("}}").toString())).isInstanceOfSatisfying(ServerMessage.Snapshot.class,
				(message) -> assertThat(message.snapshot().flags().size()).isEqualTo(5000));
	}

	@Test
	void valueMayBeNestedAsDeepAsAFlagMay() {
		String deep = "[".repeat(FlagValue.MAX_DEPTH) + "]".repeat(FlagValue.MAX_DEPTH);
		String start = "{\"type\":\"snapshot\",\"epoch\":\"k7\",\"version\":1,\"flags\":{\"a\":";
		assertThat(read(start + deep + "}}")).isInstanceOf(ServerMessage.Snapshot.class);
		assertViolation(start + "[" + deep + "]}}").withMessageContaining("depth");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{", "[]", "1", "null", "{\"type\":\"pong\"} {}", "{\"type\":\"pong\",}",
			"{\"type\":\"pong\",\"type\":\"pong\"}", "{\"type\":\"pong\",\"t\":NaN}",
			"{\"type\":\"snapshot\",\"epoch\":\"k7\",\"version\":1,\"flags\":{\"a\":1,\"a\":2}}" })
	void textThatIsNoMessageIsRefused(String text) {
		assertViolation(text).withMessageStartingWith("message");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					{}                                                                     | 'type' is missing
					{"type":1}                                                             | 'type' must be a string
					{"type":"heartbeat","sub":1}                                           | 'sub' must be a string
					{"type":"heartbeat","epoch":"k 7","version":1}                         | epoch must be 1 to 17
					{"type":"heartbeat","epoch":"k7","version":-1}                         | version must be between 0 and
					{"type":"heartbeat","epoch":"k7","version":9007199254740992}           | version must be between 0 and
					{"type":"heartbeat","epoch":"k7","version":99999999999999999999}       | version must be between 0 and
					{"type":"heartbeat","epoch":"k7","version":1.5}                        | 'version' must be a whole number
					{"type":"heartbeat","epoch":"k7","version":"1"}                        | 'version' must be a whole number
					{"type":"snapshot","epoch":"k7","version":1,"flags":[]}                | 'flags' must be an object
					{"type":"snapshot","epoch":"k7","version":1,"flags":{"":1}}            | 'flags': flag key must have 1 to 256
					{"type":"snapshot","epoch":"k7","version":1,"flags":{"\\ud800":1}}     | surrogate
					{"type":"snapshot","epoch":"k7","version":1,"flags":{"a":"\\ud800"}}   | unpaired surrogates
					{"type":"snapshot","epoch":"k7","version":1,"flags":{},"reset":1}      | 'reset' must be true or false
					{"type":"delta","epoch":"k7","from":2,"version":2,"set":{},"removed":[]}             | above 2
					{"type":"delta","epoch":"k7","from":2,"version":1,"set":{},"removed":[]}             | above 2
					{"type":"delta","epoch":"k7","from":1,"version":2,"set":{"a":1},"removed":["a"]}     | both set and removed
					{"type":"delta","epoch":"k7","from":1,"version":2,"set":{},"removed":[1]}            | 'removed' must be an array
					{"type":"delta","epoch":"k7","from":1,"version":2,"set":{},"removed":"a"}            | 'removed' must be an array
					{"type":"goaway","reason":"draining","retryAfter":-1}                                | 'retryAfter' must be a whole
					{"type":"welcome","protocol":2,"session":"s","heartbeat":1,"mode":"delta","resumed":false} | 'protocol' must be 1
					{"type":"welcome","protocol":1,"session":"s","heartbeat":1,"mode":"all","resumed":false}   | 'mode' must be delta
					{"type":"welcome","protocol":1,"session":"s","heartbeat":1,"mode":"delta","resumed":1}     | 'resumed' must be true or
					{"type":"response","id":"r","error":"boom"}                                          | 'error' must be an object
					{"type":"response","id":"r","error":{"code":"a"}}                                    | 'message' is missing
					""")
	void badFieldIsNamed(String text, String message) {
		assertViolation(text).withMessageContaining(message);
	}

	@Test
	void positionThatWasNotGivenCannotBeResumed() {
		byte[] text = """
				{"type":"welcome","protocol":1,"session":"s","heartbeat":1,"mode":"delta","resumed":true}"""
			.getBytes(StandardCharsets.UTF_8);
		assertThatExceptionOfType(ProtocolViolationException.class)
			.isThrownBy(() -> ServerMessageReader.read(text,
					(sub) -> new SubscriptionLookup.Subscribed(MessageArbitraries.FLAG_SET, null)))
			.withMessageContaining("'resumed'");
	}

	@Test
	void readsProblems() {
		assertThat(ServerMessageReader.readProblem(MessageWriter.writeProblem(CloseReason.TOO_MANY, "wait")))
			.isEqualTo(new Problem("too_many", "wait"));
		for (String other : List.of("", "<html>", "{}", "{\"code\":404}", "[]")) {
			assertThat(ServerMessageReader.readProblem(other.getBytes(StandardCharsets.UTF_8))).isNull();
		}
	}

	@Test
	void readsGrants() {
		AccessGrant grant = readGrant("""
				{"token":"t0k3n","expiresIn":3412000,"heartbeat":25000,"transports":["websocket","sse"],
				 "endpoints":["https://push.example.com/realtime"],"addressFamily":"ipv4-first","telemetry":0.1}""");
		assertThat(grant).isEqualTo(new AccessGrant("t0k3n", 3_412_000, 25_000L, List.of("websocket", "sse"),
				List.of("https://push.example.com/realtime"), "ipv4-first", 0.1));
		assertThat(grant.toString()).doesNotContain("t0k3n");
		assertThat(readGrant("{\"token\":\"t\",\"expiresIn\":1,\"telemetry\":1}"))
			.isEqualTo(new AccessGrant("t", 1, null, List.of(), List.of(), null, 1.0));
		assertThatExceptionOfType(ProtocolViolationException.class)
			.isThrownBy(() -> readGrant("{\"token\":\"t\",\"expiresIn\":1,\"telemetry\":1.5}"));
		assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(() -> readGrant("{\"expiresIn\":1}"));
	}

	private static AccessGrant readGrant(String text) {
		return ServerMessageReader.readGrant(text.getBytes(StandardCharsets.UTF_8));
	}

	private static ServerMessage read(String text) {
		return ServerMessageReader.read(text.getBytes(StandardCharsets.UTF_8), MessageArbitraries.SUBSCRIPTIONS);
	}

	private static ThrowableAssertAlternative<ProtocolViolationException> assertViolation(String text) {
		return assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(() -> read(text));
	}

	/** The fields of a message, each as the text that it is written as. */
	private static List<String> fields(ServerMessage message) {
		String text = new String(MessageWriter.write(message), StandardCharsets.UTF_8);
		List<String> fields = new ArrayList<>();
		int start = 1;
		int depth = 0;
		boolean inString = false;
		for (int i = 0; i < text.length(); i++) {
			switch (text.charAt(i)) {
				case '\\' -> i++;
				case '"' -> inString = !inString;
				case '{', '[' -> depth += inString ? 0 : 1;
				case '}', ']' -> depth -= inString ? 0 : 1;
				default -> {
				}
			}
			boolean fieldEnds = !inString && ((depth == 1 && text.charAt(i) == ',') || depth == 0);
			if (fieldEnds) {
				fields.add(text.substring(start, i));
				start = i + 1;
			}
		}
		return fields;
	}

}
