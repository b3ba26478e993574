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

package io.realtimepush.watch;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Where a {@link FlagVersionWatcher} runs: one worker, to which all that the watcher
 * knows is confined. Questions to the source are answered here, too, and have a timeout.
 */
final class WatchLoop {

	private static final Log logger = LogFactory.getLog(WatchLoop.class);

	private final Scheduler scheduler;

	private final Scheduler.Worker worker;

	private final Duration timeout;

	private final long origin;

	private volatile boolean running;

	WatchLoop(Scheduler scheduler, Duration timeout) {
		this.scheduler = scheduler;
		this.worker = scheduler.createWorker();
		this.timeout = timeout;
		this.origin = scheduler.now(TimeUnit.NANOSECONDS);
	}

	void start() {
		this.running = true;
	}

	void stop() {
		this.running = false;
		this.worker.dispose();
	}

	/** Milliseconds since the loop was made. Not by the clock, which may be set back. */
	long now() {
		return TimeUnit.NANOSECONDS.toMillis(this.scheduler.now(TimeUnit.NANOSECONDS) - this.origin);
	}

	/** Run a task, from any thread; nothing before the start and after the end. */
	void run(Runnable task) {
		schedule(task, Duration.ZERO);
	}

	/** Run a task later, from any thread; nothing before the start and after the end. */
	Disposable schedule(Runnable task, Duration delay) {
		if (this.running && !this.worker.isDisposed()) {
			try {
				return this.worker.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("watching has been stopped", ex);
			}
		}
		return Disposables.disposed();
	}

	/**
	 * Ask the source. What it answers at once is taken at once: a source in memory costs
	 * neither a timer nor a task for each answer.
	 */
	<T> void ask(Supplier<Mono<T>> question, Consumer<T> answered, Consumer<Throwable> failed) {
		Question<T> asked = new Question<>(answered, failed);
		Mono.defer(question).subscribe(asked);
		asked.await();
	}

	/** Ask the source for something that may answer nothing. */
	<T> Mono<T> later(Supplier<Mono<T>> question) {
		return Mono.defer(question).timeout(this.timeout, this.scheduler);
	}

	/**
	 * Takes one answer of the source, on the worker, or gives up after the timeout.
	 */
	private final class Question<T> extends BaseSubscriber<T> {

		private final Consumer<T> answered;

		private final Consumer<Throwable> failed;

		private final Thread asker = Thread.currentThread();

		private final AtomicBoolean decided = new AtomicBoolean();

		/** Read by the asker only. */
		private boolean subscribing = true;

		private volatile Disposable timer = Disposables.disposed();

		Question(Consumer<T> answered, Consumer<Throwable> failed) {
			this.answered = answered;
			this.failed = failed;
		}

		void await() {
			this.subscribing = false;
			if (!this.decided.get()) {
				Duration timeout = WatchLoop.this.timeout;
				this.timer = schedule(() -> decide(() -> {
					cancel();
					this.failed.accept(new TimeoutException("no answer within " + timeout));
				}), timeout);
				if (this.decided.get()) {
					this.timer.dispose();
				}
			}
		}

		@Override
		protected void hookOnNext(T answer) {
			decide(() -> this.answered.accept(answer));
		}

		@Override
		protected void hookOnError(Throwable ex) {
			decide(() -> this.failed.accept(ex));
		}

		@Override
		protected void hookOnComplete() {
			decide(() -> this.failed.accept(new IllegalStateException("flag source has answered nothing")));
		}

		private void decide(Runnable decision) {
			if (!this.decided.compareAndSet(false, true)) {
				return;
			}
			this.timer.dispose();
			if (Thread.currentThread() == this.asker && this.subscribing) {
				decision.run();
			}
			else {
				WatchLoop.this.run(decision);
			}
		}

	}

}
