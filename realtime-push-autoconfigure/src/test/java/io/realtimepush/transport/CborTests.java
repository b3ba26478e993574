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

package io.realtimepush.transport;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.transport.LoopbackServer.Tenant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for WebSockets whose messages are CBOR.
 */
class CborTests {

	private static final String CBOR = "realtime-push.v1.cbor";

	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private static byte[] cbor(String json) {
		return new CBORMapper().writeValueAsBytes(JSON.readTree(json));
	}

	/**
	 * What holds on both ways to serve a WebSocket.
	 */
	private abstract static class AbstractCborTests extends LoopbackSupport {

		AbstractCborTests(String... properties) {
			super(false, properties);
		}

		private WebSocketSession open(OpenOptions options) {
			return WebSocketSession.open(server(), options.header("Sec-WebSocket-Protocol", CBOR));
		}

		private Tenant tenant() {
			Tenant tenant = server().tenant();
			tenant.set("checkout", "true", "price", "1.50");
			tenant.watch();
			return tenant;
		}

		private WebSocketSession openAndSync(Tenant tenant) {
			WebSocketSession session = open(OpenOptions.key(tenant.serverKey())).expectWelcome(false);
			session.next("snapshot");
			return session;
		}

		private static WebSocketSession send(WebSocketSession session, byte[] message) {
			return session.frame(0x80 | WebSocketSession.BINARY, message);
		}

		@Test
		void helloLogsIn() {
			Tenant tenant = tenant();
			try (WebSocketSession session = open(OpenOptions.nobody())) {
				send(session, cbor("{\"type\":\"hello\",\"key\":\"" + tenant.serverKey() + "\",\"flags\":[\"p*\"],"
						+ "\"client\":{\"instance\":\"0123456789abcdef\",\"labels\":{\"a\":\"b\"}}}"));
				session.expectWelcome(false);
				assertThat(session.next("snapshot").json()).contains("\"flags\":{\"price\":1.50}");
			}
		}

		@Test
		void messagesGoBothWays() {
			Tenant tenant = tenant();
			FlagPosition old = tenant.set("a", "1");
			tenant.set("a", "2");
			try (WebSocketSession session = openAndSync(tenant)) {
				send(session, cbor("{\"type\":\"ping\",\"t\":[1.10,null,\"ü\",{\"a\":-5}]}"));
				assertThat(session.next("pong").json()).contains("\"t\":[1.10,null,\"ü\",{\"a\":-5}]");
				send(session, cbor("{\"type\":\"resync\",\"position\":\"" + old + "\"}"));
				assertThat(session.next("delta").number("from")).isEqualTo(old.version());
				send(session, cbor("{\"type\":\"dance\"}"));
				assertThat(session.next("error").text("code")).isEqualTo("unknown_type");
				send(session, cbor("{\"type\":\"request\",\"id\":\"7\",\"method\":\"double\",\"payload\":21}"));
				assertThat(session.next("response").number("payload")).isEqualTo(42);
			}
		}

		@Test
		void textFrameIsBadRequest() {
			try (WebSocketSession session = openAndSync(tenant())) {
				session.send("{\"type\":\"ping\"}").expectEnd(CloseReason.BAD_REQUEST);
			}
		}

		@ParameterizedTest
		@ValueSource(strings = { "", "00", "80", "f6", "a0", "ff", "a2647479706564", "a16474797065fb7ff8000000000000",
				"a264747970656470696e676174", "bbffffffffffffffff", "a264747970656470696e6761747b7fffffffffffffff61",
				"a264747970656470696e6764747970656470696e67", "a264747970656470696e67617462c328",
				"a264747970656470696e6761744100", "a164747970656470696e6700" })
		void messageThatIsNotUnderstoodIsBadRequest(String hex) {
			try (WebSocketSession session = openAndSync(tenant())) {
				send(session, HexFormat.of().parseHex(hex)).expectEnd(CloseReason.BAD_REQUEST);
			}
		}

		@Test
		void deepMessageIsBadRequest() {
			byte[] message = new byte[60_000];
			Arrays.fill(message, (byte) 0x9f);
			byte[] begin = HexFormat.of().parseHex("a264747970656470696e676174");
			System.arraycopy(begin, 0, message, 0, begin.length);
			try (WebSocketSession session = openAndSync(tenant())) {
				send(session, message).expectEnd(CloseReason.BAD_REQUEST);
			}
		}

		@Test
		void largeMessageIs1009() {
			try (WebSocketSession session = openAndSync(tenant())) {
				send(session, new byte[65 * 1024]).expectEnd(CloseReason.TOO_LARGE);
			}
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', textBlock = """
				realtime-push.v1.cbor, realtime-push.v1 | realtime-push.v1.cbor
				realtime-push.v1, realtime-push.v1.cbor | realtime-push.v1
				chat, realtime-push.v1.cbor             | realtime-push.v1.cbor
				realtime-push.v1.CBOR, realtime-push.v1 | realtime-push.v1
				""")
		void clientChooses(String offered, String expected) {
			OpenOptions options = OpenOptions.key(tenant().serverKey()).header("Sec-WebSocket-Protocol", offered);
			try (WebSocketSession session = WebSocketSession.open(server(), options)) {
				assertThat(session.head().headers()).containsEntry("Sec-WebSocket-Protocol", expected);
				session.expectWelcome(false).next("snapshot");
			}
		}

	}

	@Nested
	class HandedOver extends AbstractCborTests {

		@Test
		void messagesMayBeCompressedToo() {
			Tenant tenant = server().tenant();
			tenant.set("banner", "\"" + "again and ".repeat(200) + "\"");
			OpenOptions options = OpenOptions.key(tenant.serverKey())
				.header("Sec-WebSocket-Protocol", CBOR)
				.header("Sec-WebSocket-Extensions", "permessage-deflate");
			try (WebSocketSession session = WebSocketSession.open(server(), options).expectWelcome(false)) {
				assertThat(session.next("snapshot").flags().path("banner").asString()).hasSize(2000);
				assertThat(session.frames().get(1).isCompressed()).isTrue();
				assertThat(session.frames().get(1).length()).isLessThan(200);
			}
		}

		@Test
		void otherConnectionsOfTheKeyAreSentJson() {
			Tenant tenant = server().tenant();
			tenant.set("a", "1");
			OpenOptions options = OpenOptions.key(tenant.serverKey());
			try (WebSocketSession binary = WebSocketSession.open(server(),
					options.header("Sec-WebSocket-Protocol", CBOR));
					WebSocketSession text = WebSocketSession.open(server(), options)) {
				binary.expectWelcome(false).next("snapshot");
				text.expectWelcome(false).next("snapshot");
				tenant.set("a", "2");
				assertThat(binary.next("delta").json()).isEqualTo(text.next("delta").json());
			}
		}

		@Test
		void binaryFrameWithoutTheSubprotocolIsBadRequest() {
			Tenant tenant = server().tenant();
			tenant.set("a", "1");
			try (WebSocketSession session = WebSocketSession.open(server(), OpenOptions.key(tenant.serverKey()))) {
				session.expectWelcome(false).next("snapshot");
				session.frame(0x80 | WebSocketSession.BINARY, "{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_8))
					.expectEnd(CloseReason.BAD_REQUEST);
			}
		}

	}

	@Nested
	class Served extends AbstractCborTests {

		Served() {
			super("test.unknown-handler=true");
		}

	}

}
