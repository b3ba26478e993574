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

package io.realtimepush.observation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.realtimepush.broadcast.BroadcastListener;

/**
 * Counts what the fan-out writes. Called once for a batch of connections, and then finds
 * its meters by the name of the transport: nothing is allocated.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class BroadcastMetrics implements BroadcastListener {

	private final MeterRegistry registry;

	private final Map<String, Transport> transports = new ConcurrentHashMap<>();

	/**
	 * Create the meters.
	 * @param registry where to register them
	 */
	public BroadcastMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void broadcast(String transport, int written, int passedOver, long nanosSinceMove) {
		Transport meters = transport(transport);
		if (written > 0) {
			meters.deliveries.increment(written);
			meters.changeToWrite.record(nanosSinceMove, TimeUnit.NANOSECONDS);
		}
		if (passedOver > 0) {
			meters.conflations.increment(passedOver);
		}
	}

	@Override
	public void encoded(String transport, int bytes) {
		transport(transport).frameSize.record(bytes);
	}

	private Transport transport(String name) {
		Transport known = this.transports.get(name);
		return (known != null) ? known
				: this.transports.computeIfAbsent(name, (same) -> new Transport(this.registry, same));
	}

	/**
	 * The meters of a transport.
	 */
	private static final class Transport {

		private final Counter deliveries;

		private final Counter conflations;

		private final Timer changeToWrite;

		private final DistributionSummary frameSize;

		Transport(MeterRegistry registry, String name) {
			this.deliveries = Counter.builder("realtimepush.deliveries")
				.description("Changes written to a connection")
				.tag("transport", name)
				.register(registry);
			this.conflations = Counter.builder("realtimepush.conflations")
				.description("Changes that a connection was not ready for and gets merged with later ones")
				.tag("transport", name)
				.register(registry);
			this.changeToWrite = Timer.builder("realtimepush.change.to.write")
				.description("Time from a change in the hub to its write to the last connection of an event loop")
				.tag("transport", name)
				.register(registry);
			this.frameSize = DistributionSummary.builder("realtimepush.frame.size")
				.description("Size of encoded updates, each shared by all connections it is written to")
				.baseUnit("bytes")
				.tag("transport", name)
				.register(registry);
		}

	}

}
