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

import java.time.Duration;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.watch.WatchListener;
import org.jspecify.annotations.Nullable;

/**
 * Times the questions to the flag source, and tells those that failed.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class SourceMetrics implements WatchListener {

	private static final String PROBE = "realtimepush.source.probe";

	private static final String FETCH = "realtimepush.source.fetch";

	private final Timer probes;

	private final Timer failedProbes;

	private final Timer wholes;

	private final Timer deltas;

	private final Timer failedFetches;

	/**
	 * Create the meters.
	 * @param registry where to register them
	 */
	public SourceMetrics(MeterRegistry registry) {
		String probing = "Questions to the flag source for versions";
		this.probes = Timer.builder(PROBE).description(probing).tag("outcome", "success").register(registry);
		this.failedProbes = Timer.builder(PROBE).description(probing).tag("outcome", "failure").register(registry);
		String fetching = "Reads of a flag set from the flag source";
		this.wholes = Timer.builder(FETCH)
			.description(fetching)
			.tag("kind", "snapshot")
			.tag("outcome", "success")
			.register(registry);
		this.deltas = Timer.builder(FETCH)
			.description(fetching)
			.tag("kind", "delta")
			.tag("outcome", "success")
			.register(registry);
		this.failedFetches = Timer.builder(FETCH)
			.description(fetching)
			.tag("kind", "none")
			.tag("outcome", "failure")
			.register(registry);
	}

	@Override
	public void probed(Duration took, @Nullable Throwable failure) {
		((failure != null) ? this.failedProbes : this.probes).record(took);
	}

	@Override
	public void fetched(FlagSetId flagSet, boolean whole, Duration took, @Nullable Throwable failure) {
		if (failure != null) {
			this.failedFetches.record(took);
		}
		else {
			(whole ? this.wholes : this.deltas).record(took);
		}
	}

}
