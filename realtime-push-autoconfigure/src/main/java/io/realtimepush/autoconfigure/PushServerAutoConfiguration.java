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

import io.realtimepush.annotation.support.PushRequestMethods;
import io.realtimepush.broadcast.BroadcastListener;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.featureprobe.RepositoryFlagSets;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.session.AccessTokens;
import io.realtimepush.session.ClientRequestHandler;
import io.realtimepush.session.Fanout;
import io.realtimepush.session.FlagEvaluation;
import io.realtimepush.session.InMemorySdkKeyRegistry;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushInterceptor;
import io.realtimepush.session.PushSessionListener;
import io.realtimepush.session.PushSessions;
import io.realtimepush.session.SdkKeyRegistry;
import io.realtimepush.session.SessionLimits;
import io.realtimepush.session.SessionSettings;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.web.reactive.DispatcherHandler;

/**
 * {@link AutoConfiguration Auto-configuration} for the sessions of the push server, in a
 * web app or on a port of its own.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = FlagHubAutoConfiguration.class)
@Conditional(PushServerAutoConfiguration.AnyPort.class)
@ConditionalOnClass({ HttpServer.class, DispatcherHandler.class })
@ConditionalOnBooleanProperty(name = "realtime-push.server.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ PushServerProperties.class, FeatureProbeProperties.class })
public final class PushServerAutoConfiguration {

	/**
	 * There is a port to serve on.
	 */
	static class AnyPort extends AnyNestedCondition {

		AnyPort() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		/**
		 * That of the app.
		 */
		@ConditionalOnWebApplication
		static class WebApplication {

		}

		/**
		 * One of its own.
		 */
		@ConditionalOnProperty("realtime-push.server.port")
		static class OwnPort {

		}

	}

	/**
	 * Without anything to push.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(FlagHub.class)
	@Conditional(WithoutClient.class)
	static class MissingFlagSourceConfiguration {

		/** Before any bean that needs flags is created. */
		@Bean
		static BeanFactoryPostProcessor missingFlagSource() {
			throw new ConfigurationProblemException("the push server has no flag source",
					"Define a bean of type FlagSource (for instance an InMemoryFlagSource) or UnversionedFlagSource, or "
							+ "set 'realtime-push.source.file.location', or 'realtime-push.source.jdbc.enabled' to true."
							+ " To serve no push endpoints set 'realtime-push.server.enabled' to false.");
		}

	}

	/**
	 * An app that is a client need not be a server too.
	 */
	static class WithoutClient extends NoneNestedConditions {

		WithoutClient() {
			super(ConfigurationPhase.PARSE_CONFIGURATION);
		}

		/**
		 * The app is a client.
		 */
		@ConditionalOnProperty("realtime-push.client.url")
		static class Client {

		}

	}

	/**
	 * With a hub to serve from.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(FlagHub.class)
	static class SessionConfiguration {

		/** Of the methods of the app, for each thread. */
		private static final int MAX_WAITING_REQUESTS = 500;

		@Bean
		@ConditionalOnMissingBean(SdkKeyRegistry.class)
		InMemorySdkKeyRegistry sdkKeyRegistry(PushServerProperties properties) {
			return new InMemorySdkKeyRegistry(ConfiguredSdkKeys.read(properties.getSdkKeys()));
		}

		/** A fallback, so that sessions use another {@link Fanout} if the app has one. */
		@Bean
		@Fallback
		@ConditionalOnMissingBean
		Broadcaster pushBroadcaster(ObjectProvider<BroadcastListener> listeners) {
			return new Broadcaster(new BroadcastListeners(listeners.orderedStream().toList()));
		}

		@Bean
		RepositoryFlagSets configuredRepositoryFlagSets(FeatureProbeProperties properties) {
			return properties.repositories()::contains;
		}

		/**
		 * There whether SDKs of FeatureProbe are served or not: rules are for no client.
		 */
		@Bean
		@ConditionalOnMissingBean
		FlagEvaluation flagEvaluation(ObjectProvider<RepositoryFlagSets> repositories,
				FeatureProbeProperties properties) {
			return new ToggleEvaluation(RepositoryFlagSets.anyOf(repositories.orderedStream().toList()),
					properties.getMaxUsers());
		}

		@Bean
		@ConditionalOnMissingBean
		PushHandler pushHandler(FlagHub hub, SdkKeyRegistry registry, Fanout fanout, PushServerProperties properties,
				ObjectProvider<AccessTokens> tokens, ObjectProvider<ClientRequestHandler> requests,
				ObjectProvider<PushInterceptor> interceptors, ObjectProvider<PushSessionListener> listeners,
				ObjectProvider<FlagEvaluation> evaluation) {
			return PushHandler.builder(hub, registry, fanout, Schedulers.parallel())
				.settings(settings(properties))
				.tokens(tokens.getIfAvailable())
				.evaluation(evaluation.getIfAvailable(() -> FlagEvaluation.NONE))
				.requests(requests.orderedStream().toList(), properties.getRequestTimeout())
				.interceptors(interceptors.orderedStream().toList())
				.listeners(listeners.orderedStream().toList())
				.build();
		}

		/** Threads of its own, so that slow methods hold up nothing else. */
		@Bean(destroyMethod = "dispose", defaultCandidate = false)
		@ConditionalOnMissingBean(PushRequestMethods.class)
		Scheduler pushRequestScheduler() {
			return Schedulers.newBoundedElastic(Schedulers.DEFAULT_BOUNDED_ELASTIC_SIZE, MAX_WAITING_REQUESTS,
					"realtime-push-request", 60, true);
		}

		@Bean
		@ConditionalOnMissingBean
		PushRequestMethods pushRequestMethods(FlagValueConverter converter,
				@Qualifier("pushRequestScheduler") Scheduler scheduler) {
			return new PushRequestMethods(converter, scheduler);
		}

		@Bean
		@ConditionalOnMissingBean
		PushSessions pushSessions(PushHandler handler, FlagValueConverter converter) {
			return new PushSessions(handler, converter::write);
		}

		private static SessionSettings settings(PushServerProperties properties) {
			PushServerProperties.Limits limits = properties.getLimits();
			SessionLimits sessionLimits = new SessionLimits(limits.getMaxConnections(),
					limits.getMaxConnectionsPerKey(), limits.getMaxConnectionsPerAddress(),
					limits.getMaxConnectsPerSecond(), limits.getMaxFailedLogins(), limits.getMaxSubscriptions(),
					limits.getMaxMessagesPerSecond());
			return new SessionSettings(properties.getHeartbeatInterval(), properties.getHandshakeTimeout(),
					properties.getLoadTimeout(), SessionSettings.DEFAULT.aheadTimeout(), properties.getDrainTime(),
					sessionLimits);
		}

	}

}
