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

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Polls, and polls again as soon as it is answered: from the position of the answer, and
 * in the session it was given, if there are such.
 */
final class LongPollClient extends Client {

	private static final String SESSION_HEADER = "realtime-push-session:";

	private static final byte[] SESSION_HEADER_BYTES = Marker.ascii(SESSION_HEADER);

	/** How a body in chunks ends. Nothing in JSON looks like it. */
	private static final byte[] LAST_CHUNK = Marker.ascii("0\r\n\r\n");

	private final MessageStart start = new MessageStart();

	private final byte[] position = new byte[48];

	private int positionLength;

	/** The header line that names the session, empty if there is none, or not yet. */
	private String sessionHeader = "";

	private boolean answered;

	/** Bytes of the body that are to come, or -1 if it comes in chunks. */
	private long remaining;

	private int matched;

	LongPollClient(LoadLoop loop, Login login, int index) throws IOException {
		super(loop, login, index);
	}

	@Override
	void onConnected() {
		becameReady();
	}

	@Override
	void opened(ResponseHead response) throws IOException {
		this.remaining = response.contentLength();
		this.start.clear();
		this.matched = 0;
		if (!this.answered) {
			this.answered = true;
			String session = response.header(SESSION_HEADER_BYTES);
			this.sessionHeader = (session != null) ? SESSION_HEADER + session + "\r\n" : "";
		}
		if (this.remaining == 0) {
			pollAgain();
		}
	}

	@Override
	int receive(byte[] data, int from, int to) throws IOException {
		if (this.remaining < 0) {
			return receiveChunks(data, from, to);
		}
		int end = from + (int) Math.min(this.remaining, to - from);
		this.start.add(data, from, end);
		this.remaining -= end - from;
		if (this.remaining == 0) {
			pollAgain();
		}
		return end;
	}

	private int receiveChunks(byte[] data, int from, int to) throws IOException {
		this.start.add(data, from, to);
		for (int i = from; i < to; i++) {
			this.matched = (data[i] == LAST_CHUNK[this.matched]) ? this.matched + 1 : (data[i] == '0') ? 1 : 0;
			if (this.matched == LAST_CHUNK.length) {
				pollAgain();
				return i + 1;
			}
		}
		return to;
	}

	private void pollAgain() throws IOException {
		loop().beaten();
		int length = this.start.copyPosition(this.position);
		if (length > 0) {
			this.positionLength = length;
		}
		expectHead();
		ByteBuffer out = loop().out();
		request().writeTo(out, this.position, this.positionLength, this.sessionHeader);
		send(out);
	}

}
