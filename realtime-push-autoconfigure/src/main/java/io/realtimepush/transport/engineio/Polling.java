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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a session has besides while it is served by requests, one of each kind at a time.
 * Confined to the carrier of the session.
 */
final class Polling {

	private static final byte[] OK = "ok".getBytes(StandardCharsets.US_ASCII);

	private final EngineSession session;

	private List<EngineMessage> buffer = new ArrayList<>(2);

	private int buffered;

	private @Nullable Reply poll;

	private boolean posting;

	Polling(EngineSession session) {
		this.session = session;
	}

	boolean isPolled() {
		return this.poll != null;
	}

	boolean isEmpty() {
		return this.buffer.isEmpty();
	}

	/** A request waits for messages. */
	void poll(Reply reply) {
		if (this.poll != null) {
			overlaps(reply);
			return;
		}
		this.poll = reply;
		flush();
		this.session.polled();
	}

	private void overlaps(Reply reply) {
		reply.refuse(EngineError.BAD_REQUEST);
		this.session.end(EngineCloseReason.TRANSPORT_ERROR);
	}

	/** The client has left while it waited. */
	void cancelled(Reply reply) {
		if (this.poll == reply) {
			this.poll = null;
			this.session.end(EngineCloseReason.TRANSPORT_CLOSE);
		}
	}

	/** How many bytes wait. */
	int buffered() {
		return this.buffered;
	}

	/** Send a message: at once if the client waits, else with the next answer. */
	void send(EngineMessage message) {
		if (this.poll != null && this.buffer.isEmpty()) {
			// What else is sent now goes with it
			this.session.carrier().execute(this::flush);
		}
		add(message);
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

	/** A body begins to come; it may be read unless that is refused. */
	void beginPost(Reply reply) {
		if (this.posting) {
			overlaps(reply);
			return;
		}
		this.posting = true;
		reply.answer(new byte[0]);
	}

	/** A body has come to its end. */
	void post(List<EnginePacket> packets, Reply reply) {
		this.posting = false;
		if (this.session.receive(packets)) {
			reply.answer(OK);
		}
		else {
			reply.refuse(EngineError.BAD_REQUEST);
		}
	}

	/** A body was too large. The session goes on. */
	void postRefused() {
		this.posting = false;
	}

}
