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

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.realtimepush.broadcast.BroadcastConnection;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.session.PushSession;
import io.realtimepush.session.SessionInfo;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.http.JsonFormat;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

import org.springframework.util.Assert;

/**
 * A session between and during its polls. It is ready while a poll waits; an update
 * answers it, and what comes until the next poll is found then.
 * <p>
 * Confined to its executor, but for {@link #isIdleSince}.
 */
final class LongPollConnection extends BroadcastConnection {

	private final Executor executor;

	private final Scheduler timer;

	private @Nullable PushSession session;

	private @Nullable MonoSink<ByteBuf> poll;

	private Disposable wait = Disposables.disposed();

	private volatile long answeredAt;

	private volatile boolean polled;

	private final Runnable onClose;

	private @Nullable SessionRejectedException closed;

	LongPollConnection(Broadcaster broadcaster, JsonFormat format, Executor executor, Scheduler timer,
			Runnable onClose) {
		super(broadcaster, format);
		this.onClose = onClose;
		this.executor = executor;
		this.timer = timer;
		this.answeredAt = timer.now(TimeUnit.MILLISECONDS);
	}

	void attach(PushSession opened) {
		this.session = opened;
	}

	PushSession session() {
		Assert.state(this.session != null, "no session is attached");
		return this.session;
	}

	@Nullable SessionInfo info() {
		return session().info();
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
	void begin(MonoSink<ByteBuf> sink, long waitMillis) {
		park(sink, waitMillis);
	}

	/** Take a further poll. */
	void next(MonoSink<ByteBuf> sink, @Nullable FlagPosition position, long waitMillis) {
		if (this.closed != null) {
			sink.error(this.closed);
			return;
		}
		if (this.poll != null) {
			// The client has given up the former one, or lost it
			session().beat();
		}
		park(sink, waitMillis);
		session().continueFrom(position);
	}

	private void park(MonoSink<ByteBuf> sink, long waitMillis) {
		this.poll = sink;
		this.polled = true;
		this.wait = this.timer.schedule(() -> this.executor.execute(() -> waitIsOver(sink)), waitMillis,
				TimeUnit.MILLISECONDS);
		sink.onCancel(() -> this.executor.execute(() -> unpark(sink)));
	}

	private void waitIsOver(MonoSink<ByteBuf> sink) {
		if (this.poll == sink) {
			session().beat();
		}
	}

	private boolean unpark(MonoSink<ByteBuf> sink) {
		if (this.poll != sink) {
			return false;
		}
		this.poll = null;
		this.answeredAt = this.timer.now(TimeUnit.MILLISECONDS);
		this.polled = false;
		this.wait.dispose();
		return true;
	}

	/** Whether the client has not polled since a time. */
	boolean isIdleSince(long time) {
		return !this.polled && this.answeredAt <= time;
	}

	@Override
	public void send(ServerMessage message) {
		if (!(message instanceof ServerMessage.Welcome)) {
			super.send(message);
		}
	}

	@Override
	protected void write(ByteBuf frame) {
		MonoSink<ByteBuf> waiting = this.poll;
		if (waiting != null && unpark(waiting)) {
			waiting.success(frame);
		}
		else {
			frame.release();
		}
	}

	@Override
	public void close(CloseReason reason, @Nullable String detail) {
		SessionRejectedException answer = new SessionRejectedException(reason,
				(detail != null) ? detail : reason.text());
		this.closed = answer;
		this.onClose.run();
		MonoSink<ByteBuf> waiting = this.poll;
		if (waiting != null && unpark(waiting)) {
			waiting.error(answer);
		}
	}

	/** End a session that is no longer polled. */
	void expire() {
		if (!this.polled) {
			this.onClose.run();
			session().disconnected();
			this.closed = new SessionRejectedException(CloseReason.NOT_READY, "the session has ended; poll without it");
		}
	}

}
