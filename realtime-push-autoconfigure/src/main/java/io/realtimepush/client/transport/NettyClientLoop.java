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

package io.realtimepush.client.transport;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.realtimepush.client.ClientLoop;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The loop of a client on one event loop of Netty, which its connections use too. It is
 * the only thread of a client.
 *
 * @since 0.1.0
 */
public final class NettyClientLoop implements ClientLoop {

	private static final Log logger = LogFactory.getLog(NettyClientLoop.class);

	private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);

	private final LoopResources resources = LoopResources.create("realtime-push-client", 1, true);

	private final EventLoop loop = this.resources.onClient(LoopResources.DEFAULT_NATIVE).next();

	/**
	 * Return the event loop for connections.
	 * @return resources with the one event loop
	 */
	LoopResources resources() {
		return this.resources;
	}

	@Override
	public boolean execute(Runnable event) {
		try {
			this.loop.execute(() -> run(event));
			return true;
		}
		catch (RejectedExecutionException ex) {
			logger.trace("an event came after the end of the client", ex);
			return false;
		}
	}

	@Override
	public Disposable schedule(Duration delay, Runnable event) {
		Timer timer = new Timer(event);
		try {
			timer.future = this.loop.schedule(timer, delay.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			timer.disposed = true;
		}
		return timer;
	}

	private static void run(Runnable event) {
		try {
			event.run();
		}
		catch (RuntimeException ex) {
			logger.error("the client failed to deal with an event", ex);
		}
	}

	@Override
	public long nanoTime() {
		return System.nanoTime();
	}

	/**
	 * End the thread.
	 * @return completes when it has ended
	 */
	public Mono<Void> disposeLater() {
		return this.resources.disposeLater(Duration.ZERO, SHUTDOWN_TIMEOUT);
	}

	private static final class Timer implements Disposable, Runnable {

		private final Runnable event;

		private volatile @Nullable Future<?> future;

		private volatile boolean disposed;

		Timer(Runnable event) {
			this.event = event;
		}

		@Override
		public void run() {
			if (!this.disposed) {
				this.disposed = true;
				NettyClientLoop.run(this.event);
			}
		}

		@Override
		public void dispose() {
			this.disposed = true;
			Future<?> scheduled = this.future;
			if (scheduled != null) {
				scheduled.cancel(false);
			}
		}

		@Override
		public boolean isDisposed() {
			return this.disposed;
		}

	}

}
