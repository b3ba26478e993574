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

package io.realtimepush.transport.socketio;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

import io.netty.util.concurrent.EventExecutor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Who is in which room of a namespace, by event loop. A broadcast is one task per loop.
 * <p>
 * Safe for use by many threads; what belongs to a loop is confined to it.
 */
final class Rooms {

	private static final Log logger = LogFactory.getLog(Rooms.class);

	private final Map<EventExecutor, LoopRooms> loops = new ConcurrentHashMap<>();

	/** The rooms of an event loop. */
	LoopRooms of(EventExecutor executor) {
		return this.loops.computeIfAbsent(executor, LoopRooms::new);
	}

	/** Send to all whom it may concern: at once to those of the caller's own loop. */
	void broadcast(Broadcast broadcast) {
		this.loops.values().forEach((loop) -> execute(loop.executor(), () -> loop.send(broadcast)));
	}

	/** Run a task: at once if the caller is there already. */
	static void execute(EventExecutor executor, Runnable task) {
		if (executor.inEventLoop()) {
			task.run();
		}
		else {
			try {
				executor.execute(task);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("an event loop has ended", ex);
			}
		}
	}

}
