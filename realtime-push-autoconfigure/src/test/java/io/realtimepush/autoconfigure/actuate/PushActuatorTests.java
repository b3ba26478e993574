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

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.realtimepush.autoconfigure.FlagFeedsAutoConfiguration;
import io.realtimepush.autoconfigure.FlagHandlerAutoConfiguration;
import io.realtimepush.autoconfigure.FlagHubAutoConfiguration;
import io.realtimepush.autoconfigure.PushEndpointAutoConfiguration;
import io.realtimepush.autoconfigure.PushServerAutoConfiguration;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagSourceHealth;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.observation.BroadcastMetrics;
import io.realtimepush.observation.HandlerMetrics;
import io.realtimepush.observation.HubMetrics;
import io.realtimepush.observation.SessionMetrics;
import io.realtimepush.observation.SourceMetrics;
import io.realtimepush.session.PushHandler;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Health, meters and the actuator endpoint of an app.
 */
class PushActuatorTests {

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final BreakableSource source = new BreakableSource();

	private final ReactiveWebApplicationContextRunner app = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(FlagHubAutoConfiguration.class, PushServerAutoConfiguration.class,
				PushEndpointAutoConfiguration.class, FlagFeedsAutoConfiguration.class,
				FlagHandlerAutoConfiguration.class, PushHealthAutoConfiguration.class,
				PushMetricsAutoConfiguration.class, PushActuatorAutoConfiguration.class))
		.withBean(BreakableSource.class, () -> this.source)
		.withPropertyValues("realtime-push.server.sdk-keys[0].key=sdk-server-1",
				"realtime-push.server.sdk-keys[0].flag-set=shop", "realtime-push.watch.interval=20ms",
				"realtime-push.watch.max-back-off=20ms", "management.endpoints.web.exposure.include=realtimepush");

	@Test
	void healthIsUpBeforeAnybodyAsks() {
		this.app.run((context) -> assertThat(health(context.getBean(PushHealthIndicator.class)).getStatus())
			.isEqualTo(Status.UP));
	}

	@Test
	void healthIsUpWithPositionsWhenFlagSetsAreLoaded() {
		this.app.run((context) -> {
			load(context.getBean(FlagHub.class));
			PushHealthIndicator indicator = context.getBean(PushHealthIndicator.class);
			Health health = await(indicator, Status.UP);
			assertThat(health.getDetails()).containsOnlyKeys("source", "flagSets");
			assertThat(details(health, "source")).containsEntry("state", "UP").containsKey("since");
			assertThat(details(health, "flagSets")).hasEntrySatisfying("shop",
					(details) -> assertThat(details).asInstanceOf(InstanceOfAssertFactories.MAP)
						.containsEntry("state", "UP")
						.containsEntry("position", this.source.position().toString())
						.containsKey("since"));
		});
	}

	@Test
	void failingSourceIsDegradedWhileItsLastFlagsAreServed() {
		this.app.run((context) -> {
			load(context.getBean(FlagHub.class));
			PushHealthIndicator indicator = context.getBean(PushHealthIndicator.class);
			await(indicator, Status.UP);
			this.source.broken = true;
			Health health = await(indicator, PushHealthIndicator.DEGRADED);
			assertThat(details(health, "source")).containsEntry("state", "FAILING")
				.containsEntry("problem", "no connection")
				.containsKey("failures");
			this.source.broken = false;
			await(indicator, Status.UP);
		});
	}

	@Test
	void healthIsDownWhenNothingCouldEverBeLoaded() {
		this.source.broken = true;
		this.app.run((context) -> {
			context.getBean(FlagHub.class).feed(SHOP);
			await(context.getBean(PushHealthIndicator.class), Status.DOWN);
		});
	}

	@Test
	void missingFlagSetIsDegradedBesideALoadedOne() {
		this.app.run((context) -> {
			load(context.getBean(FlagHub.class));
			context.getBean(FlagHub.class).feed(FlagSetId.of("nowhere"));
			PushHealthIndicator indicator = context.getBean(PushHealthIndicator.class);
			Health health = await(indicator, PushHealthIndicator.DEGRADED);
			assertThat(details(health, "flagSets")).containsKeys("nowhere", "shop");
		});
	}

	@Test
	void problemsOfTheSourceItselfAreTold() {
		this.app.run((context) -> {
			load(context.getBean(FlagHub.class));
			this.source.problems = Map.of("shop.yml", "is half-written");
			Health health = await(context.getBean(PushHealthIndicator.class), PushHealthIndicator.DEGRADED);
			assertThat(details(health, "problems")).containsEntry("shop.yml", "is half-written");
		});
	}

	@Test
	void healthIsSwitchedOffByProperty() {
		this.app.withPropertyValues("management.health.realtimepush.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PushHealthIndicator.class));
	}

	@Test
	void healthIsCalledRealtimePush() {
		this.app.run((context) -> assertThat(context).hasBean("realtimePushHealthIndicator"));
	}

	@Test
	void metersAreRegisteredAndCountChanges() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		this.app.withBean(MeterRegistry.class, () -> registry).run((context) -> {
			assertThat(context).hasSingleBean(SessionMetrics.class)
				.hasSingleBean(BroadcastMetrics.class)
				.hasSingleBean(SourceMetrics.class)
				.hasSingleBean(HubMetrics.class)
				.hasSingleBean(HandlerMetrics.class);
			load(context.getBean(FlagHub.class));
			// Listeners are told after those who have waited for the first load
			Awaitility.await().atMost(TIMEOUT).until(() -> registry.get("realtimepush.changes").counter().count() > 0);
			assertThat(registry.get("realtimepush.flag.sets").gauge().value()).isEqualTo(1);
			assertThat(registry.get("realtimepush.source.probe").tag("outcome", "success").timer().count())
				.isPositive();
		});
	}

	@Test
	void withoutMeterRegistryThereAreNoMeters() {
		this.app.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(SessionMetrics.class)
			.doesNotHaveBean(HubMetrics.class));
	}

	@Test
	void actuatorEndpointShowsFlagSetsAndConnections() {
		this.app.run((context) -> {
			load(context.getBean(FlagHub.class));
			PushActuatorEndpoint endpoint = context.getBean(PushActuatorEndpoint.class);
			PushActuatorEndpoint.PushDescriptor description = endpoint.describe(null);
			assertThat(description.draining()).isFalse();
			assertThat(description.sessions()).isNull();
			assertThat(description.connections().total()).isZero();
			assertThat(description.flagSets()).containsOnlyKeys("shop");
			assertThat(description.flagSets().get("shop").position()).isEqualTo(this.source.position().toString());
			assertThat(endpoint.describe(5).sessions()).isEmpty();
		});
	}

	@Test
	void actuatorEndpointNeedsExposure() {
		this.app.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PushActuatorEndpoint.class));
	}

	@Test
	void nothingOfActuatorAndMicrometerIsNeeded() {
		this.app
			.withClassLoader(new FilteredClassLoader("io.micrometer.core", "org.springframework.boot.actuate",
					"org.springframework.boot.health"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PushHandler.class)
				.doesNotHaveBean("realtimePushHealthIndicator")
				.doesNotHaveBean("pushHubMetrics")
				.doesNotHaveBean("realtimePushActuatorEndpoint"));
	}

	private void load(FlagHub hub) {
		hub.feed(SHOP).loaded().block(TIMEOUT);
	}

	private static Health health(PushHealthIndicator indicator) {
		return indicator.health();
	}

	private static Health await(PushHealthIndicator indicator, Status status) {
		return Flux.interval(Duration.ofMillis(20))
			.map((tick) -> health(indicator))
			.filter((health) -> health.getStatus().equals(status))
			.next()
			.block(TIMEOUT);
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> details(Health health, String name) {
		return (Map<String, Object>) health.getDetails().get(name);
	}

	/**
	 * A source that can fail.
	 */
	static class BreakableSource implements FlagSource, FlagSourceHealth {

		private final InMemoryFlagSource flags = new InMemoryFlagSource("e1");

		private volatile boolean broken;

		private volatile Map<String, String> problems = Map.of();

		BreakableSource() {
			this.flags.set(SHOP, "greeting", FlagValue.of("hello"));
		}

		FlagPosition position() {
			return new FlagPosition("e1", 1);
		}

		@Override
		public Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets) {
			return this.broken ? Mono.error(new IllegalStateException("no connection")) : this.flags.versions(flagSets);
		}

		@Override
		public Mono<FlagSnapshot> fetch(FlagSetId flagSet) {
			return this.broken ? Mono.error(new IllegalStateException("no connection")) : this.flags.fetch(flagSet);
		}

		@Override
		public Map<String, String> problems() {
			return this.problems;
		}

	}

}
