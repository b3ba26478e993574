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

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.broadcast.ChannelConnection;
import io.realtimepush.broadcast.FrameFormat;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ProtocolViolationException;
import io.realtimepush.session.PushSession;
import io.realtimepush.transport.channel.CloseFrame;
import io.realtimepush.transport.channel.ClosingHandshake;
import io.realtimepush.transport.channel.FrameReader;
import io.realtimepush.transport.channel.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket whose channel was handed over. What the client sends is read one message at
 * a time, and only while the connection is ready, so that a client that does not read
 * cannot fill the outbound buffer with answers.
 */
final class WebSocketConnection extends ChannelConnection implements FrameReader.Receiver {

	private final WebSocketFormat format;

	private final int maxMessageBytes;

	/** Kept only while bytes of the client wait. */
	private @Nullable FrameReader reader;

	private boolean closing;

	/** Whether it cannot be told any more where a frame of the client begins. */
	private boolean broken;

	WebSocketConnection(Broadcaster broadcaster, WebSocketFormat format, int maxMessageBytes) {
		super(broadcaster);
		this.format = format;
		this.maxMessageBytes = maxMessageBytes;
	}

	@Override
	public FrameFormat format() {
		return this.format;
	}

	@Override
	public boolean takesMessages() {
		return true;
	}

	@Override
	protected void received(ByteBuf bytes) {
		if (this.broken) {
			bytes.release();
			return;
		}
		FrameReader frames = (this.reader != null) ? this.reader : new FrameReader(this);
		this.reader = frames;
		read(frames, () -> frames.add(bytes));
	}

	private void read(FrameReader frames, Runnable reading) {
		try {
			reading.run();
		}
		catch (ProtocolViolationException ex) {
			this.broken = ex.closeReason() == CloseReason.PROTOCOL_ERROR;
			end(ex.closeReason(), ex.getMessage());
		}
		if (this.broken) {
			frames.close();
		}
		channel().config().setAutoRead(wantsMore());
		if (frames.isIdle()) {
			this.reader = null;
		}
	}

	private void end(CloseReason reason, @Nullable String detail) {
		PushSession present = session();
		if (present != null) {
			present.close(reason, detail);
		}
		close(reason, detail);
	}

	@Override
	protected void becameReady() {
		super.becameReady();
		channel().config().setAutoRead(wantsMore());
		FrameReader frames = this.reader;
		if (frames != null) {
			read(frames, frames::resume);
		}
	}

	@Override
	public int maxMessageBytes() {
		return this.maxMessageBytes;
	}

	@Override
	public boolean takesCompressed() {
		return this.format.isCompressed();
	}

	@Override
	public boolean wantsMore() {
		return this.closing || isReady();
	}

	@Override
	public boolean isClosing() {
		return this.closing;
	}

	@Override
	public void received(String text) {
		if (this.format.encoding().isBinary()) {
			throw new ProtocolViolationException(CloseReason.BAD_REQUEST, "messages are binary frames, not text ones");
		}
		receive(text);
	}

	@Override
	public void receivedBinary(byte[] bytes) {
		if (!this.format.encoding().isBinary()) {
			throw new ProtocolViolationException(CloseReason.BAD_REQUEST, "messages are text frames, not binary ones");
		}
		receive(new String(this.format.encoding().toJson(bytes), StandardCharsets.UTF_8));
	}

	private void receive(String json) {
		PushSession present = session();
		if (present != null) {
			present.receive(json);
		}
	}

	@Override
	public void pinged(byte[] payload) {
		PushSession present = session();
		if (present != null && present.countsAsMessage()) {
			write(FrameWriter.pong(channel().alloc().directBuffer(FrameWriter.MAX_HEAD + payload.length), payload));
		}
	}

	@Override
	public void closed(byte[] payload) {
		ByteBuf answer = CloseFrame.echo(payload);
		if (this.closing) {
			answer.release();
			context().close();
			return;
		}
		this.closing = true;
		PushSession present = session();
		if (present != null) {
			present.disconnected();
		}
		ClosingHandshake.answer(context(), answer);
	}

	@Override
	public void close(CloseReason reason, @Nullable String detail) {
		if (!this.closing) {
			this.closing = true;
			write(CloseFrame.of(reason, detail));
			ClosingHandshake.await(context());
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		if (this.reader != null) {
			this.reader.close();
		}
		super.channelInactive(context);
	}

}
