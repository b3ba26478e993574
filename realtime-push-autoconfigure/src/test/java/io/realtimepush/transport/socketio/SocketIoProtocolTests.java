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

package io.realtimepush.transport.socketio;

import io.realtimepush.transport.engineio.EngineContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the conformance suite of the protocol asserts.
 */
class SocketIoProtocolTests implements EngineContract {

	private static SocketIoTestServer server;

	@BeforeAll
	static void start() {
		server = SocketIoTestServer.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Override
	public EngineClient client() {
		return new EngineClient(server, "/socket.io/");
	}

	@Override
	public EngineClient fast() {
		return new EngineClient(server, "/fast/socket.io/");
	}

	@Override
	public EngineClient beating() {
		return new EngineClient(server, "/beating/socket.io/");
	}

	private TestWebSocket connect() {
		TestWebSocket socket = client().openWebSocket();
		socket.send("40");
		assertThat(socket.nextText()).startsWith("40");
		assertThat(socket.next()).isEqualTo("42[\"auth\",{}]");
		return socket;
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
			40                      | 40{         | 42["auth",{}]
			40{"token":"123"}       | 40{         | 42["auth",{"token":"123"}]
			40/custom,              | 40/custom,{ | 42/custom,["auth",{}]
			40/custom,{"token":"a"} | 40/custom,{ | 42/custom,["auth",{"token":"a"}]
			40/custom               | 40/custom,{ | 42/custom,["auth",{}]
			""")
	void clientConnects(String connect, String answer, String auth) {
		try (TestWebSocket socket = client().openWebSocket()) {
			String accepted = socket.send(connect).nextText();
			assertThat(accepted).startsWith(answer);
			JsonNode handshake = JsonMapper.shared().readTree(accepted.substring(answer.length() - 1));
			assertThat(handshake.propertyNames()).containsExactly("sid");
			assertThat(handshake.path("sid").asString()).hasSize(20);
			assertThat(socket.next()).isEqualTo(auth);
		}
	}

	@Test
	void unknownNamespaceIsRefused() {
		try (TestWebSocket socket = client().openWebSocket()) {
			assertThat(socket.send("40/random").next()).isEqualTo("44/random,{\"message\":\"Invalid namespace\"}");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "4abc", "4", "47", "42[\"message\"]", "43[]", "44{}", "40[]", "40\"a\"", "40{", "41{}" })
	void whatIsNoConnectionClosesAtOnce(String packet) {
		try (TestWebSocket socket = client().openWebSocket()) {
			assertThat(socket.send(packet).awaitClose()).isEqualTo(1002);
		}
	}

	@Test
	void clientThatConnectsToNothingIsClosed() {
		try (TestWebSocket socket = new EngineClient(server, "/fast/socket.io/").openWebSocket()) {
			String message;
			do {
				message = socket.nextText();
				if (message.equals("2")) {
					socket.send("3");
				}
			}
			while (message.equals("2"));
			assertThat(message).isEqualTo("closed with 1000");
		}
	}

	@Test
	void clientDisconnectsFromMainNamespace() {
		try (TestWebSocket socket = beating().openWebSocket()) {
			socket.send("40");
			assertThat(socket.nextText()).startsWith("40");
			assertThat(socket.nextText()).startsWith("42");
			assertThat(socket.send("41").next()).isEqualTo("2");
		}
	}

	@Test
	void clientDisconnectsFromOneNamespaceOfTwo() {
		try (TestWebSocket socket = connect()) {
			socket.send("40/custom");
			assertThat(socket.nextText()).startsWith("40/custom,");
			assertThat(socket.nextText()).startsWith("42/custom,");
			socket.send("41/custom").send("42[\"message\",\"message to main namespace\"]");
			assertThat(socket.next()).isEqualTo("42[\"message-back\",\"message to main namespace\"]");
		}
	}

	@Test
	void eventsAreText() {
		try (TestWebSocket socket = connect()) {
			assertThat(socket.send("42[\"message\",1,\"2\",{\"3\":[true]}]").next())
				.isEqualTo("42[\"message-back\",1,\"2\",{\"3\":[true]}]");
		}
	}

	@Test
	void eventsHaveAttachments() {
		try (TestWebSocket socket = connect()) {
			socket.send("452-[\"message\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]")
				.send(new byte[] { 1, 2, 3 })
				.send(new byte[] { 4, 5, 6 });
			assertThat(socket.next()).isEqualTo(
					"452-[\"message-back\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
			assertThat(socket.next()).isEqualTo(new byte[] { 1, 2, 3 });
			assertThat(socket.next()).isEqualTo(new byte[] { 4, 5, 6 });
		}
	}

	@Test
	void eventsAreAcknowledged() {
		try (TestWebSocket socket = connect()) {
			assertThat(socket.send("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]").next())
				.isEqualTo("43456[1,\"2\",{\"3\":[false]}]");
		}
	}

	@Test
	void acknowledgementsHaveAttachments() {
		try (TestWebSocket socket = connect()) {
			socket.send(
					"452-789[\"message-with-ack\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]")
				.send(new byte[] { 1, 2, 3 })
				.send(new byte[] { 4, 5, 6 });
			assertThat(socket.next())
				.isEqualTo("462-789[{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
			assertThat(socket.next()).isEqualTo(new byte[] { 1, 2, 3 });
			assertThat(socket.next()).isEqualTo(new byte[] { 4, 5, 6 });
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "4abc", "42{}", "42abc[\"message-with-ack\",1]", "42[]", "42", "42[null]",
			"42[\"disconnect\"]", "42[\"connect_error\"]", "42[\"a\"", "42[\"a\"]x", "43[]", "40", "451[\"a\"]",
			"45-[\"a\"]", "4511-[\"a\"]", "4599999999999999999999-[\"a\"]", "429999999999999999[\"a\"]" })
	void brokenPacketClosesAtOnce(String packet) {
		try (TestWebSocket socket = connect()) {
			assertThat(socket.send(packet).awaitClose()).isEqualTo(1002);
		}
	}

	@Test
	void attachmentThatNobodyAskedForClosesAtOnce() {
		try (TestWebSocket socket = connect()) {
			assertThat(socket.send(new byte[] { 1 }).awaitClose()).isEqualTo(1002);
		}
	}

	@Test
	void textInPlaceOfAttachmentClosesAtOnce() {
		try (TestWebSocket socket = connect()) {
			socket.send("451-[\"message\",{\"_placeholder\":true,\"num\":0}]").send("42[\"message\"]");
			assertThat(socket.awaitClose()).isEqualTo(1002);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "-1", "\"a\"", "null" })
	void placeholderOfNothingClosesAtOnce(String number) {
		try (TestWebSocket socket = connect()) {
			socket.send("451-[\"message\",[{\"a\":{\"_placeholder\":true,\"num\":" + number + "}}]]")
				.send(new byte[] { 1 });
			assertThat(socket.awaitClose()).isEqualTo(1002);
		}
	}

}
