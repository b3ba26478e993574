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
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.realtimepush.client.ClientStatus;
import io.realtimepush.client.ConnectFailure;
import io.realtimepush.client.ConnectStep;
import io.realtimepush.client.PushClientListener;
import org.jspecify.annotations.Nullable;

/**
 * Times the steps on the way to a session, the way as a whole, and the sessions, and
 * tells those that failed.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class ClientMetrics implements PushClientListener {

	private final MeterRegistry registry;

	private final AtomicInteger live = new AtomicInteger();

	/**
	 * Create the meters.
	 * @param registry where to register them
	 */
	public ClientMetrics(MeterRegistry registry) {
		this.registry = registry;
		Gauge.builder("realtimepush.client.live", this.live, AtomicInteger::get)
			.description("1 while the flag sets are kept current over a session, else 0")
			.register(registry);
	}

	@Override
	public void statusChanged(ClientStatus status) {
		this.live.set(status.isLive() ? 1 : 0);
	}

	@Override
	public void stepEnded(ConnectStep step, String transport, Duration took, @Nullable ConnectFailure failure) {
		Timer.builder("realtimepush.client.step")
			.description("Steps on the way to a session")
			.tag("step", step.name().toLowerCase(Locale.ROOT))
			.tag("transport", transport)
			.tag("outcome", (failure != null) ? "failure" : "success")
			.tag("reason", (failure != null) ? failure.kind().name().toLowerCase(Locale.ROOT) : "none")
			.register(this.registry)
			.record(took);
	}

	@Override
	public void sessionLive(String transport, Duration took) {
		Timer.builder("realtimepush.client.connect")
			.description("Times without a session, from the start or the end of the last one to the next")
			.tag("transport", transport)
			.register(this.registry)
			.record(took);
	}

	@Override
	public void sessionEnded(String transport, Duration lived, ConnectFailure failure) {
		Timer.builder("realtimepush.client.sessions")
			.description("Sessions that have ended")
			.tag("transport", transport)
			.tag("reason", failure.kind().name().toLowerCase(Locale.ROOT))
			.register(this.registry)
			.record(lived);
	}

}
