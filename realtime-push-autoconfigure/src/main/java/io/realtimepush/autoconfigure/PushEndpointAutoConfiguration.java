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

import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.session.AccessTokens;
import io.realtimepush.session.PushHandler;
import io.realtimepush.transport.http.AckEndpoint;
import io.realtimepush.transport.http.ConnectionAdvice;
import io.realtimepush.transport.http.JwkSetEndpoint;
import io.realtimepush.transport.http.PullEndpoint;
import io.realtimepush.transport.http.PushEndpoint;
import io.realtimepush.transport.http.PushHandlerMapping;
import io.realtimepush.transport.http.RequestEndpoint;
import io.realtimepush.transport.http.TokenEndpoint;
import io.realtimepush.transport.longpoll.LongPollEndpoint;
import io.realtimepush.transport.sse.SseEndpoint;
import io.realtimepush.transport.stream.StreamExecutors;
import io.realtimepush.transport.websocket.WebSocketEndpoint;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link AutoConfiguration Auto-configuration} for what is served below the base path.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = PushServerAutoConfiguration.class)
@ConditionalOnBean({ PushHandler.class, PushServerProperties.class })
public final class PushEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	StreamExecutors pushStreamExecutors() {
		return new StreamExecutors(Runtime.getRuntime().availableProcessors());
	}

	@Bean
	@ConditionalOnMissingBean
	WebSocketEndpoint webSocketPushEndpoint(PushHandler handler, Broadcaster broadcaster, StreamExecutors executors,
			PushServerProperties properties) {
		return new WebSocketEndpoint(handler, broadcaster, executors, (int) properties.getMaxMessageSize().toBytes());
	}

	@Bean
	@ConditionalOnMissingBean
	SseEndpoint ssePushEndpoint(PushHandler handler, Broadcaster broadcaster, StreamExecutors executors) {
		return new SseEndpoint(handler, broadcaster, executors);
	}

	@Bean
	@ConditionalOnMissingBean
	LongPollEndpoint longPollPushEndpoint(PushHandler handler, Broadcaster broadcaster, StreamExecutors executors) {
		return new LongPollEndpoint(handler, broadcaster, executors, Schedulers.parallel());
	}

	@Bean
	@ConditionalOnMissingBean
	PullEndpoint pullPushEndpoint(PushHandler handler, Broadcaster broadcaster) {
		return new PullEndpoint(handler, broadcaster);
	}

	@Bean
	@ConditionalOnMissingBean
	AckEndpoint ackPushEndpoint(PushHandler handler, PushServerProperties properties) {
		return new AckEndpoint(handler, (int) properties.getMaxMessageSize().toBytes());
	}

	@Bean
	@ConditionalOnMissingBean
	RequestEndpoint requestPushEndpoint(PushHandler handler, PushServerProperties properties) {
		return new RequestEndpoint(handler, (int) properties.getMaxMessageSize().toBytes());
	}

	@Bean
	@ConditionalOnMissingBean
	PushHandlerMapping pushHandlerMapping(PushHandler handler, ObjectProvider<PushEndpoint> endpoints,
			PushServerProperties properties) {
		return new PushHandlerMapping(properties.getPath(), handler, endpoints.orderedStream().toList());
	}

	@Bean
	PushServerLifecycle pushServerLifecycle(PushHandler handler, Broadcaster broadcaster,
			LongPollEndpoint longPollEndpoint) {
		return new PushServerLifecycle(handler, broadcaster, longPollEndpoint);
	}

	/**
	 * For those who change their SDK key for a token.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty("realtime-push.server.token.enabled")
	@EnableConfigurationProperties(AccessTokenProperties.class)
	static class TokenConfiguration {

		@Bean
		@ConditionalOnMissingBean
		TokenEndpoint tokenPushEndpoint(PushHandler handler, AccessTokenProperties properties) {
			AccessTokenProperties.AddressFamily family = properties.getAddressFamily();
			return new TokenEndpoint(handler, properties.getLifetime(),
					new ConnectionAdvice(properties.getTransports(), properties.getShares(), properties.getEndpoints(),
							(family != null) ? family.wireName() : null, properties.getTelemetry()));
		}

		@Bean
		@ConditionalOnMissingBean
		JwkSetEndpoint jwkSetPushEndpoint(ObjectProvider<AccessTokens> tokens) {
			AccessTokens present = tokens.getIfAvailable();
			return new JwkSetEndpoint((present != null) ? present.publicKeys() : null);
		}

	}

}
