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

package io.realtimepush.transport.engineio;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a session has besides while it is served by requests. Confined to the carrier of
 * the session.
 */
final class Polling {

	private List<EngineMessage> buffer = new ArrayList<>(2);

	private int buffered;

	private @Nullable Reply poll;

	private boolean posting;

	boolean isPolled() {
		return this.poll != null;
	}

	boolean isEmpty() {
		return this.buffer.isEmpty();
	}

	void begin(Reply reply) {
		this.poll = reply;
	}

	/**
	 * The client has left a poll.
	 * @return whether it was the present one
	 */
	boolean cancel(Reply reply) {
		boolean present = this.poll == reply;
		if (present) {
			this.poll = null;
		}
		return present;
	}

	/** How many bytes wait. */
	int buffered() {
		return this.buffered;
	}

	/** Keep a message for the next answer. */
	void add(EngineMessage message) {
		this.buffer.add(message);
		this.buffered += message.size();
	}

	/** Answer the poll with all that waits, if there is a poll, and if anything waits. */
	void flush() {
		Reply reply = this.poll;
		if (reply != null && !this.buffer.isEmpty()) {
			this.poll = null;
			ByteArrayOutputStream payload = new ByteArrayOutputStream(this.buffered + 16 * this.buffer.size());
			take().forEach((message) -> message.writeTo(payload));
			reply.answer(payload.toByteArray());
		}
	}

	/** Refuse the poll, if there is one. */
	void refuse(EngineError error) {
		Reply reply = this.poll;
		if (reply != null) {
			this.poll = null;
			reply.refuse(error);
		}
	}

	/** Take what waits. */
	List<EngineMessage> take() {
		List<EngineMessage> taken = this.buffer;
		this.buffer = new ArrayList<>(2);
		this.buffered = 0;
		return taken;
	}

	/**
	 * A body begins to come.
	 * @return whether no other one is being read
	 */
	boolean beginPost() {
		boolean first = !this.posting;
		this.posting = true;
		return first;
	}

	void endPost() {
		this.posting = false;
	}

}
