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

package io.realtimepush.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.realtimepush.hub.ViewUpdate;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * A connection that remembers what it was sent, with an event loop that runs on the
 * thread of the test.
 */
final class TestConnection implements PushConnection {

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	private final List<String> sent = new ArrayList<>();

	private boolean running;

	boolean ready = true;

	/** Leaves tasks in the queue until it is unset. */
	private boolean paused;

	boolean takesMessages = true;

	/** As an event loop does that has ended. */
	boolean rejects;

	Runnable onSend = () -> {
	};

	@Nullable CloseReason closed;

	@Nullable String closeDetail;

	@Override
	public Executor executor() {
		return this::execute;
	}

	private void execute(Runnable task) {
		if (this.rejects) {
			throw new RejectedExecutionException("ended");
		}
		this.tasks.add(task);
		runTasks();
	}

	private void runTasks() {
		if (this.running || this.paused) {
			return;
		}
		this.running = true;
		for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
			task.run();
		}
		this.running = false;
	}

	void pause() {
		this.paused = true;
	}

	void proceed() {
		this.paused = false;
		runTasks();
	}

	@Override
	public boolean isReady() {
		return this.ready;
	}

	@Override
	public boolean takesMessages() {
		return this.takesMessages;
	}

	@Override
	public void send(ServerMessage message) {
		this.sent.add(new String(MessageWriter.write(message), StandardCharsets.UTF_8));
		this.onSend.run();
	}

	@Override
	public void send(ViewUpdate update, UpdateForm form) {
		send(form.message(update));
	}

	@Override
	public void close(CloseReason reason, @Nullable String detail) {
		this.closed = reason;
		this.closeDetail = detail;
	}

	/** What was sent since this was last asked. */
	List<String> take() {
		List<String> taken = List.copyOf(this.sent);
		this.sent.clear();
		return taken;
	}

}
