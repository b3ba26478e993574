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
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP answer, gathered until it is complete.
 */
final class ResponseHead {

	private static final int MAX_SIZE = 8192;

	private byte[] bytes = new byte[512];

	private int size;

	private boolean complete;

	/**
	 * Take bytes until the head is complete.
	 * @return where what follows the head begins, or {@code to}
	 */
	int read(byte[] data, int from, int to) {
		for (int i = from; i < to; i++) {
			add(data[i]);
			if (endsHere()) {
				this.complete = true;
				return i + 1;
			}
		}
		return to;
	}

	private void add(byte value) {
		if (this.size == MAX_SIZE) {
			throw new IllegalStateException("answer has a head of more than " + MAX_SIZE + " bytes");
		}
		if (this.size == this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, this.size * 2);
		}
		this.bytes[this.size++] = value;
	}

	private boolean endsHere() {
		int n = this.size;
		return n >= 4 && this.bytes[n - 1] == '\n' && this.bytes[n - 2] == '\r' && this.bytes[n - 3] == '\n'
				&& this.bytes[n - 4] == '\r';
	}

	boolean isComplete() {
		return this.complete;
	}

	void clear() {
		this.size = 0;
		this.complete = false;
	}

	int status() {
		return Integer.parseInt(text(), 9, 12, 10);
	}

	/** Length of the body, or -1 if it comes in chunks. */
	long contentLength() {
		String length = header("content-length");
		if (length != null) {
			return Long.parseLong(length);
		}
		return (header("transfer-encoding") != null) ? -1 : 0;
	}

	@Nullable String header(String name) {
		String text = text();
		int start = text.toLowerCase(Locale.ROOT).indexOf("\r\n" + name + ":");
		if (start < 0) {
			return null;
		}
		start += name.length() + 3;
		return text.substring(start, text.indexOf("\r\n", start)).trim();
	}

	String text() {
		return new String(this.bytes, 0, this.size, StandardCharsets.US_ASCII);
	}

}
