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

package io.realtimepush.autoconfigure;

import java.time.Duration;

import io.realtimepush.client.PushClient;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.UnversionedFlagSource;
import io.realtimepush.relay.UpstreamAcks;
import io.realtimepush.relay.UpstreamFlagSource;
import io.realtimepush.relay.UpstreamRequests;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for a relay, which serves the flag sets of
 * another push server on.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { FileFlagSourceAutoConfiguration.class, JdbcFlagSourceAutoConfiguration.class },
		before = { FlagSourceAutoConfiguration.class, PushServerAutoConfiguration.class })
@ConditionalOnBooleanProperty("realtime-push.source.upstream.enabled")
@ConditionalOnMissingBean({ FlagSource.class, UnversionedFlagSource.class })
@EnableConfigurationProperties(FlagSourceProperties.class)
public final class UpstreamFlagSourceAutoConfiguration {

	@Bean
	UpstreamFlagSource upstreamFlagSource(ObjectProvider<PushClient> clients) {
		return new UpstreamFlagSource(client(clients));
	}

	@Bean
	@ConditionalOnMissingBean
	UpstreamRequests upstreamRequests(ObjectProvider<PushClient> clients) {
		return new UpstreamRequests(client(clients));
	}

	@Bean
	@ConditionalOnMissingBean
	UpstreamAcks upstreamAcks(ObjectProvider<PushClient> clients, ObjectProvider<PushClientProperties> properties) {
		Duration interval = properties.stream()
			.map(PushClientProperties::getAckInterval)
			.findFirst()
			.orElse(Duration.ofSeconds(1));
		return new UpstreamAcks(client(clients), interval, Schedulers.parallel());
	}

	private static PushClient client(ObjectProvider<PushClient> clients) {
		PushClient client = clients.getIfAvailable();
		if (client == null) {
			throw new ConfigurationProblemException("a relay has no connection to another push server",
					"Set 'realtime-push.client.url' and 'realtime-push.client.sdk-key', or set "
							+ "'realtime-push.source.upstream.enabled' to false.",
					"realtime-push.source.upstream.enabled", null);
		}
		return client;
	}

}
