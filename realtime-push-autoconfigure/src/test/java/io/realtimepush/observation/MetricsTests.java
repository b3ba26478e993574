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

import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.realtimepush.annotation.support.FlagHandlerInvocation;
import io.realtimepush.featureprobe.EventReport;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.Peer;
import io.realtimepush.session.SessionInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Names, tags and values of meters, which dashboards rely on.
 */
class MetricsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	@Test
	void sessionsAreCountedByTransportAndCode() {
		SessionMetrics metrics = new SessionMetrics(this.registry);
		metrics.opened(session("sse"));
		metrics.opened(session("sse"));
		metrics.opened(session("websocket"));
		metrics.acknowledged(session("websocket"), FlagSetId.of("shop"),
				new ClientMessage.Ack(new FlagPosition("k7", 1), false, null, "no int", null));
		assertThat(this.registry.get("realtimepush.acks")
			.tags("transport", "websocket", "status", "failed")
			.counter()
			.count()).isEqualTo(1);
		assertThat(this.registry.get("realtimepush.acks")
			.tags("transport", "websocket", "status", "applied")
			.counter()
			.count()).isZero();
		metrics.closed(session("sse"), CloseReason.SLOW);
		metrics.refused("sse", CloseReason.UNAUTHORIZED);
		assertThat(this.registry.get("realtimepush.connections").tag("transport", "sse").gauge().value()).isEqualTo(1);
		assertThat(this.registry.get("realtimepush.connections").tag("transport", "websocket").gauge().value())
			.isEqualTo(1);
		assertThat(this.registry.get("realtimepush.connects").tag("transport", "sse").counter().count()).isEqualTo(2);
		assertThat(this.registry.get("realtimepush.disconnects")
			.tags("transport", "sse", "code", "slow")
			.counter()
			.count()).isEqualTo(1);
		assertThat(this.registry.get("realtimepush.refusals")
			.tags("transport", "sse", "code", "unauthorized")
			.counter()
			.count()).isEqualTo(1);
	}

	@Test
	void fanOutIsCountedByTransport() {
		BroadcastMetrics metrics = new BroadcastMetrics(this.registry);
		metrics.broadcast("websocket", 5, 2, 3_000_000);
		metrics.broadcast("websocket", 0, 1, 9_000_000);
		metrics.encoded("websocket", 200);
		assertThat(this.registry.get("realtimepush.deliveries").tag("transport", "websocket").counter().count())
			.isEqualTo(5);
		assertThat(this.registry.get("realtimepush.conflations").tag("transport", "websocket").counter().count())
			.isEqualTo(3);
		assertThat(this.registry.get("realtimepush.change.to.write").timer().count()).isEqualTo(1);
		assertThat(this.registry.get("realtimepush.change.to.write").timer().totalTime(TimeUnit.MILLISECONDS))
			.isEqualTo(3);
		assertThat(this.registry.get("realtimepush.frame.size").summary().totalAmount()).isEqualTo(200);
	}

	@Test
	void questionsToTheSourceAreTimedByOutcome() {
		SourceMetrics metrics = new SourceMetrics(this.registry);
		metrics.probed(Duration.ofMillis(4), null);
		metrics.probed(Duration.ofMillis(5), new IllegalStateException("no connection"));
		metrics.fetched(FlagSetId.of("shop"), true, Duration.ofMillis(6), null);
		metrics.fetched(FlagSetId.of("shop"), false, Duration.ofMillis(7), null);
		metrics.fetched(FlagSetId.of("shop"), true, Duration.ofMillis(8), new IllegalStateException("no connection"));
		assertThat(millis("realtimepush.source.probe", "outcome", "success")).isEqualTo(4);
		assertThat(millis("realtimepush.source.probe", "outcome", "failure")).isEqualTo(5);
		assertThat(millis("realtimepush.source.fetch", "kind", "snapshot", "outcome", "success")).isEqualTo(6);
		assertThat(millis("realtimepush.source.fetch", "kind", "delta", "outcome", "success")).isEqualTo(7);
		assertThat(millis("realtimepush.source.fetch", "kind", "none", "outcome", "failure")).isEqualTo(8);
	}

	@Test
	@SuppressWarnings("NullAway")
	void callsOfHandlersAreTimedByMethodAndOutcome() throws Exception {
		HandlerMetrics metrics = new HandlerMetrics(this.registry);
		Method method = String.class.getMethod("length");
		FlagHandlerInvocation invocation = new FlagHandlerInvocation("checkout", method, null, null, null);
		metrics.completed(invocation, Duration.ofMillis(4), null);
		metrics.completed(invocation, Duration.ofMillis(5), new IllegalStateException("wrong"));
		assertThat(millis("realtimepush.handler.calls", "bean", "checkout", "method", "length", "outcome", "success"))
			.isEqualTo(4);
		assertThat(millis("realtimepush.handler.calls", "bean", "checkout", "method", "length", "outcome", "failure"))
			.isEqualTo(5);
	}

	@Test
	void reportsAndTheirEventsAreCounted() {
		EventMetrics metrics = new EventMetrics(this.registry);
		metrics.accept(new EventReport(SdkKey.client("k"), FlagSetId.of("shop"), "JS/2.2.0",
				List.of(FlagValue.ofJson("{\"events\":[{},{}],\"access\":null}"), FlagValue.ofJson("{}"))));
		metrics.accept(new EventReport(SdkKey.server("s"), FlagSetId.of("shop"), null, List.of()));
		assertThat(this.registry.get("realtimepush.featureprobe.reports").counter().count()).isEqualTo(2);
		assertThat(this.registry.get("realtimepush.featureprobe.events").counter().count()).isEqualTo(2);
	}

	private double millis(String name, String... tags) {
		return this.registry.get(name).tags(tags).timer().totalTime(TimeUnit.MILLISECONDS);
	}

	private static SessionInfo session(String transport) {
		return new SessionInfo("id", SdkKey.server("sdk-server-1"), FlagSetId.of("shop"), transport,
				new ClientMessage.ClientInfo(null, null, Map.of()), new Peer(null, null, false), Instant.now());
	}

}
