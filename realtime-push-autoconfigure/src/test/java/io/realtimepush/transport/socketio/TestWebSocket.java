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

package io.realtimepush.transport.socketio;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A WebSocket of a test.
 */
public final class TestWebSocket implements WebSocket.Listener, AutoCloseable {

	private static final String CLOSED = "closed with ";

	private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();

	private final StringBuilder text = new StringBuilder();

	private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

	private WebSocket socket;

	private TestWebSocket() {
	}

	public static TestWebSocket open(HttpClient client, int port, String pathAndQuery) {
		return open(client, URI.create("ws://127.0.0.1:" + port + pathAndQuery));
	}

	/**
	 * Open a WebSocket.
	 * @param headers names and values
	 */
	public static TestWebSocket open(HttpClient client, URI uri, String... headers) {
		TestWebSocket listener = new TestWebSocket();
		WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(SocketIoTestServer.TIMEOUT);
		for (int i = 0; i < headers.length; i += 2) {
			builder.header(headers[i], headers[i + 1]);
		}
		listener.socket = builder.buildAsync(uri, listener).join();
		return listener;
	}

	@Override
	public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
		this.text.append(data);
		if (last) {
			this.received.add(this.text.toString());
			this.text.setLength(0);
		}
		from.request(1);
		return null;
	}

	@Override
	public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
		byte[] bytes = new byte[data.remaining()];
		data.get(bytes);
		this.binary.writeBytes(bytes);
		if (last) {
			this.received.add(this.binary.toByteArray());
			this.binary.reset();
		}
		from.request(1);
		return null;
	}

	@Override
	public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
		this.received.add(CLOSED + code);
		return null;
	}

	@Override
	public void onError(WebSocket from, Throwable error) {
		this.received.add(CLOSED + 1006);
	}

	public TestWebSocket send(String message) {
		this.socket.sendText(message, true).join();
		return this;
	}

	public TestWebSocket send(byte... message) {
		this.socket.sendBinary(ByteBuffer.wrap(message), true).join();
		return this;
	}

	/** Return the next message: text, or bytes. */
	public Object next() {
		try {
			Object next = this.received.poll(SocketIoTestServer.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(next).as("message in time").isNotNull();
			return next;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	public String nextText() {
		return (String) next();
	}

	/** Return the next message that is no ping, answering pings. */
	public String nextMessage() {
		while (true) {
			Object next = next();
			if (!"2".equals(next)) {
				return (next instanceof byte[] bytes) ? Arrays.toString(bytes) : (String) next;
			}
			send("3");
		}
	}

	/** Return how many messages have come that nobody has asked for. */
	public int waiting() {
		return this.received.size();
	}

	/** Wait for the end, whatever comes before. */
	public int awaitClose() {
		while (true) {
			if (next() instanceof String message && message.startsWith(CLOSED)) {
				return Integer.parseInt(message.substring(CLOSED.length()));
			}
		}
	}

	@Override
	public void close() {
		this.socket.abort();
	}

}
