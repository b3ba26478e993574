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

package io.realtimepush.benchmarks.load;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServerProcess}, which look at their own process.
 */
@EnabledOnOs(OS.LINUX)
class ServerProcessTests {

	private final ServerProcess process = new ServerProcess(List.of(ProcessHandle.current().pid()));

	@Test
	void cpuTimeOfThreadThatHasEndedStays() throws Exception {
		long before = this.process.cpuNanos();
		long burnt = TimeUnit.MILLISECONDS.toNanos(50);
		Thread thread = new Thread(() -> {
			burn(burnt);
			this.process.cpuNanos();
		});
		thread.start();
		thread.join(TimeUnit.SECONDS.toMillis(20));
		assertThat(this.process.cpuNanos() - before).isGreaterThan(burnt * 9 / 10);
	}

	private static void burn(long nanos) {
		long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() + nanos;
		while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() < end) {
			Thread.onSpinWait();
		}
	}

	@Test
	void memoryIsRead() {
		assertThat(this.process.residentKib()).isGreaterThan(10_000);
	}

}
