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

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.broadcast.ChannelConnection;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageReader;
import io.realtimepush.protocol.ProtocolViolationException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * A WebSocket. Frames of updates are written to the channel as the bytes they are; what
 * the client sends is read one message at a time, and only while the connection is ready,
 * so that a client that does not read cannot fill the outbound buffer with answers.
 */
final class WebSocketConnection extends ChannelConnection {

	/** A close frame has room for 123 bytes of text (RFC 6455, section 5.5). */
	private static final int MAX_CLOSE_TEXT = 123;

	/** Time for the socket to take the close frame. */
	private static final int GOODBYE_SECONDS = 2;

	private final WebsocketOutbound outbound;

	private final Sinks.Empty<Void> ended = Sinks.empty();

	private final Inbound inbound = new Inbound();

	WebSocketConnection(Broadcaster broadcaster, Channel channel, WebsocketOutbound outbound) {
		super(broadcaster, WebSocketFormat.INSTANCE, channel);
		this.outbound = outbound;
	}

	/** What takes the frames of the client. */
	BaseSubscriber<WebSocketFrame> inbound() {
		return this.inbound;
	}

	/** Completes when the connection has ended. */
	Mono<Void> ended() {
		return this.ended.asMono();
	}

	@Override
	protected void becameReady() {
		super.becameReady();
		this.inbound.readNext();
	}

	@Override
	public void close(CloseReason reason, @Nullable String detail) {
		String text = (detail != null) ? detail : reason.text();
		this.outbound.sendClose(reason.closeCode(), cut(text)).subscribe((done) -> {
		}, (ex) -> end(), this::end);
		channel().eventLoop().schedule(() -> channel().close(), GOODBYE_SECONDS, TimeUnit.SECONDS);
	}

	static String cut(String text) {
		String result = text;
		while (result.getBytes(StandardCharsets.UTF_8).length > MAX_CLOSE_TEXT) {
			result = result.substring(0, result.length() - 1);
		}
		return result;
	}

	Channel socket() {
		return channel();
	}

	void disconnected() {
		endSession();
		end();
	}

	private void end() {
		this.ended.tryEmitEmpty();
	}

	/**
	 * Takes the frames of the client, one after another.
	 */
	private final class Inbound extends BaseSubscriber<WebSocketFrame> {

		private boolean requested;

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			readNext();
		}

		void readNext() {
			if (!this.requested && isReady() && upstream() != null) {
				this.requested = true;
				request(1);
			}
		}

		@Override
		protected void hookOnNext(WebSocketFrame frame) {
			this.requested = false;
			receive(frame);
			readNext();
		}

		private void receive(WebSocketFrame frame) {
			if (frame.rsv() != 0) {
				session().close(CloseReason.PROTOCOL_ERROR, "reserved bits are set without an extension");
			}
			else if (frame instanceof TextWebSocketFrame text) {
				receiveText(text);
			}
			else if (frame instanceof BinaryWebSocketFrame) {
				session().close(CloseReason.BAD_REQUEST, "messages are text frames, not binary ones");
			}
		}

		private void receiveText(TextWebSocketFrame frame) {
			try {
				session().receive(MessageReader.decode(frame.content().nioBuffer()));
			}
			catch (ProtocolViolationException ex) {
				session().close(ex.closeReason(), ex.getMessage());
			}
		}

		@Override
		protected void hookOnComplete() {
			disconnected();
		}

		@Override
		protected void hookOnError(Throwable ex) {
			if (ex instanceof TooLongFrameException) {
				session().close(CloseReason.TOO_LARGE, null);
			}
			else {
				disconnected();
			}
		}

	}

}
