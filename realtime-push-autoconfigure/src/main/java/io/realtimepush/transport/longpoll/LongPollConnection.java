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

package io.realtimepush.transport.longpoll;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.realtimepush.broadcast.BroadcastConnection;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.broadcast.FrameFormat;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.session.PushSession;
import io.realtimepush.session.SessionRejectedException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

import org.springframework.util.Assert;

/**
 * A session between and during its polls. It is ready while a poll waits; an update
 * answers it, and what comes until the next poll is found then.
 * <p>
 * Confined to its executor, but for {@link #isIdleSince}.
 */
final class LongPollConnection implements BroadcastConnection {

	private final byte[] id;

	private final Broadcaster broadcaster;

	private final PollFormat format;

	private final Executor executor;

	private final Scheduler timer;

	private @Nullable PushSession session;

	private @Nullable Poll poll;

	/** When the poll has waited enough, and when the alarm goes off. */
	private long deadline;

	private long alarmAt;

	private Disposable alarm = Disposables.disposed();

	private volatile long answeredAt;

	private volatile boolean polled;

	private final Runnable onClose;

	private @Nullable Duration retryAfter;

	private @Nullable SessionRejectedException closed;

	LongPollConnection(String id, Broadcaster broadcaster, PollFormat format, Executor executor, Scheduler timer,
			Runnable onClose) {
		this.id = id.getBytes(StandardCharsets.US_ASCII);
		this.broadcaster = broadcaster;
		this.format = format;
		this.onClose = onClose;
		this.executor = executor;
		this.timer = timer;
		this.answeredAt = timer.now(TimeUnit.MILLISECONDS);
	}

	/** The name of the session, as it stands in requests and answers. */
	byte[] id() {
		return this.id;
	}

	/** Whether another poll can be taken. */
	boolean isOpen() {
		return this.session != null && this.closed == null;
	}

	/**
	 * Read a position from a URL, most often that of the last answer.
	 * @return the position, or {@code null} if it is none
	 */
	@Nullable FlagPosition position(String text) {
		String value = text.replace("%3A", ":");
		FlagPosition known = session().position();
		if (known != null && value.equals(known.toString())) {
			return known;
		}
		try {
			return FlagPosition.parse(value);
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	@Override
	public Broadcaster broadcaster() {
		return this.broadcaster;
	}

	@Override
	public FrameFormat format() {
		return this.format;
	}

	void attach(PushSession opened) {
		this.session = opened;
	}

	PushSession session() {
		Assert.state(this.session != null, "no session is attached");
		return this.session;
	}

	@Override
	public Executor executor() {
		return this.executor;
	}

	@Override
	public boolean isReady() {
		return this.poll != null;
	}

	/** A poll is answered when its wait is over. */
	@Override
	public boolean beats() {
		return false;
	}

	/** Take the first poll; the session is opened next. */
	void begin(Poll first, long waitMillis) {
		park(first, waitMillis);
	}

	/** Take a further poll. */
	void next(Poll next, @Nullable FlagPosition position, long waitMillis) {
		if (this.closed != null) {
			next.refuse(this.closed);
			return;
		}
		if (this.poll != null) {
			// The client has given up the former one, or lost it
			session().beat();
		}
		park(next, waitMillis);
		session().continueFrom(position);
	}

	private void park(Poll next, long waitMillis) {
		this.poll = next;
		this.polled = true;
		this.deadline = this.timer.now(TimeUnit.MILLISECONDS) + waitMillis;
		if (this.alarm.isDisposed() || this.alarmAt > this.deadline) {
			setAlarm(waitMillis);
		}
		next.parked(this);
	}

	/**
	 * One alarm serves many polls, because nearly all are answered before: it goes off
	 * when the first of them would have waited enough, and is set anew for the last one.
	 */
	private void setAlarm(long millis) {
		this.alarm.dispose();
		this.alarmAt = this.timer.now(TimeUnit.MILLISECONDS) + millis;
		this.alarm = this.timer.schedule(() -> this.executor.execute(this::alarmed), millis, TimeUnit.MILLISECONDS);
	}

	private void alarmed() {
		if (this.poll == null) {
			return;
		}
		long left = this.deadline - this.timer.now(TimeUnit.MILLISECONDS);
		if (left > 0) {
			setAlarm(left);
		}
		else {
			session().beat();
		}
	}

	/** Nobody is there any more, so the session is not kept for the next poll. */
	void lost(Poll waiting) {
		if (unpark(waiting)) {
			this.answeredAt = 0;
		}
	}

	private boolean unpark(Poll waiting) {
		if (this.poll != waiting) {
			return false;
		}
		this.poll = null;
		this.answeredAt = this.timer.now(TimeUnit.MILLISECONDS);
		this.polled = false;
		return true;
	}

	/** Whether the client has not polled since a time. */
	boolean isIdleSince(long time) {
		return !this.polled && this.answeredAt <= time;
	}

	@Override
	public void send(ServerMessage message) {
		if (message instanceof ServerMessage.GoAway goAway) {
			this.retryAfter = Duration.ofMillis(goAway.retryAfter());
		}
		if (!(message instanceof ServerMessage.Welcome)) {
			BroadcastConnection.super.send(message);
		}
	}

	@Override
	public void write(ByteBuf frame) {
		Poll waiting = this.poll;
		if (waiting != null && unpark(waiting)) {
			waiting.answer(frame);
		}
		else {
			frame.release();
		}
	}

	@Override
	public void close(CloseReason reason, @Nullable String detail) {
		SessionRejectedException answer = new SessionRejectedException(reason,
				(detail != null) ? detail : reason.text(), this.retryAfter);
		this.closed = answer;
		this.alarm.dispose();
		this.onClose.run();
		Poll waiting = this.poll;
		if (waiting != null && unpark(waiting)) {
			waiting.refuse(answer);
		}
	}

	/** End a session that is no longer polled. */
	void expire() {
		if (!this.polled) {
			this.alarm.dispose();
			this.onClose.run();
			session().disconnected();
			this.closed = new SessionRejectedException(CloseReason.NOT_READY, "the session has ended; poll without it");
		}
	}

}
