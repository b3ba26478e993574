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

import java.util.Arrays;

import io.netty.buffer.ByteBuf;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.hub.ViewState;
import io.realtimepush.hub.ViewUpdate;
import io.realtimepush.session.Fanout;
import io.realtimepush.session.Subscription;
import io.realtimepush.session.UpdateForm;
import io.realtimepush.transport.channel.SocketWriter;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions of one event loop that share view, form and format, and so the frames
 * they are sent. Confined to the event loop.
 */
final class Group {

	/** Up to this size each event loop writes a copy of its own. */
	private static final int MAX_COPY = 16 * 1024;

	/** So many members make up for the copy. */
	private static final int MIN_COPIED_FOR = 16;

	/** A second that does not come. */
	static final int NEVER = Integer.MAX_VALUE;

	private final LoopView loopView;

	private final UpdateForm form;

	private final FrameFormat format;

	private Member[] members = new Member[4];

	/** When each member is due for a heartbeat, beside the members for fast scans. */
	private int[] nextBeat = new int[4];

	private int size;

	/** Kept so that the compiler does not leave out what it was computed from. */
	private int touched;

	Group(LoopView loopView, UpdateForm form, FrameFormat format) {
		this.loopView = loopView;
		this.form = form;
		this.format = format;
	}

	Member add(Subscription subscription) {
		if (this.size == this.members.length) {
			this.members = Arrays.copyOf(this.members, this.size + (this.size >> 1));
			this.nextBeat = Arrays.copyOf(this.nextBeat, this.members.length);
		}
		Member member = new Member(this, subscription, this.size);
		this.members[this.size] = member;
		int due = beatAfter(member, this.loopView.now());
		this.nextBeat[this.size] = due;
		this.size++;
		this.loopView.wakeAt(due);
		return member;
	}

	/**
	 * When a member is due if it is sent nothing more. Up to a fifth of the interval
	 * early, so that many are due in the same second: a frame is then shared by more of
	 * them, and an event loop that is awake, and its caches warm, serves them all.
	 */
	private int beatAfter(Member member, int now) {
		if (member.interval == 0) {
			return NEVER;
		}
		int latest = now + member.interval;
		return latest - latest % Math.max(1, member.interval / 5);
	}

	private void remove(Member member) {
		int last = --this.size;
		Member moved = this.members[last];
		this.members[member.index] = moved;
		this.nextBeat[member.index] = this.nextBeat[last];
		moved.index = member.index;
		clearLast(last);
		if (last == 0) {
			this.loopView.remove(this.form, this.format);
		}
	}

	@SuppressWarnings("NullAway") // the slot is behind the end
	private void clearLast(int last) {
		this.members[last] = null;
	}

	/**
	 * Bring every member that is ready to the present state. Members are nearly always at
	 * the same position, so the frame of one is that of the next.
	 */
	void flush(ViewState state) {
		Batch batch = new Batch(state, false);
		try {
			// From the end, because a member that fails is replaced by the last one
			int untouched = this.size;
			for (int i = this.size - 1; i >= 0; i--) {
				untouched = touchAhead(untouched, i, NEVER);
				batch.send(this.members[i]);
			}
		}
		finally {
			batch.end();
		}
	}

	/**
	 * Have what the next members need fetched from memory for all of them at once, unless
	 * that has been done: of some in a row, those that are due by then.
	 * @return from which member on all has been fetched
	 */
	private int touchAhead(int untouched, int next, int due) {
		if (next >= untouched) {
			return untouched;
		}
		int from = Math.max(0, next + 1 - SocketWriter.TOUCHED_AHEAD);
		int sum = 0;
		for (int i = next; i >= from; i--) {
			if (this.nextBeat[i] <= due) {
				Member member = this.members[i];
				// Each is somewhere: it is asked in order to be touched
				sum += member.subscription.isAt(null) ? 1 : member.connection.touch();
			}
		}
		this.touched = sum;
		return from;
	}

	/**
	 * Send whatever there is to say to members that have been sent nothing for an
	 * interval: a heartbeat, if they are at the present state.
	 * @return when the next is due
	 */
	int beat(ViewState state, int now) {
		int next = NEVER;
		Batch batch = null;
		try {
			int untouched = this.size;
			for (int i = this.size - 1; i >= 0; i--) {
				int due = this.nextBeat[i];
				if (due <= now) {
					untouched = touchAhead(untouched, i, now);
					Member member = this.members[i];
					due = beatAfter(member, now);
					this.nextBeat[i] = due;
					batch = (batch != null) ? batch : new Batch(state, true);
					batch.send(member);
				}
				next = Math.min(next, due);
			}
			return next;
		}
		finally {
			if (batch != null) {
				batch.end();
			}
		}
	}

	/**
	 * A subscription in its group.
	 */
	static final class Member implements Fanout.Membership {

		private final Group group;

		private final Subscription subscription;

		private final BroadcastConnection connection;

		/** Longest silence in seconds, or 0 if it does without heartbeats. */
		private final int interval;

		private int index;

		Member(Group group, Subscription subscription, int index) {
			this.group = group;
			this.subscription = subscription;
			this.connection = (BroadcastConnection) subscription.connection();
			int heartbeat = subscription.heartbeat();
			this.interval = (heartbeat > 0) ? Math.max(1, heartbeat / 1000) : 0;
			this.index = index;
		}

		@Override
		public void sent() {
			sent(this.group.loopView.now());
		}

		private void sent(int now) {
			this.group.nextBeat[this.index] = this.group.beatAfter(this, now);
		}

		@Override
		public void leave() {
			this.group.remove(this);
		}

	}

	/**
	 * One pass over the members.
	 */
	private final class Batch {

		private final ViewState state;

		private final boolean beating;

		private final int now = Group.this.loopView.now();

		private @Nullable FlagPosition from;

		private @Nullable ViewUpdate update;

		private @Nullable ByteBuf frame;

		/** Where the frame begins and ends. */
		private int start;

		private int end;

		private int written;

		private int passedOver;

		Batch(ViewState state, boolean beating) {
			this.state = state;
			this.beating = beating;
		}

		void send(Member member) {
			if (!member.connection.isReady()) {
				this.passedOver++;
				return;
			}
			if (this.update == null || !member.subscription.isAt(this.from)) {
				startFrom(member.subscription.position(), member.interval > 0);
			}
			ByteBuf shared = this.frame;
			if (shared != null) {
				member.subscription.moved(this.state.position());
				member.sent(this.now);
				this.written++;
				if (!member.connection.writeShared(shared)) {
					this.frame = duplicate(shared);
				}
			}
		}

		/** The former one is kept by a connection that has taken a part of it. */
		private ByteBuf duplicate(ByteBuf shared) {
			ByteBuf duplicate = shared.retainedDuplicate().setIndex(this.start, this.end);
			shared.release();
			return duplicate;
		}

		private void startFrom(@Nullable FlagPosition position, boolean beats) {
			releaseFrame();
			this.from = position;
			ViewUpdate since = this.state.since(position);
			ViewUpdate next = this.beating ? Group.this.form.chooseBeat(since) : Group.this.form.choose(since);
			this.update = next;
			if (this.beating || isWorthAMessage(next, position, beats)) {
				ByteBuf own = ownFrame(next);
				this.start = own.readerIndex();
				this.end = own.writerIndex();
				this.frame = own;
			}
		}

		/** What is hidden ends no poll, which goes without heartbeats. */
		private boolean isWorthAMessage(ViewUpdate next, @Nullable FlagPosition position, boolean beats) {
			return switch (next.kind()) {
				case DELTA, SNAPSHOT -> true;
				case HIDDEN -> beats && position != null && this.state.isFallingBehind(position);
				case CURRENT, AHEAD -> false;
			};
		}

		/** Without a copy, event loops would contend for one reference count. */
		private ByteBuf ownFrame(ViewUpdate next) {
			Broadcaster broadcaster = Group.this.loopView.broadcaster();
			ByteBuf shared = broadcaster.encode(next, Group.this.form, Group.this.format);
			if (shared.readableBytes() > MAX_COPY || Group.this.size < MIN_COPIED_FOR) {
				return shared;
			}
			try {
				return shared.alloc().directBuffer(shared.readableBytes()).writeBytes(shared);
			}
			finally {
				shared.release();
			}
		}

		void end() {
			releaseFrame();
			if (!this.beating && this.written + this.passedOver > 0) {
				Group.this.loopView.broadcaster()
					.listener()
					.broadcast(Group.this.format.transport(), this.written, this.passedOver,
							System.nanoTime() - this.state.movedAt());
			}
		}

		private void releaseFrame() {
			if (this.frame != null) {
				this.frame.release();
				this.frame = null;
			}
		}

	}

}
