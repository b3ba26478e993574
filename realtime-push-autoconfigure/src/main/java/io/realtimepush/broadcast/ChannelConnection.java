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

package io.realtimepush.broadcast;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.ReferenceCountUtil;
import io.realtimepush.session.PushSession;
import io.realtimepush.transport.channel.SocketWriter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A connection that has its Netty channel to itself, as the only handler that reads and
 * writes. It is ready while the channel's outbound buffer is empty: what the socket does
 * not take at once waits there, at most one update, and all later changes wait as state
 * in the hub.
 * <p>
 * Handler and connection are one object, because there are very many of them. Confined to
 * the channel's event loop.
 *
 * @since 0.1.0
 */
public abstract class ChannelConnection extends ChannelInboundHandlerAdapter implements BroadcastConnection {

	private static final Log logger = LogFactory.getLog(ChannelConnection.class);

	private final Broadcaster broadcaster;

	private @Nullable ChannelHandlerContext context;

	/** Beside the context, so that a write has one object less to fetch from memory. */
	private @Nullable Channel channel;

	private @Nullable PushSession session;

	/** Set while the socket does not take what waits for it. */
	private @Nullable Stall stall;

	/** Whether no handler has to see what is written, as that of TLS has. */
	private boolean direct;

	private boolean corked;

	protected ChannelConnection(Broadcaster broadcaster) {
		this.broadcaster = broadcaster;
	}

	@Override
	public final Broadcaster broadcaster() {
		return this.broadcaster;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext added) {
		this.context = added;
		this.channel = added.channel();
	}

	protected final ChannelHandlerContext context() {
		Assert.state(this.context != null, "the connection has no channel yet");
		return this.context;
	}

	protected final Channel channel() {
		Assert.state(this.channel != null, "the connection has no channel yet");
		return this.channel;
	}

	@Override
	public final Executor executor() {
		return channel().eventLoop();
	}

	/**
	 * Begin to write. Called once the channel has been handed over. What is written in
	 * the opening goes out in one go.
	 * @param head what to write first, to be released by this method
	 * @param opening opens the session and attaches it
	 */
	public final void begin(ByteBuf head, Runnable opening) {
		this.direct = channel().pipeline().firstContext() == this.context;
		this.corked = true;
		try {
			write(head);
			opening.run();
		}
		finally {
			this.corked = false;
			flush();
		}
	}

	/**
	 * Set the session that this connection carries.
	 * @param opened the session
	 */
	public final void attach(PushSession opened) {
		this.session = opened;
		if (!channel().isActive()) {
			opened.disconnected();
		}
	}

	protected final @Nullable PushSession session() {
		return this.session;
	}

	@Override
	public final boolean isReady() {
		return this.stall == null;
	}

	@Override
	public final int touch() {
		return SocketWriter.touch(channel());
	}

	@Override
	public final void write(ByteBuf frame) {
		if (isWrittenAtOnce()) {
			int taken = SocketWriter.write(channel(), frame);
			if (taken == frame.readableBytes()) {
				frame.release();
				return;
			}
			frame.skipBytes(taken);
		}
		enqueue(frame);
	}

	/**
	 * A socket that takes the frame at once leaves it as it is, so it needs no duplicate.
	 */
	@Override
	public final boolean writeShared(ByteBuf frame) {
		if (!isWrittenAtOnce()) {
			enqueue(frame.retainedDuplicate());
			return true;
		}
		int taken = SocketWriter.write(channel(), frame);
		if (taken == frame.readableBytes()) {
			return true;
		}
		if (taken > 0) {
			enqueue(frame.retainedDuplicate().skipBytes(taken));
			return true;
		}
		int start = frame.readerIndex();
		enqueue(frame.retain());
		// A socket that takes it in parts moves the index
		return this.stall == null && frame.readerIndex() == start;
	}

	private boolean isWrittenAtOnce() {
		return this.direct && !this.corked;
	}

	private void enqueue(ByteBuf frame) {
		ChannelHandlerContext own = context();
		Channel.Unsafe unsafe = own.channel().unsafe();
		// Not the channel's own void promise: that one has each client that left reported
		// as an uncaught fault
		if (this.direct) {
			unsafe.write(frame, unsafe.voidPromise());
		}
		else {
			own.write(frame, unsafe.voidPromise());
		}
		if (!this.corked) {
			flush();
		}
	}

	private void flush() {
		if (this.direct) {
			channel().unsafe().flush();
		}
		else {
			context().flush();
		}
		if (this.stall == null && isDataPending()) {
			awaitSocket();
		}
	}

	private boolean isDataPending() {
		ChannelOutboundBuffer buffer = channel().unsafe().outboundBuffer();
		return buffer != null && buffer.totalPendingWriteBytes() > 0;
	}

	/**
	 * Data is left that the socket did not take. An empty write behind it completes when
	 * it has.
	 */
	private void awaitSocket() {
		this.stall = new Stall(progress(), this.broadcaster.now());
		this.broadcaster.watchProgress(this);
		context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((future) -> {
			this.stall = null;
			if (future.isSuccess()) {
				becameReady();
			}
		});
	}

	/**
	 * All that was written has been taken by the socket.
	 */
	protected void becameReady() {
		if (this.session != null) {
			this.session.ready();
		}
	}

	/** A number that changes when the socket takes bytes. */
	private long progress() {
		ChannelOutboundBuffer buffer = channel().unsafe().outboundBuffer();
		return (buffer != null) ? 31 * buffer.totalPendingWriteBytes() + buffer.currentProgress() : 0;
	}

	@Override
	public final boolean checkProgress(int now) {
		Stall present = this.stall;
		return present != null && channel().isActive()
				&& present.check(progress(), now, Stall.MAX_SECONDS, format().transport(), this.session);
	}

	/**
	 * Close the channel when all that was written has been taken, or after some time.
	 * @param what what to write before, to be released by this method
	 * @param seconds longest time to wait for the socket
	 */
	protected final void closeAfter(ByteBuf what, int seconds) {
		this.direct = false;
		context().writeAndFlush(what).addListener((future) -> context().close());
		channel().eventLoop().schedule(() -> context().close(), seconds, TimeUnit.SECONDS);
	}

	@Override
	public void channelRead(ChannelHandlerContext own, Object message) {
		if (message instanceof ByteBuf bytes) {
			received(bytes);
		}
		else {
			ReferenceCountUtil.release(message);
		}
	}

	/**
	 * The client has sent something.
	 * @param bytes what it has sent, to be released by this method
	 */
	protected abstract void received(ByteBuf bytes);

	@Override
	public void channelInactive(ChannelHandlerContext own) {
		if (this.session != null) {
			this.session.disconnected();
		}
		own.fireChannelInactive();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext own, Throwable cause) {
		if (!(cause instanceof IOException)) {
			logger.debug("connection over " + format().transport() + " failed, closing " + own.channel(), cause);
		}
		own.close();
	}

}
