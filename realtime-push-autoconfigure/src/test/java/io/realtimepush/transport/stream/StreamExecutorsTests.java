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

import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StreamExecutors}.
 */
class StreamExecutorsTests {

	@Test
	void whatComesAfterTheCloseStillRunsAndTheThreadEnds() throws Exception {
		StreamExecutors executors = new StreamExecutors(1);
		Executor executor = executors.next();
		Thread before = CompletableFuture.supplyAsync(Thread::currentThread, executor).get(10, TimeUnit.SECONDS);
		assertThat(before.isDaemon()).isTrue();
		executors.close();
		Thread after = CompletableFuture.supplyAsync(Thread::currentThread, executor).get(10, TimeUnit.SECONDS);
		Awaitility.await().until(() -> !before.isAlive() && !after.isAlive());
	}

	@Test
	void threadDoesNotKeepTheClassLoaderOfTheRequestItStartsIn() throws Exception {
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		try (StreamExecutors executors = new StreamExecutors(1);
				URLClassLoader ofWebApp = new URLClassLoader(new URL[0], before)) {
			Thread.currentThread().setContextClassLoader(ofWebApp);
			Thread started = CompletableFuture.supplyAsync(Thread::currentThread, executors.next())
				.get(10, TimeUnit.SECONDS);
			assertThat(started.getContextClassLoader()).isNotSameAs(ofWebApp);
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

}
