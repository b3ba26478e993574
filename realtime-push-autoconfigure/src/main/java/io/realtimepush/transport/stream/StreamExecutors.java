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

package io.realtimepush.transport.stream;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Single threads for the connections of servers without event loops of their own, handed
 * out in turn. A thread that has nothing to do ends after a minute.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class StreamExecutors implements AutoCloseable {

	private final ThreadPoolExecutor[] executors;

	private final AtomicInteger next = new AtomicInteger();

	/**
	 * Create executors; threads are started when they are needed.
	 * @param count how many threads there may be, at least 1
	 */
	public StreamExecutors(int count) {
		this.executors = new ThreadPoolExecutor[count];
		for (int i = 0; i < count; i++) {
			String name = "realtime-push-stream-" + i;
			ThreadPoolExecutor executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(),
					(task) -> thread(name, task));
			executor.allowCoreThreadTimeOut(true);
			this.executors[i] = executor;
		}
	}

	private static Thread thread(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		// Else that of the request it starts in, and Tomcat reports a leak when it stops
		thread.setContextClassLoader(StreamExecutors.class.getClassLoader());
		return thread;
	}

	/**
	 * Return an executor for one more connection.
	 * @return an executor that runs one task after another
	 */
	public Executor next() {
		return this.executors[Math.floorMod(this.next.getAndIncrement(), this.executors.length)];
	}

	/**
	 * Have the threads end as soon as they have nothing to do. Some web servers end their
	 * connections only after all else has stopped, and what these hold has to be released
	 * even then; so what comes later still runs.
	 */
	@Override
	public void close() {
		for (ThreadPoolExecutor executor : this.executors) {
			executor.setKeepAliveTime(1, TimeUnit.SECONDS);
		}
	}

}
