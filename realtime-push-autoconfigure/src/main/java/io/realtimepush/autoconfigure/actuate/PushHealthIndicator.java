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

package io.realtimepush.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSourceHealth;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.watch.FlagVersionWatcher;
import io.realtimepush.watch.SourceStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Tells whether flags can be served, and how their source is doing.
 * <ul>
 * <li>{@code UP}: all watched flag sets are loaded and their source is well; or nobody
 * has asked for a flag set yet.</li>
 * <li>{@link #DEGRADED}: what was loaded is served, but it may be old or incomplete.</li>
 * <li>{@code OUT_OF_SERVICE}: the first flag set is just being loaded.</li>
 * <li>{@code DOWN}: no flag set could be loaded, so nothing can be served.</li>
 * </ul>
 */
class PushHealthIndicator extends AbstractHealthIndicator {

	/**
	 * Flags are served, but something is wrong with their source. Not one of Boot's
	 * statuses: it turns nothing unready.
	 */
	static final Status DEGRADED = new Status("DEGRADED");

	private final FlagHub hub;

	private final FlagVersionWatcher watcher;

	private final List<FlagSourceHealth> sources;

	PushHealthIndicator(FlagHub hub, FlagVersionWatcher watcher, List<FlagSourceHealth> sources) {
		super("health of flags cannot be told");
		this.hub = hub;
		this.watcher = watcher;
		this.sources = List.copyOf(sources);
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		SourceStatus source = this.watcher.status();
		Map<FlagSetId, FlagPosition> positions = this.hub.positions();
		Map<FlagSetId, SourceStatus> states = new TreeMap<>(this.watcher.statusByFlagSet());
		Map<String, String> problems = new TreeMap<>();
		this.sources.forEach((health) -> problems.putAll(health.problems()));
		boolean allLoaded = positions.keySet().containsAll(states.keySet());
		boolean wrong = isWrong(source) || !problems.isEmpty()
				|| states.values().stream().anyMatch(PushHealthIndicator::isWrong);
		builder.status(status(!states.isEmpty() || !positions.isEmpty(), !positions.isEmpty(), allLoaded, wrong))
			.withDetail("source", describe(source, null))
			.withDetail("flagSets", describe(states, positions));
		if (!problems.isEmpty()) {
			builder.withDetail("problems", problems);
		}
	}

	private static Status status(boolean anyWatched, boolean anyLoaded, boolean allLoaded, boolean wrong) {
		if (anyWatched && !anyLoaded) {
			return wrong ? Status.DOWN : Status.OUT_OF_SERVICE;
		}
		return (wrong || !allLoaded) ? DEGRADED : Status.UP;
	}

	private static boolean isWrong(SourceStatus status) {
		return status.state() != SourceStatus.State.UP && status.state() != SourceStatus.State.UNKNOWN;
	}

	private static Map<String, Object> describe(Map<FlagSetId, SourceStatus> states,
			Map<FlagSetId, FlagPosition> positions) {
		Map<String, Object> details = new TreeMap<>();
		states.forEach((id, status) -> details.put(id.name(), describe(status, positions.get(id))));
		return details;
	}

	private static Map<String, Object> describe(SourceStatus status, @Nullable FlagPosition position) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("state", status.state().name());
		if (position != null) {
			details.put("position", position.toString());
		}
		details.put("since", status.since());
		if (status.problem() != null) {
			details.put("problem", status.problem());
			details.put("failures", status.failures());
		}
		return details;
	}

}
