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

package io.realtimepush.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An event stream, parsed as an EventSource does it.
 */
final class SseSession extends TestSession {

	private final RawConnection connection;

	private final RawConnection.Head head;

	private @Nullable String retry;

	private @Nullable Message closed;

	private final AtomicInteger received = new AtomicInteger();

	/** Takes a compressed stream. */
	private @Nullable Inflater inflater;

	private SseSession(RawConnection connection, RawConnection.Head head) {
		this.connection = connection;
		this.head = head;
	}

	static SseSession open(LoopbackServer server, OpenOptions options) {
		RawConnection connection = RawConnection.to(server, options.receiveBuffer());
		try {
			connection.request(options.target("/realtime/sse"), options.headers());
			RawConnection.Head head = connection.readHead();
			SseSession session = new SseSession(connection, head);
			if (head.status() == 200) {
				assertThat(head.headers())
					.hasEntrySatisfying("Content-Type", (type) -> assertThat(type).startsWith("text/event-stream"))
					.containsEntry("Cache-Control", "no-store")
					.containsEntry("X-Accel-Buffering", "no");
				connection.waitForEver();
				session.start(session::read);
			}
			else {
				byte[] body = connection.readFully(Integer.parseInt(head.headers().get("Content-Length")));
				Message problem = Message.of(new String(body, StandardCharsets.UTF_8));
				session.arrived(new End(head.status(), problem.text("code"), problem.text("detail")));
			}
			return session;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	RawConnection.Head head() {
		return this.head;
	}

	/** Bytes of the body that have come. */
	int received() {
		return this.received.get();
	}

	@Nullable String retry() {
		return this.retry;
	}

	private void read() {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		Event event = new Event();
		try {
			byte[] chunk;
			while ((chunk = nextChunk()) != null) {
				for (byte b : chunk) {
					if (b != '\n') {
						line.write(b);
						continue;
					}
					event = event.line(this, line.toString(StandardCharsets.UTF_8));
					line.reset();
				}
			}
			Message last = this.closed;
			arrived((last != null) ? new End((int) last.number("code"), null, last.text("reason"))
					: new End(0, null, "end of stream"));
		}
		catch (IOException | UncheckedIOException ex) {
			arrived(new End(0, null, String.valueOf(ex.getMessage())));
		}
	}

	private byte @Nullable [] nextChunk() throws IOException {
		if (this.head.headers().containsKey("Content-Length")) {
			throw new IOException("a stream without end has no length");
		}
		byte[] chunk = this.connection.readChunk();
		this.received.addAndGet((chunk != null) ? chunk.length : 0);
		boolean gzip = "gzip".equals(this.head.headers().get("Content-Encoding"));
		return (gzip && chunk != null) ? inflate(chunk) : chunk;
	}

	/** All that has come must be there at once, though the stream goes on. */
	private byte[] inflate(byte[] chunk) throws IOException {
		int skip = 0;
		if (this.inflater == null) {
			assertThat(chunk).startsWith(0x1F, 0x8B, 8, 0);
			this.inflater = new Inflater(true);
			skip = 10;
		}
		try {
			this.inflater.setInput(chunk, skip, chunk.length - skip);
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			byte[] buffer = new byte[8192];
			int length;
			while ((length = this.inflater.inflate(buffer)) > 0) {
				out.write(buffer, 0, length);
			}
			return out.toByteArray();
		}
		catch (DataFormatException ex) {
			throw new IOException("the stream is no gzip", ex);
		}
	}

	private void dispatch(Event event) {
		String data = event.data;
		if (data == null) {
			assertThat(event.id).as("an id without an event").isNull();
			return;
		}
		Message message = Message.of(data).withId(event.id);
		assertThat(event.name).isEqualTo(message.type().equals("error") ? "failure" : message.type());
		switch (message.type()) {
			case "snapshot", "delta", "version" -> assertThat(message.id()).isEqualTo(message.position().toString());
			case "welcome" -> assertThat(message.id() != null).isEqualTo(message.flag("resumed"));
			default -> assertThat(message.id()).isNull();
		}
		if (message.type().equals("closed")) {
			this.closed = message;
		}
		else {
			arrived(message);
		}
	}

	@Override
	TestSession expectWelcome(boolean resumed) {
		nextWelcome(resumed);
		assertThat(this.retry).isNotNull();
		return this;
	}

	@Override
	public void close() {
		this.connection.close();
	}

	/**
	 * Lines up to an empty one.
	 */
	private static final class Event {

		private @Nullable String name;

		private @Nullable String data;

		private @Nullable String id;

		Event line(SseSession session, String line) {
			if (line.isEmpty()) {
				session.dispatch(this);
				return new Event();
			}
			int colon = line.indexOf(": ");
			String value = line.substring(colon + 2);
			switch (line.substring(0, colon)) {
				case "event" -> this.name = value;
				case "data" -> {
					assertThat(this.data).as("data on one line").isNull();
					this.data = value;
				}
				case "id" -> this.id = value;
				case "retry" -> session.retry = value;
				default -> throw new AssertionError("unexpected line " + line);
			}
			return this;
		}

	}

}
