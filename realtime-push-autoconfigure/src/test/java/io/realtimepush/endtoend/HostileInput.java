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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One hostile input and what it has to be answered with.
 */
final class HostileInput {

	/** What would tell a client of the inside of the server. */
	private static final Pattern INSIDE = Pattern.compile(
			"Exception|\\bat [a-z]+\\.|java\\.|io\\.netty|reactor\\.|springframework|tools\\.jackson|<html|Whitelabel");

	private static final int END = -1;

	private final String name;

	private final Start start;

	private final byte[] bytes;

	private final boolean leaves;

	private final Set<Integer> codes;

	private final List<String> parts;

	private HostileInput(String name, Start start, byte[] bytes, boolean leaves, Set<Integer> codes,
			List<String> parts) {
		this.name = name;
		this.start = start;
		this.bytes = bytes;
		this.leaves = leaves;
		this.codes = codes;
		this.parts = parts;
	}

	/** A first message that ends the connection. */
	static HostileInput hello(String name, String text, int code) {
		return new HostileInput(name, Start.HANDSHAKE, frame(text), false, Set.of(code), List.of());
	}

	/** A message that ends an open session. */
	static HostileInput message(String name, String text, int code) {
		return new HostileInput(name, Start.SESSION, frame(text), false, Set.of(code), List.of());
	}

	/** A message that is answered while the session stays. */
	static HostileInput answered(String name, String text, String... parts) {
		return new HostileInput(name, Start.SESSION, frame(text), false, Set.of(), List.of(parts));
	}

	static HostileInput frames(String name, byte[]... frames) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		Arrays.asList(frames).forEach(bytes::writeBytes);
		return new HostileInput(name, Start.SESSION, bytes.toByteArray(), false, Set.of(), List.of());
	}

	/**
	 * A message after compression was agreed upon, in a frame that says it is compressed.
	 */
	static HostileInput compressed(String name, byte[] payload) {
		return new HostileInput(name, Start.COMPRESSED, RawConnection.frame(0xC1, payload), false, Set.of(), List.of());
	}

	/** A message where CBOR is spoken. */
	static HostileInput cbor(String name, byte[] message) {
		return new HostileInput(name, Start.CBOR, RawConnection.frame(0x82, message), false, Set.of(), List.of());
	}

	static HostileInput http(String name, String text) {
		return new HostileInput(name, Start.HTTP, text.getBytes(StandardCharsets.ISO_8859_1), false, Set.of(),
				List.of());
	}

	HostileInput closes(Integer... closeCodes) {
		return new HostileInput(this.name, this.start, this.bytes, false, Set.of(closeCodes), List.of());
	}

	HostileInput answers(Integer... statuses) {
		return new HostileInput(this.name, this.start, this.bytes, false, Set.of(statuses), List.of());
	}

	HostileInput answers(int status, String code) {
		return new HostileInput(this.name, this.start, this.bytes, false, Set.of(status),
				List.of("\"code\":\"" + code + "\"", "\"status\":" + status));
	}

	/** Any client error, or the end of the connection without an answer. */
	HostileInput isRefused() {
		return answers(400, 413, 414, 415, 431, 501, 505);
	}

	/** The connection ends, with or without a close code. */
	HostileInput ends() {
		return closes(1000, 1002, 1007, END);
	}

	/** The client leaves in the middle. */
	HostileInput leaves() {
		return new HostileInput(this.name, this.start, this.bytes, true, Set.of(), List.of());
	}

	void send(int port) throws IOException {
		try (RawConnection connection = new RawConnection(port)) {
			switch (this.start) {
				case HANDSHAKE -> connection.upgrade("/realtime/ws");
				case SESSION -> {
					connection.upgrade("/realtime/ws", HostileInputs.AUTHORIZATION);
					assertThat(text(connection)).contains("\"type\":\"welcome\"");
					assertThat(text(connection)).contains("\"type\":\"snapshot\"");
				}
				case COMPRESSED -> {
					connection.upgrade("/realtime/ws?mode=notify", HostileInputs.AUTHORIZATION,
							"Sec-WebSocket-Extensions: permessage-deflate");
					assertThat(text(connection)).contains("\"type\":\"welcome\"");
					assertThat(text(connection)).contains("\"type\":\"version\"");
				}
				case CBOR -> {
					connection.upgrade("/realtime/ws", HostileInputs.AUTHORIZATION,
							"Sec-WebSocket-Protocol: realtime-push.v1.cbor");
					assertThat(connection.frame()).isNotNull();
					assertThat(connection.frame()).isNotNull();
				}
				case HTTP -> {
				}
			}
			sendBytes(connection);
			if (!this.leaves) {
				check(connection);
			}
		}
	}

	private void sendBytes(RawConnection connection) {
		try {
			connection.send(this.bytes);
		}
		catch (IOException ex) {
			// The server need not take all of it
		}
	}

	private void check(RawConnection connection) throws IOException {
		if (this.start == Start.HTTP) {
			checkAnswer(connection);
		}
		else if (this.codes.isEmpty()) {
			checkMessage(connection);
		}
		else {
			checkClose(connection);
		}
	}

	private void checkAnswer(RawConnection connection) throws IOException {
		RawConnection.Answer answer = this.codes.contains(200) ? connection.head() : connection.answer();
		if (answer == null) {
			assertThat(this.codes).as("connection ended without an answer").contains(431);
			return;
		}
		assertThat(answer.status()).as(answer.toString()).isIn(this.codes);
		assertNothingInside(answer.toString());
		if (!this.parts.isEmpty()) {
			assertThat(answer.body()).contains(this.parts);
			assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
		}
	}

	private void checkMessage(RawConnection connection) throws IOException {
		String text = text(connection);
		assertNothingInside(text);
		assertThat(text).contains(this.parts);
		String mark = Long.toString(System.nanoTime());
		connection.text("{\"type\":\"ping\",\"t\":" + mark + "}");
		while (!text.contains("\"type\":\"pong\",\"t\":" + mark)) {
			text = text(connection);
		}
	}

	private void checkClose(RawConnection connection) throws IOException {
		RawConnection.Frame frame = connection.frame();
		while (frame != null && frame.opcode() != RawConnection.CLOSE) {
			assertNothingInside(frame.text());
			frame = connection.frame();
		}
		if (frame == null) {
			assertThat(this.codes).as("connection ended without a close code").contains(END);
			return;
		}
		assertThat(frame.closeCode()).as(frame.text()).isIn(this.codes);
		assertNothingInside(frame.text());
		assertThat(frame.payload()).hasSizeLessThanOrEqualTo(125);
	}

	private static String text(RawConnection connection) throws IOException {
		RawConnection.Frame frame = connection.frame();
		assertThat(frame).as("connection has ended").isNotNull();
		assertThat(frame.opcode()).as(frame.closeCode() + " " + frame.text()).isEqualTo(RawConnection.TEXT);
		return frame.text();
	}

	private static void assertNothingInside(@Nullable String text) {
		assertThat(text).doesNotContainPattern(INSIDE)
			.doesNotContain(PushServer.SERVER_KEY)
			.doesNotContain(PushServer.CLIENT_KEY);
	}

	private static byte[] frame(String text) {
		return RawConnection.frame(0x81, text.getBytes(StandardCharsets.UTF_8));
	}

	static String cut(String text) {
		String visible = text.chars()
			.mapToObj((c) -> (c < 32 || c > 126) ? "." : Character.toString(c))
			.collect(Collectors.joining());
		return (visible.length() > 80) ? visible.substring(0, 80) + "…" : visible;
	}

	static String hex(byte[] bytes) {
		return HexFormat.of().formatHex(bytes).toUpperCase(Locale.ROOT);
	}

	@Override
	public String toString() {
		return this.name;
	}

	private enum Start {

		HTTP, HANDSHAKE, SESSION, COMPRESSED, CBOR

	}

}
