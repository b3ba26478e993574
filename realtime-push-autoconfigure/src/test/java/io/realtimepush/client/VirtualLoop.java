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

package io.realtimepush.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

import reactor.core.Disposable;

/**
 * A loop whose time passes only when it is told to.
 */
final class VirtualLoop implements ClientLoop {

	private final Queue<Runnable> events = new ArrayDeque<>();

	private final PriorityQueue<Timer> timers = new PriorityQueue<>(
			Comparator.comparingLong((Timer timer) -> timer.due).thenComparingLong((timer) -> timer.number));

	private long now = 1_000_000_000L;

	private long numbers;

	private boolean running;

	@Override
	public boolean execute(Runnable event) {
		return this.events.add(event);
	}

	@Override
	public Disposable schedule(Duration delay, Runnable event) {
		Timer timer = new Timer(this.now + Math.max(0, delay.toNanos()), this.numbers++, event);
		this.timers.add(timer);
		return timer;
	}

	/** Something happens outside of the client. */
	void scheduleOutside(Duration delay, Runnable event) {
		((Timer) schedule(delay, event)).outside = true;
	}

	@Override
	public long nanoTime() {
		return this.now;
	}

	/** Let time pass, and deal with what happens meanwhile. */
	void advance(Duration duration) {
		long end = this.now + duration.toNanos();
		runEvents();
		for (Timer next = this.timers.peek(); next != null && next.due <= end; next = this.timers.peek()) {
			this.timers.remove();
			if (!next.disposed) {
				this.now = next.due;
				next.disposed = true;
				this.events.add(next.event);
				runEvents();
			}
		}
		this.now = end;
	}

	/** Let time pass in which nothing is dealt with. */
	void stall(Duration duration) {
		this.now += duration.toNanos();
	}

	void runEvents() {
		if (this.running) {
			throw new IllegalStateException("an event is dealt with within another one");
		}
		this.running = true;
		for (Runnable event = this.events.poll(); event != null; event = this.events.poll()) {
			event.run();
		}
		this.running = false;
	}

	/** How many timers of the client have not been forgotten. */
	long pendingTimers() {
		return this.timers.stream().filter((timer) -> !timer.disposed && !timer.outside).count();
	}

	private static final class Timer implements Disposable {

		private final long due;

		private final long number;

		private final Runnable event;

		private boolean outside;

		private boolean disposed;

		Timer(long due, long number, Runnable event) {
			this.due = due;
			this.number = number;
			this.event = event;
		}

		@Override
		public void dispose() {
			this.disposed = true;
		}

		@Override
		public boolean isDisposed() {
			return this.disposed;
		}

	}

}
