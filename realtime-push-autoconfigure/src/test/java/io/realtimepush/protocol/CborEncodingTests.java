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

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CborEncoding}.
 */
class CborEncodingTests {

	private static final MessageEncoding CBOR = CborEncoding.INSTANCE;

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private static JsonNode tree(byte[] json) {
		return JSON.readTree(json);
	}

	private static byte[] hex(String hex) {
		return HexFormat.of().parseHex(hex.replace(" ", ""));
	}

	private static String json(byte[] cbor) {
		return new String(CBOR.toJson(cbor), StandardCharsets.UTF_8);
	}

	/** A ping whose value is some CBOR. */
	private static byte[] ping(String hex) {
		return hex("a2 64 74797065 64 70696e67 61 74 " + hex);
	}

	private static String through(String value) {
		byte[] cbor = CBOR.write(new ServerMessage.Pong(FlagValue.ofJson(value)));
		String json = json(cbor);
		return json.substring(json.indexOf("\"t\":") + 4, json.length() - 1);
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	@Domain(MessageArbitraries.class)
	void messageOfServerIsTheSame(@ForAll ServerMessage message) {
		byte[] json = CBOR.toJson(CBOR.write(message));
		assertThat(tree(json)).isEqualTo(tree(MessageWriter.write(message)));
		ServerMessageReader.read(json, MessageArbitraries.SUBSCRIPTIONS);
	}

	@Property(edgeCases = EdgeCasesMode.NONE)
	@Domain(MessageArbitraries.class)
	void messageOfClientIsTheSame(@ForAll ClientMessage message) {
		byte[] json = CBOR.toJson(CBOR.write(message));
		assertThat(tree(json)).isEqualTo(tree(ClientMessageWriter.write(message)));
		assertThat(MessageReader.read(new String(json, StandardCharsets.UTF_8))).isEqualTo(message);
	}

	@Test
	void othersReadWhatIsWritten() {
		FlagSnapshot snapshot = new FlagSnapshot(MessageArbitraries.FLAG_SET, new FlagPosition("k7", 42),
				FlagSet.of(Map.of("limit", FlagValue.of(-5), "text", FlagValue.of("größe 😀"))));
		JsonNode read = new CBORMapper().readTree(CBOR.write(new ServerMessage.Snapshot(snapshot, true, null)));
		assertThat(read.path("type").stringValue()).isEqualTo("snapshot");
		assertThat(read.path("version").intValue()).isEqualTo(42);
		assertThat(read.path("reset").booleanValue()).isTrue();
		assertThat(read.path("flags").path("limit").intValue()).isEqualTo(-5);
		assertThat(read.path("flags").path("text").stringValue()).isEqualTo("größe 😀");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "1.50", "0.10", "-0.001", "1E+3", "1E-7", "9007199254740993",
			"-9223372036854775808", "18446744073709551616", "-18446744073709551617", "12345678901234567890.12345",
			"[1.0,[],{},{\"a\":[null,true]}]", "\"\\u0000\\\"\"" })
	void valueKeepsItsText(String json) {
		assertThat(through(json)).isEqualTo(json);
	}

	@ParameterizedTest
	@CsvSource({ "1e3, 1E+3", "-0, 0", "100e-2, 1.00", "1e2147483646, 1E+2147483646" })
	void numberIsWrittenInOneWay(String json, String expected) {
		assertThat(through(json)).isEqualTo(expected);
	}

	@Test
	void exponentThatNoNumberTakesIsText() {
		assertThat(through("1e99999999999")).isEqualTo("\"1e99999999999\"");
	}

	/** Whole numbers, decimal fractions, bignums and floating point (RFC 8949). */
	@ParameterizedTest
	@CsvSource({ "17, 23", "3903e7, -1000", "c4822119012c, 3.00", "c24101, 1",
			"c349010000000000000000, -18446744073709551617", "f93e00, 1.5", "fa3fc00000, 1.5",
			"fb3fb999999999999a, 0.1", "f5, true", "f6, null", "9f0102ff, '[1,2]'", "7f61616162ff, '\"ab\"'",
			"bf6161f4ff, '{\"a\":false}'", "d9d9f701, 1" })
	void otherEncodersAreRead(String hex, String expected) {
		assertThat(json(ping(hex))).isEqualTo("{\"type\":\"ping\",\"t\":" + expected + "}");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "01", "80", "f6", "6161", "a0 00", "a1 64 74797065", "bf", "bf 61 61", "ff", "a1 61 61",
					// Byte string, undefined, simple value, not a number, infinity
					"a1 61 61 41 00", "a1 61 61 f7", "a1 61 61 e0", "a1 61 61 f8 ff", "a1 61 61 fb 7ff8000000000000",
					"a1 61 61 f9 7c00", "a1 61 61 fa ff800000",
					// Lengths that promise far more than there is
					"bb ffffffffffffffff", "9b 7fffffffffffffff", "a1 61 61 9b 7fffffffffffffff",
					"a1 61 61 7b 7fffffffffffffff 61", "a1 7a 7fffffff 61", "a1 61 61 5b 7fffffffffffffff",
					"a1 61 61 c2 5b 7fffffffffffffff 01",
					// Repeated keys, within each other too
					"a2 61 61 01 61 61 02", "bf 61 61 01 61 61 02 ff", "a1 61 61 a2 61 62 01 61 62 01",
					// No UTF-8, halves of a surrogate pair
					"a1 61 61 61 ff", "a1 61 61 62 c328", "a1 61 61 63 eda080", "a1 63 eda080 01",
					// Reserved, break where none may be, text in chunks of bytes
					"a1 61 61 1c", "a1 61 61 3f", "a1 ff 01", "82 ff", "a1 61 61 7f 41 61 ff", "a1 61 61 82 01 ff" })
	void whatIsNoMessageIsRefused(String hex) {
		assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(() -> CBOR.toJson(hex(hex)))
			.satisfies((ex) -> assertThat(ex.closeReason()).isEqualTo(CloseReason.BAD_REQUEST));
	}

	@Test
	void textIsNotMultipliedByReferences() {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		// A namespace of references around a map, in it an array with one long text and
		// many references to it
		out.writeBytes(hex("d9 0100 a1 61 61 9f 79 7d00"));
		out.writeBytes("x".repeat(32_000).getBytes(StandardCharsets.US_ASCII));
		for (int i = 0; i < 8_000; i++) {
			out.writeBytes(hex("d8 19 00"));
		}
		out.writeBytes(hex("ff"));
		assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(() -> CBOR.toJson(out.toByteArray()))
			.withMessageContaining("tags 25 and 256");
		// What only looks like it, in a text
		assertThat(json(hex("a1 61 61 64 d9 80 d8 99"))).isEqualTo("{\"a\":\"\u0640\u0619\"}");
	}

	@Test
	void tagsInARowAreLimited() {
		assertThat(json(ping("c1".repeat(16) + "01"))).contains("\"t\":1");
		assertThatExceptionOfType(ProtocolViolationException.class)
			.isThrownBy(() -> CBOR.toJson(ping("c1".repeat(17) + "01")))
			.withMessageContaining("16 tags");
	}

	@Test
	void depthIsLimited() {
		for (int item : new int[] { 0x81, 0x9f, 0xa1, 0xbf, 0xc1 }) {
			byte[] deep = new byte[60_000];
			Arrays.fill(deep, (byte) item);
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			out.writeBytes(hex("a1 61 61"));
			out.writeBytes(deep);
			assertThatExceptionOfType(ProtocolViolationException.class)
				.isThrownBy(() -> CBOR.toJson(out.toByteArray()));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "c2 59 ea60", "c3 59 ea60", "c4 82 00 c2 59 ea60" })
	void endlessNumberIsRefused(String head) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.writeBytes(ping(head));
		byte[] digits = new byte[60_000];
		Arrays.fill(digits, (byte) 0x55);
		out.writeBytes(digits);
		assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(() -> CBOR.toJson(out.toByteArray()));
	}

	@Property
	void anyBytesAreJsonOrRefused(@ForAll @Size(max = 60) byte[] bytes) {
		byte[] message = ping(HexFormat.of().formatHex(bytes));
		try {
			tree(CBOR.toJson(message));
		}
		catch (ProtocolViolationException ex) {
			assertThat(ex.closeReason()).isEqualTo(CloseReason.BAD_REQUEST);
		}
	}

}
