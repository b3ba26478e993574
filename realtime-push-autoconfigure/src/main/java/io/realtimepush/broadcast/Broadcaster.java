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

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.realtimepush.hub.FlagView;
import io.realtimepush.hub.ViewUpdate;
import io.realtimepush.session.Fanout;
import io.realtimepush.session.Subscription;
import io.realtimepush.session.UpdateForm;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Fan-out to connections. What is sent is state, not a stream: a connection is brought
 * from where it is to where its view is now, by a frame that is encoded once for all who
 * are at the same position.
 * <ul>
 * <li>A move of a view queues one task per event loop that has members of it; a move that
 * finds the task queued adds nothing, because the task takes the newest state.</li>
 * <li>The task writes a shared frame to each member that is ready. A member that is not
 * ready is passed over: it asks for what it has missed when it is ready again. So a slow
 * client costs the frame it is taking, and the newest value wins.</li>
 * <li>Heartbeats come from one timer per event loop, which is set for the second in which
 * the next connection is due. A server with nothing to do does not wake.</li>
 * </ul>
 * Safe for use by many threads; what belongs to an event loop is confined to it.
 *
 * @since 0.1.0
 */
public final class Broadcaster implements Fanout {

	private static final Log logger = LogFactory.getLog(Broadcaster.class);

	/**
	 * Encodings that nobody has asked for in this many seconds are let go, and those of a
	 * view that has ended.
	 */
	private static final int ENCODINGS_LINGER = 30;

	private final Map<Executor, LoopMembers> loops = new ConcurrentHashMap<>();

	private final Map<FlagView, ViewEncodings> encodings = new ConcurrentHashMap<>();

	private final Scheduler timer;

	/** Whether event loops are woken by themselves rather than by the timer. */
	private final boolean loopsWakeThemselves;

	private final BroadcastListener listener;

	private final long origin;

	private Disposable sweeps = Disposables.disposed();

	/** Whether frames of a further view are kept since the last sweep. */
	private final AtomicBoolean keepsMore = new AtomicBoolean();

	private volatile boolean beating;

	private volatile boolean stopped;

	/**
	 * Create a broadcaster whose event loops wake by themselves when something is due.
	 * @param listener told of what is written
	 */
	public Broadcaster(BroadcastListener listener) {
		this(Schedulers.parallel(), true, listener);
	}

	/**
	 * Create a broadcaster that goes by the time of a scheduler.
	 * @param timer wakes event loops when something is due there
	 * @param listener told of what is written
	 */
	public Broadcaster(Scheduler timer, BroadcastListener listener) {
		this(timer, false, listener);
	}

	private Broadcaster(Scheduler timer, boolean loopsWakeThemselves, BroadcastListener listener) {
		this.timer = timer;
		this.loopsWakeThemselves = loopsWakeThemselves;
		this.listener = listener;
		this.origin = timer.now(TimeUnit.NANOSECONDS);
	}

	/**
	 * Begin to beat.
	 */
	public void start() {
		this.stopped = false;
		this.beating = true;
		this.sweeps = this.timer.schedulePeriodically(this::sweep, ENCODINGS_LINGER, ENCODINGS_LINGER,
				TimeUnit.SECONDS);
		this.loops.values().forEach((loop) -> wakeUp(loop, now()));
	}

	/**
	 * Stop beating, and let go of all encoded frames.
	 */
	public void stop() {
		this.sweeps.dispose();
		this.beating = false;
		this.stopped = true;
		this.encodings.forEach(this::forget);
	}

	private void forget(FlagView view, ViewEncodings frames) {
		this.encodings.remove(view, frames);
		frames.close();
	}

	@Override
	public Membership join(Subscription subscription) {
		return loop(subscription.connection().executor()).add(subscription);
	}

	/**
	 * Look each second whether a connection still takes what waits for it, until it says
	 * that this is no longer needed. Called on its executor.
	 * @param connection a connection that is not ready
	 */
	public void watchProgress(BroadcastConnection connection) {
		loop(connection.executor()).watchProgress(connection);
	}

	private LoopMembers loop(Executor executor) {
		return this.loops.computeIfAbsent(executor, (key) -> new LoopMembers(this, key));
	}

	void forget(Executor executor, LoopMembers loop) {
		this.loops.remove(executor, loop);
	}

	/**
	 * Encode an update, or find it encoded.
	 * @param update the update
	 * @param form how the subscription is told of it
	 * @param format how the transport writes it
	 * @return the frame, owned by the caller
	 */
	public ByteBuf encode(ViewUpdate update, UpdateForm form, FrameFormat format) {
		FlagView view = update.state().view();
		while (true) {
			ViewEncodings present = this.encodings.computeIfAbsent(view, this::keep);
			if (this.stopped) {
				forget(view, present);
				return ViewEncodings.encode(update, form, format, this.listener);
			}
			ByteBuf frame = present.get(update, form, format, now(), this.listener);
			if (frame != null) {
				return frame;
			}
			this.encodings.remove(view, present);
		}
	}

	/** Where many views come and go, their frames must not add up. */
	private ViewEncodings keep(FlagView view) {
		if (this.beating && this.keepsMore.compareAndSet(false, true)) {
			this.timer.schedule(this::sweep, 1, TimeUnit.SECONDS);
		}
		return new ViewEncodings(view);
	}

	/**
	 * Return the time that heartbeats and stalls go by.
	 * @return seconds since the broadcaster began
	 */
	public int now() {
		// Not by the clock, which may be set back
		return (int) TimeUnit.NANOSECONDS.toSeconds(sinceOrigin());
	}

	private long sinceOrigin() {
		return this.timer.now(TimeUnit.NANOSECONDS) - this.origin;
	}

	BroadcastListener listener() {
		return this.listener;
	}

	boolean isBeating() {
		return this.beating;
	}

	/**
	 * Have an event loop look what is due.
	 * @param second when, by {@link #now()}
	 */
	Disposable wakeUp(LoopMembers loop, int second) {
		if (!this.beating) {
			return Disposables.disposed();
		}
		long delay = Math.max(0, TimeUnit.SECONDS.toNanos(second) - sinceOrigin());
		try {
			if (this.loopsWakeThemselves && loop.executor() instanceof EventExecutor own) {
				Future<?> alarm = own.schedule(loop::tick, delay, TimeUnit.NANOSECONDS);
				return () -> alarm.cancel(false);
			}
			return this.timer.schedule(() -> tick(loop), delay, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("an event loop has ended", ex);
			return Disposables.disposed();
		}
	}

	private void tick(LoopMembers loop) {
		try {
			loop.execute(loop::tick);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("an event loop takes no task", ex);
			wakeUp(loop, now() + 1);
		}
	}

	private void sweep() {
		this.keepsMore.set(false);
		int since = now() - ENCODINGS_LINGER;
		this.encodings.values().removeIf((frames) -> frames.closeIfUnused(since));
	}

}
