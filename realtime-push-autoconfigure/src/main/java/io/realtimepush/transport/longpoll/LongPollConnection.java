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
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.realtimepush.broadcast.BroadcastConnection;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.session.Identity;
import io.realtimepush.session.PushSession;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.http.JsonFormat;
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

	/**
	 * From here on a wait, in milliseconds, may be up to a second longer, and ends with
	 * {@link #endWait}: an alarm for each client costs more.
	 */
	static final long LONG_WAIT = 5000;

	private final byte[] id;

	private final Broadcaster broadcaster;

	private final JsonFormat format;

	private final Executor executor;

	private final Scheduler timer;

	private @Nullable PushSession session;

	/**
	 * The poll that waits, or the last one, if it will be the next one too: to note the
	 * same object for each poll would have the garbage collector look at it.
	 */
	private @Nullable Poll poll;

	/** When the poll has waited enough. Written before {@link #polled}. */
	private long deadline;

	/** When the alarm for short waits goes off. */
	private long alarmAt;

	private Disposable alarm = Disposables.disposed();

	private volatile long answeredAt;

	/** Whether a poll waits. */
	private volatile boolean polled;

	private final Consumer<@Nullable SessionRejectedException> onEnd;

	private @Nullable Duration retryAfter;

	private @Nullable SessionRejectedException closed;

	private volatile boolean expired;

	/**
	 * Create a connection.
	 * @param id the name of the session
	 * @param broadcaster writes to it
	 * @param format how it is written
	 * @param executor runs it
	 * @param timer ends the waits
	 * @param onEnd told when there is nothing more to poll, with what the client has not
	 * been told, if it would have been the answer to a poll
	 */
	LongPollConnection(String id, Broadcaster broadcaster, JsonFormat format, Executor executor, Scheduler timer,
			Consumer<@Nullable SessionRejectedException> onEnd) {
		this.id = id.getBytes(StandardCharsets.US_ASCII);
		this.broadcaster = broadcaster;
		this.format = format;
		this.onEnd = onEnd;
		this.executor = executor;
		this.timer = timer;
		this.answeredAt = now(timer);
	}

	/** Milliseconds that only go on, whatever the clock does. */
	static long now(Scheduler timer) {
		return TimeUnit.NANOSECONDS.toMillis(timer.now(TimeUnit.NANOSECONDS));
	}

	/** The name of the session, as its bytes stand in requests and answers. */
	byte[] id() {
		return this.id;
	}

	/** The name of the session. */
	String name() {
		return new String(this.id, StandardCharsets.US_ASCII);
	}

	/** Whether another poll can be taken. */
	boolean isOpen() {
		return this.session != null && this.closed == null;
	}

	@Override
	public Broadcaster broadcaster() {
		return this.broadcaster;
	}

	@Override
	public JsonFormat format() {
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
		return this.polled;
	}

	@Override
	public int touch() {
		Poll waiting = this.poll;
		return (waiting != null) ? waiting.touch() + this.id[0] : 0;
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

	/** Take a further poll that has shown its credential again. */
	void next(Poll next, Identity identity, @Nullable FlagPosition position, long waitMillis) {
		if (this.closed == null) {
			session().renew(identity);
		}
		next(next, position, waitMillis);
	}

	/** Take a further poll. */
	void next(Poll next, @Nullable FlagPosition position, long waitMillis) {
		if (this.closed != null) {
			next.refuse(this.closed);
			return;
		}
		if (this.polled) {
			// The client has given up the former one, or lost it
			session().beat();
		}
		park(next, waitMillis);
		session().continueFrom(position);
	}

	private void park(Poll next, long waitMillis) {
		if (this.poll != next) {
			this.poll = next;
		}
		this.deadline = now(this.timer) + waitMillis;
		this.polled = true;
		if (waitMillis < LONG_WAIT && (this.alarm.isDisposed() || this.alarmAt > this.deadline)) {
			setAlarm(waitMillis);
		}
		next.parked(this);
	}

	/** Answer the poll if it has waited enough. May be called on any thread. */
	void endWait(long now) {
		if (this.polled && this.deadline <= now) {
			this.executor.execute(this::alarmed);
		}
	}

	/**
	 * One alarm serves many short polls, because nearly all are answered before: it goes
	 * off when the first of them would have waited enough, and is set anew for the last
	 * one.
	 */
	private void setAlarm(long millis) {
		this.alarm.dispose();
		this.alarmAt = now(this.timer) + millis;
		this.alarm = this.timer.schedule(() -> this.executor.execute(this::alarmed), millis, TimeUnit.MILLISECONDS);
	}

	private void alarmed() {
		if (!this.polled) {
			return;
		}
		long left = this.deadline - now(this.timer);
		if (left <= 0) {
			session().beat();
		}
		else if (left < LONG_WAIT) {
			setAlarm(left);
		}
	}

	/** Nobody is there any more, so the session is not kept for the next poll. */
	void lost(Poll waiting) {
		if (unpark(waiting)) {
			this.answeredAt = Long.MIN_VALUE;
		}
	}

	private boolean unpark(Poll waiting) {
		if (!this.polled || this.poll != waiting) {
			return false;
		}
		if (!waiting.isLasting()) {
			this.poll = null;
		}
		this.answeredAt = now(this.timer);
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
		writeShared(frame);
		frame.release();
	}

	@Override
	public boolean writeShared(ByteBuf frame) {
		Poll waiting = this.poll;
		if (waiting != null && unpark(waiting)) {
			waiting.answer(frame);
		}
		return true;
	}

	@Override
	public void close(CloseReason reason, @Nullable String detail) {
		SessionRejectedException answer = new SessionRejectedException(reason,
				(detail != null) ? detail : reason.text(), this.retryAfter);
		this.closed = answer;
		this.alarm.dispose();
		Poll waiting = this.poll;
		if (waiting != null && unpark(waiting)) {
			this.onEnd.accept(null);
			waiting.refuse(answer);
		}
		else {
			this.onEnd.accept(answer);
		}
	}

	/** End a session that is no longer polled. */
	void expire() {
		if (!this.polled) {
			this.alarm.dispose();
			this.onEnd.accept(null);
			session().disconnected();
			this.expired = true;
			this.closed = new SessionRejectedException(CloseReason.NOT_READY, "the session has ended; poll without it");
		}
	}

	/** Whether the session has ended because it was no longer polled. */
	boolean isExpired() {
		return this.expired;
	}

}
