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

/**
 * The first bytes of a message, gathered over as many reads as it takes: they hold its
 * type and its position.
 */
final class MessageStart {

	private static final int SIZE = 144;

	private static final byte[] TYPE = Marker.ascii("{\"type\":\"");

	private static final byte[] EPOCH = Marker.ascii("\"epoch\":\"");

	private static final byte[] FROM = Marker.ascii("\"from\":");

	private static final byte[] VERSION = Marker.ascii("\"version\":");

	private final byte[] bytes = new byte[SIZE];

	private int size;

	void clear() {
		this.size = 0;
	}

	void add(byte[] data, int from, int to) {
		int count = Math.min(SIZE - this.size, to - from);
		if (count > 0) {
			System.arraycopy(data, from, this.bytes, this.size, count);
			this.size += count;
		}
	}

	/** The first letter of the type, or 0 if this is no message of the protocol. */
	char type() {
		return (this.size > TYPE.length && startsWith(TYPE, 0)) ? (char) this.bytes[TYPE.length] : 0;
	}

	long from() {
		return number(FROM);
	}

	long version() {
		return number(VERSION);
	}

	/** The number behind a name, or -1 if there is none. */
	private long number(byte[] name) {
		int at = behind(name);
		if (at < 0) {
			return -1;
		}
		long value = 0;
		while (at < this.size && isDigit(this.bytes[at])) {
			value = value * 10 + (this.bytes[at++] - '0');
		}
		return value;
	}

	/**
	 * Write the position as it stands in a request.
	 * @return its length, or 0 if the message has none
	 */
	int copyPosition(byte[] into) {
		int epoch = behind(EPOCH);
		int version = behind(VERSION);
		if (epoch < 0 || version < 0) {
			return 0;
		}
		int length = 0;
		while (this.bytes[epoch] != '"') {
			into[length++] = this.bytes[epoch++];
		}
		into[length++] = ':';
		while (version < this.size && isDigit(this.bytes[version])) {
			into[length++] = this.bytes[version++];
		}
		return length;
	}

	private static boolean isDigit(byte value) {
		return value >= '0' && value <= '9';
	}

	private int behind(byte[] name) {
		for (int i = 0; i + name.length < this.size; i++) {
			if (startsWith(name, i)) {
				return i + name.length;
			}
		}
		return -1;
	}

	private boolean startsWith(byte[] name, int at) {
		for (int i = 0; i < name.length; i++) {
			if (this.bytes[at + i] != name[i]) {
				return false;
			}
		}
		return true;
	}

	@Override
	public String toString() {
		return new String(this.bytes, 0, this.size, StandardCharsets.UTF_8);
	}

}
