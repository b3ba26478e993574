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

package io.realtimepush.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP answer, gathered until it is complete. Read as bytes, because each
 * poll has one.
 */
final class ResponseHead {

	private static final int MAX_SIZE = 8192;

	/** Of "HTTP/1.1 200". */
	private static final int STATUS_AT = 9;

	private static final byte[] CONTENT_LENGTH = Marker.ascii("content-length:");

	private static final byte[] TRANSFER_ENCODING = Marker.ascii("transfer-encoding:");

	private byte[] bytes = new byte[256];

	private int size;

	private int lineEnds;

	/**
	 * Take bytes until the head is complete.
	 * @return where what follows the head begins, or {@code to}
	 */
	int read(byte[] data, int from, int to) {
		int end = from;
		while (end < to && this.lineEnds < 2) {
			byte value = data[end++];
			if (value == '\n') {
				this.lineEnds++;
			}
			else if (value != '\r') {
				this.lineEnds = 0;
			}
		}
		add(data, from, end);
		return end;
	}

	private void add(byte[] data, int from, int to) {
		int count = to - from;
		if (this.size + count > MAX_SIZE) {
			throw new IllegalStateException("answer has a head of more than " + MAX_SIZE + " bytes");
		}
		if (this.size + count > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(this.size + count, this.bytes.length * 2));
		}
		System.arraycopy(data, from, this.bytes, this.size, count);
		this.size += count;
	}

	boolean isComplete() {
		return this.lineEnds == 2;
	}

	void clear() {
		this.size = 0;
		this.lineEnds = 0;
	}

	int status() {
		return (int) number(STATUS_AT);
	}

	/** Length of the body, or -1 if it comes in chunks. */
	long contentLength() {
		int length = behind(CONTENT_LENGTH);
		if (length >= 0) {
			return number(length);
		}
		return (behind(TRANSFER_ENCODING) >= 0) ? -1 : 0;
	}

	private long number(int at) {
		int digit = at;
		while (this.bytes[digit] == ' ') {
			digit++;
		}
		long value = 0;
		while (this.bytes[digit] >= '0' && this.bytes[digit] <= '9') {
			value = value * 10 + this.bytes[digit++] - '0';
		}
		return value;
	}

	/**
	 * Return the value of a header.
	 * @param name its name in lower case, with the colon
	 */
	@Nullable String header(byte[] name) {
		int at = behind(name);
		if (at < 0) {
			return null;
		}
		int end = at;
		while (this.bytes[end] != '\r') {
			end++;
		}
		return new String(this.bytes, at, end - at, StandardCharsets.US_ASCII).trim();
	}

	private int behind(byte[] name) {
		for (int i = 0; i + name.length < this.size; i++) {
			if (this.bytes[i] == '\n' && isAt(name, i + 1)) {
				return i + 1 + name.length;
			}
		}
		return -1;
	}

	private boolean isAt(byte[] name, int at) {
		for (int i = 0; i < name.length; i++) {
			byte value = this.bytes[at + i];
			if (name[i] != ((value >= 'A' && value <= 'Z') ? value + 32 : value)) {
				return false;
			}
		}
		return true;
	}

	@Override
	public String toString() {
		return new String(this.bytes, 0, this.size, StandardCharsets.US_ASCII);
	}

}
