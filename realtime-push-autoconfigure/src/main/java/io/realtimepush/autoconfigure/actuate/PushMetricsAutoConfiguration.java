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

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.realtimepush.annotation.support.FlagHandlerContainer;
import io.realtimepush.autoconfigure.FlagHandlerAutoConfiguration;
import io.realtimepush.autoconfigure.Http3AutoConfiguration;
import io.realtimepush.autoconfigure.PushClientAutoConfiguration;
import io.realtimepush.autoconfigure.PushEndpointAutoConfiguration;
import io.realtimepush.autoconfigure.PushHttp3Server;
import io.realtimepush.client.PushClient;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.observation.BroadcastMetrics;
import io.realtimepush.observation.ClientMetrics;
import io.realtimepush.observation.EventMetrics;
import io.realtimepush.observation.HandlerMetrics;
import io.realtimepush.observation.HubMetrics;
import io.realtimepush.observation.SessionMetrics;
import io.realtimepush.observation.SourceMetrics;
import io.realtimepush.session.PushHandler;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for meters.
 *
 * @since 0.1.0
 */
@AutoConfiguration(
		after = { PushEndpointAutoConfiguration.class, FlagHandlerAutoConfiguration.class,
				PushClientAutoConfiguration.class, Http3AutoConfiguration.class },
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
public final class PushMetricsAutoConfiguration {

	@Bean
	@ConditionalOnBean(FlagHub.class)
	@ConditionalOnMissingBean
	HubMetrics pushHubMetrics(FlagHub hub, MeterRegistry registry) {
		return new HubMetrics(hub, registry);
	}

	@Bean
	@ConditionalOnBean(FlagHub.class)
	@ConditionalOnMissingBean
	SourceMetrics pushSourceMetrics(MeterRegistry registry) {
		return new SourceMetrics(registry);
	}

	@Bean
	@ConditionalOnBean(FlagHandlerContainer.class)
	@ConditionalOnMissingBean
	HandlerMetrics pushHandlerMetrics(MeterRegistry registry) {
		return new HandlerMetrics(registry);
	}

	@Bean
	@ConditionalOnBean(PushClient.class)
	@ConditionalOnMissingBean
	ClientMetrics pushClientMetrics(MeterRegistry registry) {
		return new ClientMetrics(registry);
	}

	@Bean
	@ConditionalOnBean(PushHandler.class)
	@ConditionalOnMissingBean
	SessionMetrics pushSessionMetrics(MeterRegistry registry) {
		return new SessionMetrics(registry);
	}

	@Bean
	@ConditionalOnBean(PushHandler.class)
	@ConditionalOnMissingBean
	BroadcastMetrics pushBroadcastMetrics(MeterRegistry registry) {
		return new BroadcastMetrics(registry);
	}

	@Bean
	@ConditionalOnBooleanProperty("realtime-push.featureprobe.enabled")
	@ConditionalOnBean(PushHandler.class)
	@ConditionalOnMissingBean
	EventMetrics pushEventMetrics(MeterRegistry registry) {
		return new EventMetrics(registry);
	}

	@Bean
	@ConditionalOnBean(PushHttp3Server.class)
	MeterBinder pushHttp3Metrics(PushHttp3Server server) {
		return (registry) -> {
			Gauge.builder("realtimepush.http3.connections", server, PushHttp3Server::getConnections)
				.description("QUIC connections")
				.register(registry);
			FunctionCounter.builder("realtimepush.http3.refused", server, PushHttp3Server::getRefused)
				.description("QUIC connections that were closed because there were too many")
				.register(registry);
		};
	}

}
