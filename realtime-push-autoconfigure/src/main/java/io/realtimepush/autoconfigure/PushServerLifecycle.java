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

package io.realtimepush.autoconfigure;

import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.session.PushHandler;
import io.realtimepush.transport.longpoll.LongPollEndpoint;

import org.springframework.context.SmartLifecycle;

/**
 * Drains before the web server's graceful shutdown, which would wait for open streams and
 * refuse new connections.
 */
final class PushServerLifecycle implements SmartLifecycle {

	/**
	 * Above the phase of graceful shutdown, which is 1024 below the default.
	 */
	static final int PHASE = DEFAULT_PHASE - 512;

	private final PushHandler handler;

	private final Broadcaster broadcaster;

	private final LongPollEndpoint longPollEndpoint;

	private volatile boolean running;

	PushServerLifecycle(PushHandler handler, Broadcaster broadcaster, LongPollEndpoint longPollEndpoint) {
		this.handler = handler;
		this.broadcaster = broadcaster;
		this.longPollEndpoint = longPollEndpoint;
	}

	@Override
	public void start() {
		this.handler.start();
		this.broadcaster.start();
		this.longPollEndpoint.start();
		this.running = true;
	}

	@Override
	public void stop() {
		stop(() -> {
		});
	}

	@Override
	public void stop(Runnable callback) {
		this.handler.drain().doFinally((signal) -> {
			this.longPollEndpoint.stop();
			this.broadcaster.stop();
			this.handler.stop();
			this.running = false;
			callback.run();
		}).subscribe();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** What has drained lets nobody in any more. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
