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
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.realtimepush.flags.FlagChange;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.FlagHubListener;

/**
 * Counts moves of flag sets. Without a tag for the flag set, of which there may be
 * thousands.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class HubMetrics implements FlagHubListener {

	private final Counter changes;

	/**
	 * Create the meters.
	 * @param hub the hub
	 * @param registry where to register them
	 */
	public HubMetrics(FlagHub hub, MeterRegistry registry) {
		this.changes = Counter.builder("realtimepush.changes")
			.description("Moves of flag sets to another position")
			.register(registry);
		Gauge.builder("realtimepush.flag.sets", hub, (watching) -> watching.watched().size())
			.description("Flag sets that are watched")
			.register(registry);
	}

	@Override
	public void onChange(FlagChange change) {
		this.changes.increment();
	}

}
