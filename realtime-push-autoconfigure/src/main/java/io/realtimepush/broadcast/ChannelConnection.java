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

import java.util.concurrent.Executor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.PushSession;
import io.realtimepush.session.SessionInfo;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A connection that writes to a Netty channel. It is ready while the channel's outbound
 * buffer is empty: what the socket does not take at once waits there, at most one update,
 * and all later changes wait as state in the hub.
 *
 * @since 0.1.0
 */
public abstract class ChannelConnection extends BroadcastConnection {

	private static final Log logger = LogFactory.getLog(ChannelConnection.class);

	/** Longest time that data may wait while the socket takes no byte, in seconds. */
	private static final int MAX_STALL = 30;

	private final Channel channel;

	private @Nullable PushSession session;

	private boolean waiting;

	private long progress;

	private int progressAt;

	protected ChannelConnection(Broadcaster broadcaster, FrameFormat format, Channel channel) {
		super(broadcaster, format);
		this.channel = channel;
	}

	/**
	 * Set the session that this connection carries.
	 * @param session the session
	 */
	public final void attach(PushSession session) {
		this.session = session;
		if (!this.channel.isActive()) {
			session.disconnected();
		}
	}

	/**
	 * End the session, if there is one, because the client has left.
	 */
	protected final void endSession() {
		if (this.session != null) {
			this.session.disconnected();
		}
	}

	/**
	 * Return whether a session has been attached; there is none if it was not let in.
	 * @return whether there is a session
	 */
	protected final boolean isAttached() {
		return this.session != null;
	}

	protected final PushSession session() {
		Assert.state(this.session != null, "no session is attached");
		return this.session;
	}

	protected final Channel channel() {
		return this.channel;
	}

	@Override
	public final Executor executor() {
		return this.channel.eventLoop();
	}

	@Override
	public final boolean isReady() {
		return !this.waiting;
	}

	/**
	 * Return what is written to the channel for a frame.
	 * @param frame the frame
	 * @return the frame itself or a message around it, which takes over its reference
	 */
	protected Object message(ByteBuf frame) {
		return frame;
	}

	@Override
	protected final void write(ByteBuf frame) {
		// Not the channel's own void promise: that one has each client that left reported
		// as an uncaught fault
		this.channel.write(message(frame), this.channel.unsafe().voidPromise());
		this.channel.flush();
		if (!this.waiting && isDataPending()) {
			awaitSocket();
		}
	}

	/**
	 * Data is left that the socket did not take. An empty write behind it completes when
	 * it has.
	 */
	private void awaitSocket() {
		this.waiting = true;
		this.progress = progressMark();
		this.progressAt = broadcaster().now();
		broadcaster().watchProgress(this);
		this.channel.writeAndFlush(message(Unpooled.EMPTY_BUFFER)).addListener((future) -> {
			this.waiting = false;
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

	/** A stream of HTTP/2 has no buffer of its own, but is writable up to a limit. */
	private boolean isDataPending() {
		ChannelOutboundBuffer buffer = this.channel.unsafe().outboundBuffer();
		return (buffer != null) ? buffer.totalPendingWriteBytes() > 0 : !this.channel.isWritable();
	}

	/** A number that changes when the socket takes bytes. */
	private long progressMark() {
		ChannelOutboundBuffer buffer = this.channel.unsafe().outboundBuffer();
		return (buffer != null) ? 31 * buffer.totalPendingWriteBytes() + buffer.currentProgress()
				: this.channel.bytesBeforeWritable();
	}

	@Override
	protected final boolean checkProgress(int now) {
		if (!this.waiting || !this.channel.isActive()) {
			return false;
		}
		long mark = progressMark();
		if (mark != this.progress) {
			this.progress = mark;
			this.progressAt = now;
		}
		else if (now - this.progressAt >= MAX_STALL) {
			stalled();
			return false;
		}
		return true;
	}

	private void stalled() {
		if (this.session != null) {
			SessionInfo info = this.session.info();
			logger.warn("session " + ((info != null) ? info.id() : "without login") + " over " + format().transport()
					+ " took no byte for " + MAX_STALL + "s while data waited; closing with "
					+ CloseReason.SLOW.closeCode() + ", client may reconnect");
			this.session.close(CloseReason.SLOW, null);
		}
	}

}
