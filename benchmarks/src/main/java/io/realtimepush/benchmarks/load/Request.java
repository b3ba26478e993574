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

import java.nio.ByteBuffer;

/**
 * The bytes of a login's request, in pieces, so that a poll can put its position in
 * between without making a text of it.
 */
final class Request {

	private static final byte[] END = Marker.ascii("\r\n");

	private final byte[] start;

	private final byte[] positionParameter;

	private final byte[] position;

	private final byte[] headers;

	Request(Login login) {
		this.start = Marker.ascii("GET " + login.path());
		this.positionParameter = Marker.ascii(((login.path().indexOf('?') < 0) ? "?" : "&") + "position=");
		this.position = Marker.ascii((login.position() != null) ? login.position() : "");
		this.headers = Marker.ascii(headers(login));
	}

	private static String headers(Login login) {
		StringBuilder text = new StringBuilder(256);
		text.append(" HTTP/1.1\r\nHost: ")
			.append(login.server().getHostString())
			.append(':')
			.append(login.server().getPort())
			.append("\r\n");
		if (login.key() != null) {
			text.append("Authorization: Bearer ").append(login.key()).append("\r\n");
		}
		switch (login.transport()) {
			case WEBSOCKET, SOCKET_IO -> text.append("Upgrade: websocket\r\nConnection: Upgrade\r\n")
				.append("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
			case SSE -> text.append("Accept: text/event-stream\r\n");
			case LONG_POLL -> {
			}
		}
		return text.toString();
	}

	/** Write the request as it is first sent. */
	void writeTo(ByteBuffer out) {
		writeTo(out, this.position, this.position.length, "");
	}

	/**
	 * Write the request of a further poll.
	 * @param at the position to go on from
	 * @param length its length, or 0 if there is none
	 * @param header one more header with its line end, or nothing
	 */
	void writeTo(ByteBuffer out, byte[] at, int length, String header) {
		out.put(this.start);
		if (length > 0) {
			out.put(this.positionParameter).put(at, 0, length);
		}
		out.put(this.headers);
		for (int i = 0; i < header.length(); i++) {
			out.put((byte) header.charAt(i));
		}
		out.put(END);
	}

}
