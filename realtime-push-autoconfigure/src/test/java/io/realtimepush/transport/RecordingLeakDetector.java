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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;

/**
 * Remembers the leaks that Netty finds. Named by the system property
 * {@code io.netty.customResourceLeakDetector}, because it has to be there before the
 * first buffer.
 *
 * @param <T> the type of resource
 */
public final class RecordingLeakDetector<T> extends ResourceLeakDetector<T> {

	private static final List<String> LEAKS = new CopyOnWriteArrayList<>();

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
		super.reportTracedLeak(resourceType, records);
	}

	@Override
	protected void reportUntracedLeak(String resourceType) {
		LEAKS.add(resourceType);
		super.reportUntracedLeak(resourceType);
	}

	/**
	 * Have Netty look for leaks.
	 * @return the leaks that were found since the last look
	 */
	static List<String> findLeaks() {
		for (int i = 0; i < 3; i++) {
			System.gc();
			// Leaks are reported when the next resource is followed
			PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
		}
		List<String> found = List.copyOf(LEAKS);
		LEAKS.removeAll(found);
		return found;
	}

}
