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

import java.util.List;

import io.realtimepush.transport.engineio.EngineServer;

import org.springframework.context.SmartLifecycle;

/**
 * Ends sessions before the web server's graceful shutdown, which would wait for their
 * polls.
 */
final class EngineServerLifecycle implements SmartLifecycle {

	private final List<EngineServer> servers;

	private volatile boolean running;

	EngineServerLifecycle(List<EngineServer> servers) {
		this.servers = servers;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.servers.forEach(EngineServer::close);
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** What has been closed takes nobody any more. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PushServerLifecycle.PHASE;
	}

}
