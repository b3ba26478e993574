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

import io.realtimepush.watch.FlagVersionWatcher;

import org.springframework.context.SmartLifecycle;

/**
 * Watches before the web server starts and until it has stopped.
 */
final class FlagWatchLifecycle implements SmartLifecycle {

	private final FlagVersionWatcher watcher;

	private volatile boolean running;

	FlagWatchLifecycle(FlagVersionWatcher watcher) {
		this.watcher = watcher;
	}

	@Override
	public void start() {
		this.watcher.start();
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.watcher.stop();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** A watcher that was stopped cannot be started again. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 4096;
	}

}
