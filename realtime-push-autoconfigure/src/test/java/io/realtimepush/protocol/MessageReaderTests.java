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

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagValue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MessageReader}.
 */
class MessageReaderTests {

	@Test
	void readsHello() {
		ClientMessage.Hello hello = (ClientMessage.Hello) MessageReader.read("""
				{"type":"hello","key":"sdk-1","position":"k7:42","mode":"notify","flags":["ui.*","limit"],
				 "heartbeat":30000,"client":{"instance":"0123456789abcdef","sdk":"java/1.0.0",
				 "labels":{"zone":"a"}},"future":{"field":1}}""");
		assertThat(hello.key()).isEqualTo("sdk-1");
		assertThat(hello.options()).isEqualTo(
				new ClientMessage.Options(new FlagPosition("k7", 42), SyncMode.NOTIFY, List.of("ui.*", "limit")));
		assertThat(hello.heartbeat()).isEqualTo(30_000);
		assertThat(hello.client())
			.isEqualTo(new ClientMessage.ClientInfo("0123456789abcdef", "java/1.0.0", Map.of("zone", "a")));
	}

	@Test
	void whatIsOptionalMayBeAbsentOrNull() {
		ClientMessage.Options none = new ClientMessage.Options(null, null, null);
		assertThat(MessageReader.read("{\"type\":\"hello\",\"key\":\"sdk-1\"}"))
			.isEqualTo(new ClientMessage.Hello("sdk-1", none, null, null));
		assertThat(MessageReader.read("""
				{"type":"hello","key":"sdk-1","position":null,"mode":null,"flags":null,"heartbeat":null,
				 "client":null}""")).isEqualTo(new ClientMessage.Hello("sdk-1", none, null, null));
		assertThat(MessageReader.read("{\"type\":\"hello\",\"key\":\"sdk-1\",\"client\":{}}"))
			.isEqualTo(new ClientMessage.Hello("sdk-1", none, null, ClientMessage.ClientInfo.NONE));
	}

	@Test
	void heartbeatThatIsTooLargeForALongIsCut() {
		ClientMessage.Hello hello = (ClientMessage.Hello) MessageReader
			.read("{\"type\":\"hello\",\"key\":\"sdk-1\",\"heartbeat\":99999999999999999999}");
		assertThat(hello.heartbeat()).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void readsSubscribeAndUnsubscribe() {
		assertThat(MessageReader.read("{\"type\":\"subscribe\",\"sub\":\"ui\",\"key\":\"sdk-1\",\"flags\":[]}"))
			.isEqualTo(new ClientMessage.Subscribe("ui", "sdk-1", new ClientMessage.Options(null, null, List.of())));
		assertThat(MessageReader.read("{\"type\":\"unsubscribe\",\"sub\":\"ui\"}"))
			.isEqualTo(new ClientMessage.Unsubscribe("ui"));
	}

	@Test
	void readsResync() {
		assertThat(MessageReader.read("{\"type\":\"resync\"}")).isEqualTo(new ClientMessage.Resync(null, null));
		assertThat(MessageReader.read("{\"type\":\"resync\",\"position\":\"k7:3\",\"sub\":\"ui\"}"))
			.isEqualTo(new ClientMessage.Resync(new FlagPosition("k7", 3), "ui"));
	}

	@Test
	void readsAck() {
		assertThat(MessageReader.read("{\"type\":\"ack\",\"epoch\":\"k7\",\"version\":3,\"status\":\"applied\"}"))
			.isEqualTo(new ClientMessage.Ack(new FlagPosition("k7", 3), true, null, null, null));
		assertThat(MessageReader.read("""
				{"type":"ack","epoch":"k7","version":3,"status":"failed","took":12,"error":"boom","sub":"ui"}"""))
			.isEqualTo(new ClientMessage.Ack(new FlagPosition("k7", 3), false, 12L, "boom", "ui"));
	}

	@Test
	void readsHowManyClientsAnAckStandsFor() {
		String ack = "{\"type\":\"ack\",\"epoch\":\"k7\",\"version\":3,\"status\":\"applied\",\"clients\":";
		assertThat(MessageReader.read(ack + "1000000}"))
			.isEqualTo(new ClientMessage.Ack(new FlagPosition("k7", 3), true, null, null, null, 1_000_000));
		for (String wrong : List.of("0", "-1", "1000001", "9999999999")) {
			assertViolation(() -> MessageReader.read(ack + wrong + "}"))
				.withMessage("'clients' must be between 1 and 1000000");
		}
		assertViolation(() -> MessageReader.read(ack + "\"2\"}")).withMessage("'clients' must be a whole number");
	}

	@Test
	void readsAckThatComesByHttp() {
		assertThat(MessageReader.readAck("{\"session\":\"s\",\"epoch\":\"k7\",\"version\":3,\"status\":\"applied\"}"))
			.isEqualTo(new ClientMessage.Ack(new FlagPosition("k7", 3), true, null, null, null));
		assertViolation(() -> MessageReader.readAck("{\"epoch\":\"k7\",\"version\":3,\"status\":\"applied\"}"))
			.withMessage("'session' or 'instance' is missing");
		assertViolation(() -> MessageReader
			.readAck("{\"instance\":\"short\",\"epoch\":\"k7\",\"version\":3,\"status\":\"applied\"}"))
			.withMessage("'instance' must have 16 to 128 characters, but has 5");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "1.50", "\"text\"", "null", "true", "{\"a\":[1,{}]}", "9007199254740993",
			"0.1000000000000000055511151231257827" })
	void pingKeepsWhatThePongShallCarry(String json) {
		assertThat(MessageReader.read("{\"type\":\"ping\",\"t\":" + json + "}"))
			.isEqualTo(new ClientMessage.Ping(FlagValue.ofJson(json)));
	}

	@Test
	void pingWithoutTIsAnsweredWithNull() {
		assertThat(MessageReader.read("{\"type\":\"ping\"}")).isEqualTo(new ClientMessage.Ping(FlagValue.NULL));
	}

	@Test
	void unknownTypeIsCutShort() {
		assertThat(MessageReader.read("{\"type\":\"dance\"}")).isEqualTo(new ClientMessage.Unknown("dance"));
		assertThat(MessageReader.read("{\"type\":\"" + "x".repeat(1000) + "\"}"))
			.isEqualTo(new ClientMessage.Unknown("x".repeat(64)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{", "}", "hello", "{\"type\":\"ping\"} {}", "{\"type\":\"ping\",}",
			"{type:'ping'}", "{\"type\":\"ping\",\"type\":\"ping\"}", "{\"type\":\"ping\",\"t\":NaN}",
			"{\"type\":\"ping\",\"t\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}" })
	void textThatIsNoJsonIsRefused(String text) {
		assertViolation(() -> MessageReader.read(text)).withMessageContaining("message");
	}

	@Test
	void numberThatIsTooLongIsRefused() {
		assertViolation(() -> MessageReader.read("{\"type\":\"ping\",\"t\":" + "1".repeat(101) + "}"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "1", "\"ping\"", "null", "true" })
	void jsonThatIsNoObjectIsRefused(String text) {
		assertViolation(() -> MessageReader.read(text)).withMessage("message must be a JSON object");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{}                                                             | 'type' is missing
			{"type":1}                                                     | 'type' must be a string
			{"type":""}                                                    | 'type' must have 1 to 1024 characters
			{"type":"hello"}                                               | 'key' is missing
			{"type":"hello","key":7}                                       | 'key' must be a string
			{"type":"hello","key":""}                                      | 'key' must have 1 to 4096 characters
			{"type":"hello","key":"k","position":"42"}                     | 'position' must be '<epoch>:<version>'
			{"type":"hello","key":"k","position":"k7:-1"}                  | 'position' must be '<epoch>:<version>'
			{"type":"hello","key":"k","position":"k7:9007199254740992"}    | 'position' must be '<epoch>:<version>'
			{"type":"hello","key":"k","position":42}                       | 'position' must be a string
			{"type":"hello","key":"k","mode":"full"}                       | 'mode' must be delta, snapshot or notify
			{"type":"hello","key":"k","mode":1}                            | 'mode' must be a string
			{"type":"hello","key":"k","flags":"a"}                         | 'flags' must be an array of strings
			{"type":"hello","key":"k","flags":[1]}                         | 'flags' must be an array of strings
			{"type":"hello","key":"k","flags":[null]}                      | 'flags' must be an array of strings
			{"type":"hello","key":"k","flags":[""]}                        | 'flags'
			{"type":"hello","key":"k","heartbeat":"1"}                     | 'heartbeat' must be a whole number
			{"type":"hello","key":"k","heartbeat":1.5}                     | 'heartbeat' must be a whole number
			{"type":"hello","key":"k","heartbeat":-1}                      | 'heartbeat' must be a whole number
			{"type":"hello","key":"k","client":"java"}                     | 'client' must be an object
			{"type":"hello","key":"k","client":{"instance":"short"}}       | 'instance' must have 16 to 128 characters
			{"type":"hello","key":"k","client":{"sdk":1}}                  | 'sdk' must be a string
			{"type":"hello","key":"k","client":{"labels":[]}}              | 'labels' must be an object of at most 16
			{"type":"hello","key":"k","client":{"labels":{"a":1}}}         | 'a' must be a string
			{"type":"hello","key":"k","client":{"labels":{"":"x"}}}        | 'labels' must have 1 to 64 characters
			{"type":"subscribe","key":"k"}                                 | 'sub' is missing
			{"type":"subscribe","sub":"","key":"k"}                        | 'sub' must have 1 to 64 characters
			{"type":"subscribe","sub":"x"}                                 | 'key' is missing
			{"type":"unsubscribe"}                                         | 'sub' is missing
			{"type":"resync","position":"k7"}                              | 'position' must be '<epoch>:<version>'
			{"type":"resync","sub":1}                                      | 'sub' must be a string
			{"type":"ack"}                                                 | 'status' is missing
			{"type":"ack","status":"done"}                                 | 'status' must be applied or failed
			{"type":"ack","status":"applied"}                              | 'epoch' is missing
			{"type":"ack","status":"applied","epoch":"k7"}                 | 'version' must be a whole number
			{"type":"ack","status":"applied","epoch":"k7","version":"3"}   | 'version' must be a whole number
			{"type":"ack","status":"applied","epoch":"k 7","version":3}    | 'epoch' and 'version'
			{"type":"ack","status":"applied","epoch":"k7","version":-3}    | 'epoch' and 'version'
			{"type":"ack","status":"failed","epoch":"k7","version":3,"took":-1}  | 'took' must be a whole number
			{"type":"ack","status":"failed","epoch":"k7","version":3,"error":1}  | 'error' must be a string
			""")
	void badFieldIsNamed(String text, String message) {
		assertViolation(() -> MessageReader.read(text)).withMessageContaining(message);
	}

	@Test
	void countsAndLengthsAreLimited() {
		String many = String.join(",", Collections.nCopies(101, "\"a\""));
		assertViolation(() -> MessageReader.read("{\"type\":\"hello\",\"key\":\"k\",\"flags\":[" + many + "]}"))
			.withMessage("'flags' must have at most 100 patterns, but has 101");
		assertViolation(() -> MessageReader.read("{\"type\":\"hello\",\"key\":\"" + "k".repeat(4097) + "\"}"))
			.withMessage("'key' must have 1 to 4096 characters, but has 4097");
		assertViolation(() -> MessageReader.read("{\"type\":\"unsubscribe\",\"sub\":\"" + "s".repeat(65) + "\"}"))
			.withMessage("'sub' must have 1 to 64 characters, but has 65");
		assertViolation(() -> MessageReader.instance("x".repeat(129)))
			.withMessage("'instance' must have 16 to 128 characters, but has 129");
	}

	@Test
	void violationRepeatsNoCredential() {
		assertViolation(() -> MessageReader.read("{\"type\":\"hello\",\"key\":\"sdk-secret\",\"mode\":\"sdk-secret\"}"))
			.withMessageNotContaining("sdk-secret");
	}

	@Test
	void bytesThatAreNoUtf8AreRefused() {
		assertThat(MessageReader.decode(ByteBuffer.wrap("größe 😀".getBytes(StandardCharsets.UTF_8))))
			.isEqualTo("größe 😀");
		for (byte[] bytes : List.of(new byte[] { (byte) 0xff }, new byte[] { (byte) 0xc0, (byte) 0xaf },
				new byte[] { (byte) 0xed, (byte) 0xa0, (byte) 0x80 }, new byte[] { 'a', (byte) 0xe2, (byte) 0x82 })) {
			assertThatExceptionOfType(ProtocolViolationException.class)
				.isThrownBy(() -> MessageReader.decode(ByteBuffer.wrap(bytes)))
				.satisfies((ex) -> assertThat(ex.closeReason()).isEqualTo(CloseReason.NOT_UTF8));
		}
	}

	private static ThrowableAssertAlternative<ProtocolViolationException> assertViolation(ThrowingCallable call) {
		return assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.closeReason()).isEqualTo(CloseReason.BAD_REQUEST));
	}

}
