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
import java.util.Map;

import io.realtimepush.client.ClientStatus;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.PushClient;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagsStatus;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Tells whether the app's flags are kept current over its connection.
 * <ul>
 * <li>{@code UP}: all of them are.</li>
 * <li>{@link PushHealthIndicator#DEGRADED}: there are flags, but they may be old, or
 * those of a further flag set may be old or missing.</li>
 * <li>{@code OUT_OF_SERVICE}: there are none yet.</li>
 * <li>{@code DOWN}: there are none, and there will be none.</li>
 * </ul>
 */
class PushClientHealthIndicator extends AbstractHealthIndicator {

	private final PushClient client;

	PushClientHealthIndicator(PushClient client) {
		super("health of the push client cannot be told");
		this.client = client;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		ClientStatus status = this.client.status();
		FlagFeeds feeds = this.client.feeds();
		FlagFeed feed = feeds.primary();
		FlagsStatus flags = feed.status();
		Map<String, Object> flagSets = new LinkedHashMap<>();
		boolean allLive = true;
		for (FlagSetId flagSet : this.client.flagSets()) {
			FlagFeed each = feeds.flagSet(flagSet);
			FlagsStatus present = each.status();
			allLive &= present == FlagsStatus.LIVE;
			flagSets.put(flagSet.name(), describe(each, present));
		}
		builder.status(status(status, flags, allLive))
			.withDetail("state", status.state().name())
			.withDetail("since", status.since())
			.withDetail("reason", status.reason())
			.withDetail("flags", flags.name())
			.withDetail("flagSets", flagSets);
		feed.snapshot().ifPresent((snapshot) -> builder.withDetail("position", snapshot.position().toString()));
		if (status.endpoint() != null) {
			builder.withDetail("endpoint", status.endpoint().toString());
		}
		if (status.transport() != null) {
			builder.withDetail("transport", status.transport());
		}
	}

	private static Map<String, Object> describe(FlagFeed feed, FlagsStatus status) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("state", status.name());
		feed.snapshot().ifPresent((snapshot) -> details.put("position", snapshot.position().toString()));
		return details;
	}

	private static Status status(ClientStatus status, FlagsStatus flags, boolean allLive) {
		if (status.isLive() && flags == FlagsStatus.LIVE && allLive) {
			return Status.UP;
		}
		if (flags != FlagsStatus.NOT_LOADED) {
			return PushHealthIndicator.DEGRADED;
		}
		return (status.state() == State.CLOSED) ? Status.DOWN : Status.OUT_OF_SERVICE;
	}

}
