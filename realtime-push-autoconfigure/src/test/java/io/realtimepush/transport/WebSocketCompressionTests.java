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
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;

import io.realtimepush.protocol.CloseReason;
import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.WebSocketSession.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for compressed WebSocket messages (RFC 7692).
 */
class WebSocketCompressionTests extends LoopbackSupport {

	private static final String OFFER = "permessage-deflate; client_max_window_bits";

	private static final int COMPRESSED_TEXT = 0x80 | WebSocketSession.COMPRESSED | WebSocketSession.TEXT;

	WebSocketCompressionTests() {
		super(false);
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set(IntStream.range(0, 100)
			.boxed()
			.flatMap((i) -> Stream.of("flag.number." + i, "\"the text of this flag is " + i + "\""))
			.toArray(String[]::new));
		tenant.watch();
		return tenant;
	}

	private WebSocketSession open(Tenant tenant, String offer) {
		OpenOptions options = OpenOptions.key(tenant.serverKey()).header("Sec-WebSocket-Extensions", offer);
		return WebSocketSession.open(server(), options).expectWelcome(false);
	}

	private WebSocketSession openAndSync(Tenant tenant) {
		WebSocketSession session = open(tenant, OFFER);
		session.next("snapshot");
		return session;
	}

	private static byte[] deflate(String text) {
		return deflate(text.getBytes(StandardCharsets.UTF_8));
	}

	private static byte[] deflate(byte[] bytes) {
		Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
		deflater.setInput(bytes);
		byte[] out = new byte[bytes.length + 100];
		int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
		deflater.end();
		return Arrays.copyOf(out, length - 4);
	}

	@Test
	void snapshotIsCompressed() {
		Tenant tenant = tenant();
		try (WebSocketSession session = open(tenant, OFFER)) {
			assertThat(session.head().headers()).containsEntry("Sec-WebSocket-Extensions",
					"permessage-deflate; server_no_context_takeover; client_no_context_takeover");
			Message snapshot = session.next("snapshot");
			assertThat(snapshot.flags().size()).isEqualTo(100);
			List<Frame> frames = session.frames();
			assertThat(frames.get(0).isCompressed()).as("the welcome").isFalse();
			assertThat(frames.get(1).isCompressed()).as("the snapshot").isTrue();
			assertThat(frames.get(1).length()).isLessThan(snapshot.json().length() / 4);
		}
	}

	@Test
	void deltaIsCompressedIfThatMakesItShorter() {
		Tenant tenant = tenant();
		try (WebSocketSession session = openAndSync(tenant)) {
			tenant.set("banner", "\"" + "again and ".repeat(20) + "\"");
			assertThat(session.next("delta").json()).contains("again and again");
			tenant.set("a", "\"5f3a9c01b7e2d846k1m0zq\"");
			int plain = session.next("delta").json().length();
			Frame first = session.frames().get(2);
			Frame second = session.frames().get(3);
			assertThat(first.isCompressed()).isTrue();
			assertThat(first.length()).isLessThan(150);
			assertThat(second.length()).isLessThanOrEqualTo(plain);
			assertThat(second.isCompressed()).isEqualTo(second.length() < plain);
		}
	}

	@Test
	void whatAnswersTheClientIsNotCompressed() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.send("{\"type\":\"ping\",\"t\":\"" + "again and ".repeat(20) + "\"}");
			session.next("pong");
			assertThat(session.frames().get(2).isCompressed()).isFalse();
		}
	}

	@ParameterizedTest
	@CsvSource({ "8, false", "12, false", "13, true", "15, true" })
	void smallWindowIsHonoured(int bits, boolean compressed) {
		try (WebSocketSession session = open(tenant(), "permessage-deflate; server_max_window_bits=" + bits)) {
			assertThat(session.head().headers().get("Sec-WebSocket-Extensions"))
				.endsWith("; server_max_window_bits=" + bits);
			int size = session.next("snapshot").json().length();
			assertThat(size).isBetween(1 << 12, 1 << 13);
			assertThat(session.frames().get(1).isCompressed()).isEqualTo(compressed);
		}
	}

	@Test
	void clientsWithoutOfferOrWithAnUnknownOneGetPlainFrames() {
		Tenant tenant = tenant();
		for (String offer : List.of("permessage-deflate; unknown", "x-webkit-deflate-frame")) {
			try (WebSocketSession session = open(tenant, offer)) {
				assertThat(session.head().headers()).doesNotContainKey("Sec-WebSocket-Extensions");
				session.next("snapshot");
				assertThat(session.frames()).noneMatch(Frame::isCompressed);
				session.frame(COMPRESSED_TEXT, deflate("{\"type\":\"ping\",\"t\":1}"))
					.expectEnd(CloseReason.PROTOCOL_ERROR);
			}
		}
	}

	@Test
	void messagesOfClientMayBeCompressed() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(COMPRESSED_TEXT, deflate("{\"type\":\"ping\",\"t\":\"ü\"}"));
			assertThat(session.next("pong").text("t")).isEqualTo("ü");
			session.send("{\"type\":\"ping\",\"t\":2}");
			assertThat(session.next("pong").number("t")).isEqualTo(2);
			session.frame(COMPRESSED_TEXT, new byte[] { 0 }).expectEnd(CloseReason.BAD_REQUEST);
		}
	}

	@Test
	void compressedMessageMayComeInFragments() {
		byte[] message = deflate("{\"type\":\"ping\",\"t\":\"" + "again and ".repeat(20) + "\"}");
		int middle = message.length / 2;
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(WebSocketSession.COMPRESSED | WebSocketSession.TEXT, Arrays.copyOf(message, middle));
			session.frame(0x80 | WebSocketSession.PING, "between".getBytes(StandardCharsets.UTF_8));
			assertThat(session.next("PONG").id()).isEqualTo("between");
			session.frame(0x80, Arrays.copyOfRange(message, middle, message.length));
			assertThat(session.next("pong").text("t")).startsWith("again and again");
		}
	}

	@Test
	void bombIs1009() {
		byte[] bomb = deflate(new byte[20_000_000]);
		assertThat(bomb).hasSizeLessThan(64 * 1024);
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(COMPRESSED_TEXT, bomb).expectEnd(CloseReason.TOO_LARGE);
		}
	}

	@Test
	void brokenDataIs1007() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(COMPRESSED_TEXT, new byte[] { 7, 7, 7, 7, 7, 7 }).expectEnd(CloseReason.NOT_UTF8);
		}
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(COMPRESSED_TEXT, deflate(new byte[] { '"', (byte) 0xC3, 0x28, '"' }))
				.expectEnd(CloseReason.NOT_UTF8);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0xC0 | WebSocketSession.PING, 0xC0 | WebSocketSession.CLOSE, 0xA0 | WebSocketSession.TEXT,
			0x90 | WebSocketSession.TEXT, 0xF0 | WebSocketSession.TEXT })
	void otherReservedBitsAre1002(int first) {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(first, new byte[] { 0 }).expectEnd(CloseReason.PROTOCOL_ERROR);
		}
	}

	@Test
	void reservedBitOfContinuationIs1002() {
		try (WebSocketSession session = openAndSync(tenant())) {
			session.frame(WebSocketSession.COMPRESSED | WebSocketSession.TEXT, new byte[] { 0 });
			session.frame(0x80 | WebSocketSession.COMPRESSED, new byte[] { 0 }).expectEnd(CloseReason.PROTOCOL_ERROR);
		}
	}

	@Test
	void refusedBrowserIsToldAsWell() {
		OpenOptions options = OpenOptions.key("sdk-nobody-knows")
			.header("Origin", "http://localhost")
			.header("Sec-WebSocket-Extensions", OFFER);
		try (WebSocketSession session = WebSocketSession.open(server(), options)) {
			session.expectEnd(CloseReason.UNAUTHORIZED);
		}
	}

}
