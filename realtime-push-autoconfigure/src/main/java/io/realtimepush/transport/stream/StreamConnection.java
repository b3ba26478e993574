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

package io.realtimepush.transport.stream;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

import io.netty.buffer.ByteBuf;
import io.realtimepush.broadcast.BroadcastConnection;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.broadcast.FrameFormat;
import io.realtimepush.broadcast.Stall;
import io.realtimepush.session.PushSession;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose frames a server takes one by one, each when the one before has been
 * written. It is ready while none is being written; later changes wait as state in the
 * hub.
 * <p>
 * Confined to its executor.
 *
 * @since 0.1.0
 */
public abstract class StreamConnection implements BroadcastConnection {

	/** Time for the peer to take the rest. */
	private static final int GOODBYE_SECONDS = 2;

	private final Broadcaster broadcaster;

	private final FrameFormat format;

	private final Executor executor;

	private final FrameOutlet outlet;

	/**
	 * What waits for the frame that is being written: answers, and at most one update.
	 */
	private final Queue<ByteBuf> waiting = new ArrayDeque<>(2);

	private boolean writing;

	/** Bytes that are being written without its being seen how they are taken. */
	private int unseen;

	private @Nullable PushSession session;

	private @Nullable Stall stall;

	private long written;

	private boolean completing;

	private int completingSince;

	private boolean ended;

	/**
	 * Create a connection.
	 * @param broadcaster encodes updates
	 * @param format how they are encoded
	 * @param executor where everything about the connection happens
	 * @param outlet what takes the frames
	 */
	protected StreamConnection(Broadcaster broadcaster, FrameFormat format, Executor executor, FrameOutlet outlet) {
		this.broadcaster = broadcaster;
		this.format = format;
		this.executor = executor;
		this.outlet = outlet;
	}

	@Override
	public final Broadcaster broadcaster() {
		return this.broadcaster;
	}

	@Override
	public final FrameFormat format() {
		return this.format;
	}

	@Override
	public final Executor executor() {
		return this.executor;
	}

	@Override
	public final boolean isReady() {
		return !this.writing;
	}

	/**
	 * Set the session that this connection carries.
	 * @param opened the session
	 */
	public final void attach(PushSession opened) {
		this.session = opened;
		if (this.ended) {
			opened.disconnected();
		}
	}

	/**
	 * Return the session.
	 * @return the session, or {@code null} if none has been attached
	 */
	protected final @Nullable PushSession session() {
		return this.session;
	}

	/**
	 * Return whether nothing can be written any more.
	 * @return whether the client has left or the stream has been completed
	 */
	public final boolean isEnded() {
		return this.ended;
	}

	@Override
	public final void write(ByteBuf frame) {
		if (this.ended || this.completing) {
			frame.release();
		}
		else if (this.writing) {
			this.waiting.add(frame);
		}
		else {
			begin(frame);
		}
	}

	private void begin(ByteBuf frame) {
		this.writing = true;
		this.unseen = this.outlet.tellsOfParts() ? 0 : frame.readableBytes();
		this.outlet.emit(frame, this::taken);
		if (this.writing && this.stall == null) {
			this.stall = new Stall(this.outlet.progress() + this.written, this.broadcaster.now());
			this.broadcaster.watchProgress(this);
		}
	}

	/** The frame that was given out last has been written. */
	private void taken() {
		this.written++;
		this.writing = false;
		ByteBuf next = this.waiting.poll();
		if (next != null) {
			begin(next);
			return;
		}
		this.stall = null;
		if (this.completing) {
			end();
		}
		else if (!this.ended) {
			becameReady();
		}
	}

	/**
	 * All that was written has been taken.
	 */
	protected void becameReady() {
		if (this.session != null) {
			this.session.ready();
		}
	}

	/**
	 * End the stream when all that was written has been taken.
	 */
	protected final void complete() {
		this.completing = true;
		this.completingSince = this.broadcaster.now();
		if (!this.writing) {
			end();
		}
	}

	/**
	 * End the stream at once, because the client has left or does not take what waits.
	 */
	public final void end() {
		if (!this.ended) {
			this.ended = true;
			this.waiting.forEach(ByteBuf::release);
			this.waiting.clear();
			this.outlet.complete();
			if (this.session != null) {
				this.session.disconnected();
			}
		}
	}

	@Override
	public final boolean checkProgress(int now) {
		Stall present = this.stall;
		if (present == null || this.ended) {
			return false;
		}
		if (this.completing && now - this.completingSince >= GOODBYE_SECONDS) {
			this.outlet.abort();
			end();
			return false;
		}
		return present.check(this.outlet.progress() + this.written, now, Stall.maxSeconds(this.unseen),
				this.format.transport(), this.session);
	}

}
