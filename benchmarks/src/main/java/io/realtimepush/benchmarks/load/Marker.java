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
 * What a published body carries to be found in a stream of bytes, whatever the transport
 * has wrapped around it: {@code @@0000012:0000123456789012345@@} is the number of the
 * change and the time of its publication as of {@link System#nanoTime()}, which all
 * processes of a Linux machine share.
 *
 * @since 0.1.0
 */
public final class Marker {

	/**
	 * Bytes of a marker.
	 */
	public static final int LENGTH = 31;

	private static final int NUMBER = 2;

	private static final int NUMBER_DIGITS = 7;

	private static final int TIME = NUMBER + NUMBER_DIGITS + 1;

	private static final int TIME_DIGITS = 19;

	private static final String BODY_START = "{\"pad\":\"";

	private static final String BODY_MIDDLE = "\",\"m\":\"";

	private static final String BODY_END = "\"}";

	private Marker() {
	}

	/**
	 * Write a marker.
	 * @param number the number of the change, positive and below ten million
	 * @param nanos when it was published
	 * @return the marker
	 */
	public static String text(int number, long nanos) {
		return "@@" + digits(number, NUMBER_DIGITS) + ':' + digits(nanos, TIME_DIGITS) + "@@";
	}

	private static String digits(long value, int count) {
		String digits = Long.toString(value);
		return "0".repeat(count - digits.length()) + digits;
	}

	/**
	 * Write a body that ends with a marker, with the time of this call.
	 * @param number the number of the change
	 * @param size the size of the body in bytes; a smaller one than a body needs is
	 * exceeded
	 * @return a JSON object
	 */
	public static String body(int number, int size) {
		int fixed = BODY_START.length() + BODY_MIDDLE.length() + LENGTH + BODY_END.length();
		return BODY_START + "x".repeat(Math.max(0, size - fixed)) + BODY_MIDDLE + text(number, System.nanoTime())
				+ BODY_END;
	}

	/**
	 * Find the last marker. Searched from the end, because it stands at the end of a body
	 * and a later one outdates those before.
	 * @param data where to look
	 * @param from the first byte
	 * @param to behind the last byte
	 * @return where the marker begins, or -1 if there is none
	 */
	static int lastIn(byte[] data, int from, int to) {
		int last = to - 1;
		while (last >= from + LENGTH - 1) {
			if (data[last] != '@') {
				last--;
			}
			else if (isMarker(data, last - LENGTH + 1)) {
				return last - LENGTH + 1;
			}
			else {
				last--;
			}
		}
		return -1;
	}

	private static boolean isMarker(byte[] data, int at) {
		return data[at] == '@' && data[at + 1] == '@' && data[at + LENGTH - 2] == '@' && data[at + TIME - 1] == ':';
	}

	static int number(byte[] data, int at) {
		return (int) read(data, at + NUMBER, NUMBER_DIGITS);
	}

	static long nanos(byte[] data, int at) {
		return read(data, at + TIME, TIME_DIGITS);
	}

	private static long read(byte[] data, int at, int digits) {
		long value = 0;
		for (int i = at; i < at + digits; i++) {
			value = value * 10 + (data[i] - '0');
		}
		return value;
	}

	/**
	 * Return the bytes of a text.
	 */
	static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
