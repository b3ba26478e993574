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

package io.realtimepush.client.transport;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

import io.realtimepush.client.ConnectFailedException;
import io.realtimepush.client.ConnectFailure;

/**
 * Takes server-sent events out of a stream of bytes. Only {@code data} is of interest:
 * what the other fields say stands in it too.
 */
final class SseParser {

	private static final byte[] DATA = "data:".getBytes(StandardCharsets.UTF_8);

	private final int limit;

	private final Consumer<byte[]> events;

	private final ByteArrayOutputStream line = new ByteArrayOutputStream();

	private final ByteArrayOutputStream data = new ByteArrayOutputStream();

	private boolean afterReturn;

	/**
	 * Create a parser for a stream.
	 * @param limit the largest event, in bytes
	 * @param events is given the data of each event
	 */
	SseParser(int limit, Consumer<byte[]> events) {
		this.limit = limit;
		this.events = events;
	}

	/**
	 * Take the next part of the stream.
	 */
	void feed(byte[] bytes) {
		int start = 0;
		for (int i = 0; i < bytes.length; i++) {
			byte c = bytes[i];
			if (c == '\n' || c == '\r') {
				boolean secondOfPair = c == '\n' && this.afterReturn && i == start;
				append(bytes, start, i);
				start = i + 1;
				if (!secondOfPair) {
					lineEnds();
				}
			}
			this.afterReturn = c == '\r';
		}
		append(bytes, start, bytes.length);
	}

	private void append(byte[] bytes, int from, int to) {
		if (this.line.size() + this.data.size() + to - from > this.limit) {
			throw new ConnectFailedException(new ConnectFailure(ConnectFailure.Kind.BROKEN, "too_large",
					"the server sent more than " + this.limit + " bytes in one event"));
		}
		this.line.write(bytes, from, to - from);
	}

	private void lineEnds() {
		byte[] text = this.line.toByteArray();
		this.line.reset();
		if (text.length == 0) {
			eventEnds();
		}
		else if (startsWithData(text)) {
			if (this.data.size() > 0) {
				this.data.write('\n');
			}
			int from = (text.length > DATA.length && text[DATA.length] == ' ') ? DATA.length + 1 : DATA.length;
			this.data.write(text, from, text.length - from);
		}
	}

	private static boolean startsWithData(byte[] text) {
		return text.length >= DATA.length && Arrays.equals(text, 0, DATA.length, DATA, 0, DATA.length);
	}

	private void eventEnds() {
		if (this.data.size() > 0) {
			byte[] event = this.data.toByteArray();
			this.data.reset();
			this.events.accept(event);
		}
	}

}
