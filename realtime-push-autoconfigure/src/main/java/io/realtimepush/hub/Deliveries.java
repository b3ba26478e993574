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

package io.realtimepush.hub;

import java.util.ArrayDeque;
import java.util.Queue;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Calls into the app, one after another in the order they were added. They are added
 * under a lock, which gives them their order, and run without it, so that an app that
 * blocks in one holds up later calls only and not who acquires or moves a view.
 * <p>
 * Safe for use by many threads.
 */
final class Deliveries {

	private static final Log logger = LogFactory.getLog(Deliveries.class);

	private final Queue<Runnable> calls = new ArrayDeque<>(1);

	private boolean running;

	synchronized void add(Runnable call) {
		this.calls.add(call);
	}

	/**
	 * Run what was added, or leave it to the thread that is at it already.
	 */
	void run() {
		for (Runnable call = begin(); call != null; call = proceed()) {
			run(call);
		}
	}

	private synchronized @Nullable Runnable begin() {
		return this.running ? null : proceed();
	}

	private synchronized @Nullable Runnable proceed() {
		Runnable next = this.calls.poll();
		this.running = next != null;
		return next;
	}

	private static void run(Runnable call) {
		try {
			call.run();
		}
		catch (Throwable ex) {
			// An error that left the loop would leave all that comes later undelivered
			logger.error("a subscriber or listener failed on a flag change", ex);
		}
	}

}
