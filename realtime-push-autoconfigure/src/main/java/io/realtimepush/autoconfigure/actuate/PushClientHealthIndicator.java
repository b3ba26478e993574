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

import io.realtimepush.client.ClientStatus;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.PushClient;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagsStatus;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Tells whether the app's flags are kept current over its connection.
 * <ul>
 * <li>{@code UP}: they are.</li>
 * <li>{@link PushHealthIndicator#DEGRADED}: there are flags, but they may be old.</li>
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
		FlagFeed feed = this.client.feeds().primary();
		builder.status(status(status, feed.status()))
			.withDetail("state", status.state().name())
			.withDetail("since", status.since())
			.withDetail("reason", status.reason())
			.withDetail("flags", feed.status().name());
		feed.snapshot().ifPresent((snapshot) -> builder.withDetail("position", snapshot.position().toString()));
		if (status.endpoint() != null) {
			builder.withDetail("endpoint", status.endpoint().toString());
		}
		if (status.transport() != null) {
			builder.withDetail("transport", status.transport());
		}
	}

	private static Status status(ClientStatus status, FlagsStatus flags) {
		if (status.isLive() && flags == FlagsStatus.LIVE) {
			return Status.UP;
		}
		if (flags != FlagsStatus.NOT_LOADED) {
			return PushHealthIndicator.DEGRADED;
		}
		return (status.state() == State.CLOSED) ? Status.DOWN : Status.OUT_OF_SERVICE;
	}

}
