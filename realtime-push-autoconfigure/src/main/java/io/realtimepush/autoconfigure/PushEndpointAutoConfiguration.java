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

import java.util.List;
import java.util.stream.Stream;

import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.session.AccessTokens;
import io.realtimepush.session.PushHandler;
import io.realtimepush.transport.engineio.EngineHandlerMapping;
import io.realtimepush.transport.featureprobe.FeatureProbeHandlerMapping;
import io.realtimepush.transport.http.AckEndpoint;
import io.realtimepush.transport.http.ClientScriptEndpoint;
import io.realtimepush.transport.http.ConnectionAdvice;
import io.realtimepush.transport.http.JwkSetEndpoint;
import io.realtimepush.transport.http.PullEndpoint;
import io.realtimepush.transport.http.PushEndpoint;
import io.realtimepush.transport.http.PushHandlerMapping;
import io.realtimepush.transport.http.PushWebHandler;
import io.realtimepush.transport.http.RequestEndpoint;
import io.realtimepush.transport.http.TokenEndpoint;
import io.realtimepush.transport.longpoll.LongPollEndpoint;
import io.realtimepush.transport.servlet.PushServlet;
import io.realtimepush.transport.sse.SseEndpoint;
import io.realtimepush.transport.stream.StreamExecutors;
import io.realtimepush.transport.websocket.WebSocketEndpoint;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.HandlerMapping;

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
		return new WebSocketEndpoint(handler, broadcaster, executors, (int) properties.getMaxMessageSize().toBytes(),
				properties.isCompressStreams());
	}

	@Bean
	@ConditionalOnMissingBean
	SseEndpoint ssePushEndpoint(PushHandler handler, Broadcaster broadcaster, StreamExecutors executors,
			PushServerProperties properties) {
		return new SseEndpoint(handler, broadcaster, executors, properties.isCompressStreams());
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
	PushWebHandler pushWebHandler(PushHandler handler, ObjectProvider<PushEndpoint> endpoints,
			PushServerProperties properties) {
		return new PushWebHandler(properties.getPath(), handler, endpoints.orderedStream().toList());
	}

	@Bean
	PushServerLifecycle pushServerLifecycle(PushHandler handler, Broadcaster broadcaster,
			LongPollEndpoint longPollEndpoint) {
		return new PushServerLifecycle(handler, broadcaster, longPollEndpoint);
	}

	/**
	 * The endpoints are on the port of the app.
	 */
	static class SharedPort extends NoneNestedConditions {

		SharedPort() {
			super(ConfigurationPhase.PARSE_CONFIGURATION);
		}

		/**
		 * They have a port of their own.
		 */
		@ConditionalOnProperty("realtime-push.server.port")
		static class OwnPort {

		}

	}

	/**
	 * On the port of a WebFlux app.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@Conditional(SharedPort.class)
	static class ReactiveConfiguration {

		@Bean
		@ConditionalOnMissingBean
		PushHandlerMapping pushHandlerMapping(PushWebHandler handler) {
			return new PushHandlerMapping(handler);
		}

	}

	/**
	 * On the port of a servlet app.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@Conditional(SharedPort.class)
	static class ServletConfiguration {

		@Bean
		@ConditionalOnMissingBean(PushServlet.class)
		ServletRegistrationBean<PushServlet> pushServlet(PushWebHandler handler, PushServerProperties properties) {
			ServletRegistrationBean<PushServlet> registration = new ServletRegistrationBean<>(
					new PushServlet(properties.getPath(), handler), properties.getPath() + "/*");
			registration.setName(PushServlet.NAME);
			return registration;
		}

	}

	/**
	 * On a port of its own, in any app.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty("realtime-push.server.port")
	static class OwnPortConfiguration {

		@Bean
		PushWebServer pushWebServer(PushWebHandler handler, ObjectProvider<EngineHandlerMapping> engines,
				ObjectProvider<FeatureProbeHandlerMapping> featureProbe, PushServerProperties properties,
				ObjectProvider<SslBundles> sslBundles, ObjectProvider<ReactorResourceFactory> resources) {
			List<HandlerMapping> mappings = Stream.<HandlerMapping>concat(engines.stream(), featureProbe.stream())
				.toList();
			return new PushWebServer(new OwnPortWebHandler(mappings, handler), properties, sslBundles.getIfAvailable(),
					resources.getIfAvailable());
		}

	}

	/**
	 * For browsers that have no client yet.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "realtime-push.server.client-script", matchIfMissing = true)
	@ImportRuntimeHints(ClientScriptHints.class)
	static class ClientScriptConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "clientScriptPushEndpoint")
		ClientScriptEndpoint clientScriptPushEndpoint() {
			return ClientScriptEndpoint.script();
		}

		@Bean
		@ConditionalOnMissingBean(name = "clientTypesPushEndpoint")
		ClientScriptEndpoint clientTypesPushEndpoint() {
			return ClientScriptEndpoint.types();
		}

	}

	/**
	 * Takes the client into a native image.
	 */
	static class ClientScriptHints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			hints.resources().registerPattern(ClientScriptEndpoint.RESOURCES);
		}

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
		TokenEndpoint tokenPushEndpoint(PushHandler handler, AccessTokenProperties properties,
				Environment environment) {
			AccessTokenProperties.AddressFamily family = properties.getAddressFamily();
			boolean http3 = environment.getProperty("realtime-push.server.http3.enabled", Boolean.class, false);
			return new TokenEndpoint(handler, properties.getLifetime(),
					new ConnectionAdvice(properties.advisedTransports(http3), properties.advisedShares(http3),
							properties.getEndpoints(), (family != null) ? family.wireName() : null,
							properties.getTelemetry()));
		}

		@Bean
		@ConditionalOnMissingBean
		JwkSetEndpoint jwkSetPushEndpoint(ObjectProvider<AccessTokens> tokens) {
			AccessTokens present = tokens.getIfAvailable();
			return new JwkSetEndpoint((present != null) ? present.publicKeys() : null);
		}

	}

}
