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

package io.realtimepush.transport.websocket;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageEncoding;
import io.realtimepush.protocol.MessageReader;
import io.realtimepush.protocol.ProtocolViolationException;
import io.realtimepush.session.PushSession;
import io.realtimepush.transport.channel.CloseFrame;
import io.realtimepush.transport.stream.FrameOutlet;
import io.realtimepush.transport.stream.StreamConnection;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * A WebSocket that the web server goes on serving. What the client sends is read one
 * message at a time, and only while the connection is ready.
 */
final class WebSocketStream extends StreamConnection {

	private final Inbound inbound = new Inbound();

	private final MessageEncoding encoding;

	private final int maxMessageBytes;

	private final @Nullable Consumer<byte[]> pong;

	private CloseStatus closeStatus = CloseStatus.NORMAL;

	/**
	 * Create a connection.
	 * @param encoding how messages are written
	 * @param pong answers pings, or {@code null} if the web server does
	 */
	WebSocketStream(Broadcaster broadcaster, MessageEncoding encoding, Executor executor, FrameOutlet outlet,
			int maxMessageBytes, @Nullable Consumer<byte[]> pong) {
		super(broadcaster, new PayloadFormat(encoding), executor, outlet);
		this.encoding = encoding;
		this.maxMessageBytes = maxMessageBytes;
		this.pong = pong;
	}

	/** What takes the messages of the client. */
	BaseSubscriber<WebSocketMessage> inbound() {
		return this.inbound;
	}

	/** How to close, once the frames have ended. */
	CloseStatus closeStatus() {
		return this.closeStatus;
	}

	@Override
	public boolean takesMessages() {
		return true;
	}

	@Override
	protected void becameReady() {
		super.becameReady();
		this.inbound.readNext();
	}

	@Override
	public void close(CloseReason reason, @Nullable String detail) {
		this.closeStatus = new CloseStatus(reason.closeCode(),
				CloseFrame.cut((detail != null) ? detail : reason.text()));
		complete();
	}

	/**
	 * Takes the messages of the client, one after another.
	 */
	private final class Inbound extends BaseSubscriber<WebSocketMessage> {

		private boolean requested;

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			executor().execute(this::readNext);
		}

		void readNext() {
			if (!this.requested && isReady() && upstream() != null) {
				this.requested = true;
				request(1);
			}
		}

		@Override
		protected void hookOnNext(WebSocketMessage message) {
			DataBuffer payload = message.getPayload();
			byte[] bytes = new byte[Math.min(payload.readableByteCount(), WebSocketStream.this.maxMessageBytes + 1)];
			payload.read(bytes);
			WebSocketMessage.Type type = message.getType();
			// The payload is released by who emits it, so what counts is copied here
			executor().execute(() -> {
				this.requested = false;
				receive(type, bytes);
				readNext();
			});
		}

		private void receive(WebSocketMessage.Type type, byte[] bytes) {
			PushSession present = session();
			if (present == null) {
				return;
			}
			switch (type) {
				case TEXT, BINARY -> receiveMessage(present, type, bytes);
				case PING -> {
					if (present.countsAsMessage() && WebSocketStream.this.pong != null) {
						WebSocketStream.this.pong.accept(bytes);
					}
				}
				case PONG -> {
				}
			}
		}

		private void receiveMessage(PushSession present, WebSocketMessage.Type type, byte[] bytes) {
			MessageEncoding spoken = WebSocketStream.this.encoding;
			try {
				if (spoken.isBinary() != (type == WebSocketMessage.Type.BINARY)) {
					present.close(CloseReason.BAD_REQUEST,
							spoken.isBinary() ? "messages are binary frames, not text ones"
									: "messages are text frames, not binary ones");
				}
				else if (bytes.length > WebSocketStream.this.maxMessageBytes) {
					present.close(CloseReason.TOO_LARGE, null);
				}
				else {
					present.receive(MessageReader.decode(ByteBuffer.wrap(spoken.toJson(bytes))));
				}
			}
			catch (ProtocolViolationException ex) {
				present.close(ex.closeReason(), ex.getMessage());
			}
		}

		@Override
		protected void hookOnComplete() {
			executor().execute(WebSocketStream.this::end);
		}

		@Override
		protected void hookOnError(Throwable ex) {
			executor().execute(WebSocketStream.this::end);
		}

	}

}
