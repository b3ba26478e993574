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

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
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

/**
 * A WebSocket. Frames of updates are written to the channel as the bytes they are; what
 * the client sends is read one message at a time, and only while the connection is ready,
 * so that a client that does not read cannot fill the outbound buffer with answers.
 */
final class WebSocketConnection extends ChannelConnection {

	private static final int FINAL_PONG = 0x8A;

	/** A close frame has room for 123 bytes of text (RFC 6455, section 5.5). */
	private static final int MAX_CLOSE_TEXT = 123;

	/**
	 * Time for the client to take the close frame and to answer it. Until then what it
	 * sends is read: closing the socket over unread bytes would reset it, and the client
	 * would not see why.
	 */
	private static final int GOODBYE_SECONDS = 2;

	private final Sinks.Empty<Void> ended = Sinks.empty();

	private final Inbound inbound = new Inbound();

	private boolean closing;

	WebSocketConnection(Broadcaster broadcaster, Channel channel) {
		super(broadcaster, WebSocketFormat.INSTANCE, channel);
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
		if (this.closing) {
			return;
		}
		this.closing = true;
		String text = (detail != null) ? detail : reason.text();
		channel().writeAndFlush(new CloseWebSocketFrame(reason.closeCode(), cut(text)));
		channel().pipeline().addLast(new Silence());
		this.inbound.readNext();
		channel().eventLoop().schedule(() -> channel().close(), GOODBYE_SECONDS, TimeUnit.SECONDS);
	}

	static String cut(String text) {
		String result = (text.length() > MAX_CLOSE_TEXT) ? text.substring(0, MAX_CLOSE_TEXT) : text;
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
			if (!this.requested && (isReady() || WebSocketConnection.this.closing) && upstream() != null) {
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
			if (WebSocketConnection.this.closing) {
				return;
			}
			if (frame.rsv() != 0) {
				session().close(CloseReason.PROTOCOL_ERROR, "no extension was agreed upon");
			}
			else if (frame instanceof TextWebSocketFrame text) {
				receiveText(text);
			}
			else if (frame instanceof PingWebSocketFrame) {
				if (session().countsAsMessage()) {
					write(pong(frame.content()));
				}
			}
			else if (frame instanceof BinaryWebSocketFrame) {
				session().close(CloseReason.BAD_REQUEST, "messages are text frames, not binary ones");
			}
		}

		private ByteBuf pong(ByteBuf content) {
			return channel().alloc()
				.buffer(2 + content.readableBytes())
				.writeByte(FINAL_PONG)
				.writeByte(content.readableBytes())
				.writeBytes(content);
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

	/**
	 * Lets nothing follow our close frame, not the answer to that of the client either.
	 */
	private static final class Silence extends ChannelOutboundHandlerAdapter {

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			ReferenceCountUtil.release(message);
			promise.trySuccess();
		}

	}

}
