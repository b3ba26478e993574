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

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ProtocolViolationException;
import io.realtimepush.transport.channel.CloseFrame;
import io.realtimepush.transport.channel.ClosingHandshake;
import io.realtimepush.transport.channel.FrameReader;
import io.realtimepush.transport.channel.FrameWriter;
import io.realtimepush.transport.channel.SocketWriter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A WebSocket whose channel was handed over. Handler and socket are one object, because
 * there are very many of them. What the client sends is read one message at a time, each
 * when the session is done with the one before.
 * <p>
 * Confined to the event loop of the channel, but for what {@link EngineSocket} says.
 */
final class ChannelSocket extends ChannelInboundHandlerAdapter implements EngineSocket, FrameReader.Receiver {

	private static final Log logger = LogFactory.getLog(ChannelSocket.class);

	private final int maxPayload;

	private final int maxBuffer;

	private @Nullable ChannelHandlerContext context;

	private @Nullable EngineSession session;

	/** Kept only while bytes of the client wait. */
	private @Nullable FrameReader reader;

	/** Whether no handler has to see what is written, as that of TLS has. */
	private boolean direct;

	/** Whether what is written waits for what else is. */
	private boolean corked;

	/**
	 * Whether the session has not done with the last message yet, or cannot be given one.
	 */
	private boolean busy;

	private boolean reading;

	private boolean closing;

	/** Whether it cannot be told any more where a frame of the client begins. */
	private boolean broken;

	ChannelSocket(EngineOptions options) {
		this.maxPayload = options.maxPayload();
		this.maxBuffer = options.maxBuffer();
	}

	@Override
	public void handlerAdded(ChannelHandlerContext added) {
		this.context = added;
	}

	private ChannelHandlerContext context() {
		Assert.state(this.context != null, "the socket has no channel yet");
		return this.context;
	}

	private Channel channel() {
		return context().channel();
	}

	@Override
	public EventExecutor executor() {
		return channel().eventLoop();
	}

	@Override
	public void attach(EngineSession taken) {
		this.session = taken;
	}

	/**
	 * Begin to write. What is written in the opening goes out in one go.
	 * @param head what to write first, to be released by this method
	 * @param opening attaches the session
	 */
	void begin(ByteBuf head, Runnable opening) {
		this.direct = channel().pipeline().firstContext() == this.context;
		corked(() -> {
			write(head);
			opening.run();
		});
		if (!channel().isActive()) {
			ended();
		}
	}

	/** Keep what the client sends, because the socket is about to move. */
	void hold() {
		this.busy = true;
		channel().config().setAutoRead(false);
	}

	/**
	 * Have the channel served by another event loop, so that all of a session happens on
	 * one. Called after {@link #hold()}; nothing else may be asked for until it is done.
	 * @param target the loop
	 * @param moved run on the loop
	 */
	void moveTo(EventLoop target, Runnable moved) {
		if (channel().eventLoop() == target) {
			moved.run();
			done();
			return;
		}
		channel().deregister().addListener((left) -> target.register(channel()).addListener((registered) -> {
			if (registered.isSuccess()) {
				moved.run();
				done();
			}
		}));
	}

	private void corked(Runnable task) {
		this.corked = true;
		try {
			task.run();
		}
		finally {
			this.corked = false;
			flush();
		}
	}

	@Override
	public void write(EngineMessage message) {
		if (executor().inEventLoop()) {
			if (!this.closing) {
				write(message.frames(channel().alloc()));
			}
		}
		else {
			executor().execute(() -> write(message));
		}
	}

	@Override
	public boolean writeShared(EngineMessage message, ByteBuf frames) {
		if (this.closing) {
			return true;
		}
		if (!isWrittenAtOnce()) {
			write(frames.retainedDuplicate());
			return true;
		}
		int taken = SocketWriter.write(channel(), frames);
		if (taken == frames.readableBytes()) {
			return true;
		}
		if (taken > 0) {
			enqueue(frames.retainedDuplicate().skipBytes(taken));
			return true;
		}
		int start = frames.readerIndex();
		write(frames.retain());
		// A socket that takes them in parts moves the index
		return pending() == 0 && frames.readerIndex() == start;
	}

	@Override
	public int touch() {
		return SocketWriter.touch(channel());
	}

	private boolean isWrittenAtOnce() {
		return this.direct && !this.corked;
	}

	private void write(ByteBuf frames) {
		if (pending() > this.maxBuffer && isStuck()) {
			frames.release();
			return;
		}
		enqueue(frames);
	}

	private void enqueue(ByteBuf frames) {
		Channel.Unsafe unsafe = channel().unsafe();
		// Not the channel's own void promise: that one has each client that left reported
		// as an uncaught fault
		if (this.direct) {
			unsafe.write(frames, unsafe.voidPromise());
		}
		else {
			context().write(frames, unsafe.voidPromise());
		}
		if (!this.corked) {
			flush();
		}
	}

	@Override
	public void flush() {
		if (this.direct) {
			channel().unsafe().flush();
		}
		else {
			context().flush();
		}
	}

	/** Whether the client does not take what waits, with which it is done. */
	private boolean isStuck() {
		flush();
		boolean stuck = pending() > this.maxBuffer;
		EngineSession present = this.session;
		if (stuck && present != null) {
			this.closing = true;
			present.execute(() -> present.slow(this));
		}
		return stuck;
	}

	/** What the socket has not taken, in bytes. */
	private long pending() {
		ChannelOutboundBuffer buffer = channel().unsafe().outboundBuffer();
		return (buffer != null) ? buffer.totalPendingWriteBytes() : 0;
	}

	@Override
	public void channelRead(ChannelHandlerContext own, Object message) {
		if (!(message instanceof ByteBuf bytes) || this.broken) {
			ReferenceCountUtil.release(message);
			return;
		}
		FrameReader frames = (this.reader != null) ? this.reader : new FrameReader(this);
		this.reader = frames;
		read(frames, () -> frames.add(bytes));
	}

	private void read(FrameReader frames, Runnable task) {
		this.reading = true;
		try {
			corked(task);
		}
		catch (ProtocolViolationException ex) {
			this.broken = ex.closeReason() == CloseReason.PROTOCOL_ERROR;
			fail(ex);
		}
		finally {
			this.reading = false;
		}
		if (this.broken || !channel().isActive()) {
			frames.close();
		}
		channel().config().setAutoRead(wantsMore());
		if (frames.isIdle()) {
			this.reader = null;
		}
	}

	private void fail(ProtocolViolationException ex) {
		logger.debug("a client has sent a broken message: " + ex.getMessage());
		close(CloseFrame.of(ex.closeReason(), ex.getMessage()));
		tellEnd(EngineCloseReason.PARSE_ERROR);
	}

	@Override
	public int maxMessageBytes() {
		return this.maxPayload;
	}

	@Override
	public boolean wantsMore() {
		return this.closing || !this.busy;
	}

	@Override
	public boolean isClosing() {
		return this.closing;
	}

	@Override
	public void received(String text) {
		EngineSession present = this.session;
		if (present != null) {
			this.busy = true;
			present.execute(() -> {
				present.received(this, text);
				done();
			});
		}
	}

	@Override
	public void receivedBinary(byte[] bytes) {
		EngineSession present = this.session;
		if (present != null) {
			this.busy = true;
			present.execute(() -> {
				present.received(this, bytes);
				done();
			});
		}
	}

	/** The session has done with a message. Called by whichever thread it runs on. */
	private void done() {
		if (!executor().inEventLoop()) {
			executor().execute(this::done);
			return;
		}
		this.busy = false;
		if (!this.reading && channel().isActive()) {
			channel().config().setAutoRead(true);
			FrameReader frames = this.reader;
			if (frames != null) {
				read(frames, frames::resume);
			}
		}
	}

	@Override
	public void pinged(byte[] payload) {
		EngineSession present = this.session;
		if (!this.closing && present != null && present.countsPacket()) {
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
		ClosingHandshake.answer(context(), answer);
		tellEnd(EngineCloseReason.TRANSPORT_CLOSE);
	}

	private void tellEnd(EngineCloseReason reason) {
		EngineSession present = this.session;
		if (present != null) {
			present.execute(() -> present.disconnected(this, reason));
		}
	}

	@Override
	public void close(EngineCloseReason reason) {
		if (executor().inEventLoop()) {
			close(CloseFrame.of(reason.closeCode(), reason.text()));
		}
		else {
			executor().execute(() -> close(reason));
		}
	}

	private void close(ByteBuf frame) {
		if (this.closing) {
			frame.release();
			return;
		}
		write(frame);
		this.closing = true;
		ClosingHandshake.await(context());
	}

	@Override
	public void abort() {
		context().close();
	}

	@Override
	public void channelInactive(ChannelHandlerContext own) {
		ended();
		own.fireChannelInactive();
	}

	private void ended() {
		if (this.reader != null && !this.reading) {
			this.reader.close();
			this.reader = null;
		}
		this.closing = true;
		tellEnd(EngineCloseReason.TRANSPORT_CLOSE);
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext own, Throwable cause) {
		if (!(cause instanceof IOException)) {
			logger.debug("a WebSocket failed, closing " + own.channel(), cause);
		}
		own.close();
	}

}
