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

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.realtimepush.featureprobe.EventReport;
import io.realtimepush.featureprobe.EventSink;

/**
 * Counts what SDKs of FeatureProbe report, whoever else takes it.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class EventMetrics implements EventSink {

	private final Counter reports;

	private final Counter events;

	/**
	 * Create the meters.
	 * @param registry where to register them
	 */
	public EventMetrics(MeterRegistry registry) {
		this.reports = Counter.builder("realtimepush.featureprobe.reports")
			.description("Reports of FeatureProbe's SDKs")
			.register(registry);
		this.events = Counter.builder("realtimepush.featureprobe.events")
			.description("Events in reports of FeatureProbe's SDKs")
			.register(registry);
	}

	@Override
	public void accept(EventReport report) {
		this.reports.increment();
		this.events.increment(report.events());
	}

}
