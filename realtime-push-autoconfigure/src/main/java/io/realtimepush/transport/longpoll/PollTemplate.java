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

package io.realtimepush.transport.longpoll;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.realtimepush.flags.FlagPosition;
import org.jspecify.annotations.Nullable;

/**
 * What a client's polls have in common: all bytes of the request but the position and the
 * session, how long it waits, and what the head of the answer says beside what
 * {@link JsonFormat} does. A request with the same bytes was authenticated and checked
 * when its predecessor was, so it need not be parsed again.
 * <p>
 * Immutable; clients with the same key, options and headers share one.
 */
final class PollTemplate {

	private static final String POSITION = "position=";

	private static final String END = "\r\n\r\n";

	/** Up to the position, then up to the session, then to the end. */
	private final ByteBuf[] parts;

	private final byte[] bytes;

	private final int[] holes;

	private final byte[] answer;

	private final long wait;

	/**
	 * The position that was read last, which is that of nearly all who poll next. Set by
	 * any event loop, without order, because any of them is as good.
	 */
	private @Nullable Remembered last;

	private PollTemplate(byte[] bytes, int[] holes, byte[] answer, long wait) {
		this.bytes = bytes;
		this.holes = holes;
		this.answer = answer;
		this.wait = wait;
		this.parts = new ByteBuf[holes.length + 1];
		int start = 0;
		for (int i = 0; i <= holes.length; i++) {
			int end = (i < holes.length) ? holes[i] : bytes.length;
			// No slices of one buffer, which are slower to compare with
			this.parts[i] = Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, start, end));
			start = end;
		}
	}

	/**
	 * Make a template of a request.
	 * @param request the bytes of the request
	 * @param uri its target as the server has understood it
	 * @param headers its headers as the server has understood them
	 * @param session the session it may name
	 * @param answer what the head of the answer says
	 * @param wait how long it may wait, in milliseconds
	 * @return the template, or {@code null} if the bytes are anything but exactly this
	 * one request, without a body, with one position
	 */
	static @Nullable PollTemplate of(byte[] request, String uri, HttpHeaders headers, String session, byte[] answer,
			long wait) {
		String text = new String(request, StandardCharsets.ISO_8859_1);
		if (!isExactly(text, uri, headers)) {
			return null;
		}
		int position = text.indexOf(POSITION) + POSITION.length();
		if (position < POSITION.length() || "?&".indexOf(text.charAt(position - POSITION.length() - 1)) < 0
				|| position > uri.length() + 4 || text.indexOf(POSITION, position) >= 0) {
			return null;
		}
		int positionEnd = endOfValue(text, position);
		int named = text.indexOf(session, positionEnd);
		String rest = (named < 0) ? text.substring(positionEnd)
				: text.substring(positionEnd, named) + text.substring(named + session.length());
		int[] holes = (named < 0) ? new int[] { position } : new int[] { position, position + named - positionEnd };
		return new PollTemplate((text.substring(0, position) + rest).getBytes(StandardCharsets.ISO_8859_1), holes,
				answer, wait);
	}

	/**
	 * Nothing of these bytes may be left in the server's decoder, nor may it have held
	 * anything before: else what follows would be taken for the begin of a request and
	 * would be none.
	 */
	private static boolean isExactly(String text, String uri, HttpHeaders headers) {
		String[] lines = text.split("\r\n", -1);
		if (!text.endsWith(END) || lines.length != headers.size() + 3 || !lines[0].equals("GET " + uri + " HTTP/1.1")) {
			return false;
		}
		Iterator<Map.Entry<String, String>> entries = headers.iteratorAsString();
		for (int i = 1; entries.hasNext(); i++) {
			Map.Entry<String, String> entry = entries.next();
			int colon = lines[i].indexOf(':');
			if (colon < 0 || !lines[i].substring(0, colon).equals(entry.getKey())
					|| !lines[i].substring(colon + 1).trim().equals(entry.getValue())) {
				return false;
			}
		}
		return !headers.contains("Content-Length") && !headers.contains("Transfer-Encoding")
				&& !headers.contains("Expect") && !headers.contains("Upgrade")
				&& !headers.containsValue("Connection", "close", true);
	}

	private static int endOfValue(String text, int start) {
		int end = start;
		while (text.charAt(end) != '&' && text.charAt(end) != ' ') {
			end++;
		}
		return end;
	}

	/**
	 * Match a request.
	 * @param in bytes that were read
	 * @param session the session that the request has to name, if requests of this kind
	 * do
	 * @return the position in the request, or {@code null} if the bytes are anything else
	 * than one whole request of this kind
	 */
	@Nullable FlagPosition match(ByteBuf in, byte[] session) {
		ByteBuf first = this.parts[0];
		int start = in.readerIndex() + first.readableBytes();
		int length = in.writerIndex() - start - lengthBehindPosition(session);
		if (length <= 0 || !startsWith(in, in.readerIndex(), first)) {
			return null;
		}
		int index = start + length;
		for (int i = 1; i < this.parts.length; i++) {
			if (!startsWith(in, index, this.parts[i])) {
				return null;
			}
			index += this.parts[i].readableBytes();
			if (i + 1 < this.parts.length) {
				if (!startsWith(in, index, session)) {
					return null;
				}
				index += session.length;
			}
		}
		return position(in, start, length);
	}

	/** What has another parameter or the end of the URL in it is no position. */
	private @Nullable FlagPosition position(ByteBuf in, int start, int length) {
		Remembered former = this.last;
		if (former != null && former.text.length == length && startsWith(in, start, former.text)) {
			return former.position;
		}
		String text = in.toString(start, length, StandardCharsets.ISO_8859_1);
		try {
			FlagPosition position = FlagPosition.parse(text.replace("%3A", ":"));
			this.last = new Remembered(text.getBytes(StandardCharsets.ISO_8859_1), position);
			return position;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/** What the head of an answer says, beside the session and what the body is. */
	byte[] answer() {
		return this.answer;
	}

	/** How long such a poll may wait, in milliseconds. */
	long waitMillis() {
		return this.wait;
	}

	private int lengthBehindPosition(byte[] session) {
		return this.bytes.length - this.holes[0] + (this.holes.length - 1) * session.length;
	}

	private static boolean startsWith(ByteBuf in, int index, ByteBuf expected) {
		int length = expected.readableBytes();
		return in.writerIndex() - index >= length
				&& ByteBufUtil.equals(in, index, expected, expected.readerIndex(), length);
	}

	private static boolean startsWith(ByteBuf in, int index, byte[] expected) {
		if (in.writerIndex() - index < expected.length) {
			return false;
		}
		for (int i = 0; i < expected.length; i++) {
			if (in.getByte(index + i) != expected[i]) {
				return false;
			}
		}
		return true;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof PollTemplate that && Arrays.equals(this.bytes, that.bytes)
				&& Arrays.equals(this.holes, that.holes) && Arrays.equals(this.answer, that.answer)
				&& this.wait == that.wait;
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.bytes);
	}

	/**
	 * A position, and how it was written.
	 */
	private record Remembered(byte[] text, FlagPosition position) {
	}

}
