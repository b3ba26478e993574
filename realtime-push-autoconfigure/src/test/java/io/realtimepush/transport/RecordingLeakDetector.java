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

package io.realtimepush.transport;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.awaitility.Awaitility;

/**
 * Remembers the leaks that Netty finds. Named by the system property
 * {@code io.netty.customResourceLeakDetector}, because it has to be there before the
 * first buffer.
 *
 * @param <T> the type of resource
 */
public final class RecordingLeakDetector<T> extends ResourceLeakDetector<T> {

	private static final String ON_PURPOSE = "leaked on purpose for look ";

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

	private static final AtomicInteger LOOKS = new AtomicInteger();

	/**
	 * Called by Netty.
	 * @param resourceType the type of resource
	 * @param samplingInterval one of how many resources is followed
	 */
	public RecordingLeakDetector(Class<?> resourceType, int samplingInterval) {
		super(resourceType, samplingInterval);
	}

	/**
	 * Looked up by Netty, but not called.
	 * @param resourceType the type of resource
	 * @param samplingInterval one of how many resources is followed
	 * @param maxActive not used
	 */
	public RecordingLeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
		this(resourceType, samplingInterval);
	}

	@Override
	protected void reportTracedLeak(String resourceType, String records) {
		LEAKS.add(resourceType + records);
		if (!records.contains(ON_PURPOSE)) {
			super.reportTracedLeak(resourceType, records);
		}
	}

	@Override
	protected void reportUntracedLeak(String resourceType) {
		LEAKS.add(resourceType);
		super.reportUntracedLeak(resourceType);
	}

	/**
	 * Have Netty look for leaks, until it has found one that is made for that.
	 * @return the other leaks that were found since the last look
	 */
	static List<String> findLeaks() {
		// Netty tells of leaks that have the same records only once
		String made = ON_PURPOSE + LOOKS.incrementAndGet() + ";";
		leak(made);
		Awaitility.await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(10)).until(() -> {
			look();
			return LEAKS.stream().anyMatch((leak) -> leak.contains(made));
		});
		// Those that were dropped before may have come behind it
		look();
		List<String> found = List.copyOf(LEAKS);
		LEAKS.removeAll(found);
		return found.stream().filter((leak) -> !leak.contains(made)).toList();
	}

	private static void leak(String made) {
		PooledByteBufAllocator.DEFAULT.directBuffer(16).touch(made);
	}

	private static void look() {
		System.gc();
		// Leaks are reported when the next resource is followed
		PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
	}

}
