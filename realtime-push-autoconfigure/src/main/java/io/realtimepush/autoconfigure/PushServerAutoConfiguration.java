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
import java.util.Set;

import io.realtimepush.broadcast.BroadcastListener;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.session.Fanout;
import io.realtimepush.session.InMemorySdkKeyRegistry;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushInterceptor;
import io.realtimepush.session.PushSessionListener;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.session.SdkKeyRegistry;
import io.realtimepush.session.ServedFlagFeeds;
import io.realtimepush.session.SessionLimits;
import io.realtimepush.session.SessionSettings;
import io.realtimepush.transport.http.AckEndpoint;
import io.realtimepush.transport.http.PullEndpoint;
import io.realtimepush.transport.http.PushEndpoint;
import io.realtimepush.transport.http.PushHandlerMapping;
import io.realtimepush.transport.longpoll.LongPollEndpoint;
import io.realtimepush.transport.sse.SseEndpoint;
import io.realtimepush.transport.websocket.WebSocketEndpoint;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.DispatcherHandler;

/**
 * {@link AutoConfiguration Auto-configuration} for the push server in a WebFlux app.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = FlagHubAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass({ HttpServer.class, DispatcherHandler.class })
@ConditionalOnBean(FlagHub.class)
@ConditionalOnBooleanProperty(name = "realtime-push.server.enabled", matchIfMissing = true)
@EnableConfigurationProperties(PushServerProperties.class)
public final class PushServerAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(SdkKeyRegistry.class)
	InMemorySdkKeyRegistry sdkKeyRegistry(PushServerProperties properties) {
		return new InMemorySdkKeyRegistry(properties.getSdkKeys().stream().map(this::details).toList());
	}

	private SdkKeyDetails details(PushServerProperties.Key properties) {
		String key = properties.getKey();
		String flagSet = properties.getFlagSet();
		if (key == null || flagSet == null) {
			throw new InvalidConfigurationPropertyValueException("realtime-push.server.sdk-keys", null,
					"each SDK key needs 'key' and 'flag-set'");
		}
		return new SdkKeyDetails(SdkKey.of(properties.getKind(), key), FlagSetId.of(flagSet),
				FlagFilter.of(properties.getFlags()), Set.copyOf(properties.getAllowedOrigins()));
	}

	@Bean
	@ConditionalOnMissingBean
	FlagFeeds flagFeeds(FlagHub hub, SdkKeyRegistry registry, RealtimePushProperties properties) {
		String primary = properties.getPrimaryFlagSet();
		return new ServedFlagFeeds(hub, registry, (primary != null) ? FlagSetId.of(primary) : null);
	}

	@Bean
	@ConditionalOnMissingBean
	Broadcaster pushBroadcaster(ObjectProvider<BroadcastListener> listeners) {
		List<BroadcastListener> all = listeners.orderedStream().toList();
		BroadcastListener listener = (transport, written, passedOver, nanos) -> all
			.forEach((each) -> each.broadcast(transport, written, passedOver, nanos));
		return new Broadcaster(Schedulers.parallel(), listener);
	}

	@Bean
	@ConditionalOnMissingBean
	PushHandler pushHandler(FlagHub hub, SdkKeyRegistry registry, Fanout fanout, PushServerProperties properties,
			ObjectProvider<PushInterceptor> interceptors, ObjectProvider<PushSessionListener> listeners) {
		PushServerProperties.Limits limits = properties.getLimits();
		SessionLimits sessionLimits = new SessionLimits(limits.getMaxConnections(), limits.getMaxConnectionsPerKey(),
				limits.getMaxConnectionsPerAddress(), limits.getMaxConnectsPerSecond(), limits.getMaxFailedLogins(),
				limits.getMaxSubscriptions(), limits.getMaxMessagesPerSecond());
		SessionSettings settings = new SessionSettings(properties.getHeartbeatInterval(),
				properties.getHandshakeTimeout(), properties.getLoadTimeout(), SessionSettings.DEFAULT.aheadTimeout(),
				properties.getDrainTime(), sessionLimits);
		return new PushHandler(hub, registry, fanout, settings, Schedulers.parallel(),
				interceptors.orderedStream().toList(), listeners.orderedStream().toList());
	}

	@Bean
	WebSocketEndpoint webSocketPushEndpoint(PushHandler handler, Broadcaster broadcaster,
			PushServerProperties properties) {
		return new WebSocketEndpoint(handler, broadcaster, (int) properties.getMaxMessageSize().toBytes());
	}

	@Bean
	SseEndpoint ssePushEndpoint(PushHandler handler, Broadcaster broadcaster) {
		return new SseEndpoint(handler, broadcaster);
	}

	@Bean
	LongPollEndpoint longPollPushEndpoint(PushHandler handler, Broadcaster broadcaster) {
		return new LongPollEndpoint(handler, broadcaster, Schedulers.parallel());
	}

	@Bean
	PullEndpoint pullPushEndpoint(PushHandler handler, Broadcaster broadcaster) {
		return new PullEndpoint(handler, broadcaster);
	}

	@Bean
	AckEndpoint ackPushEndpoint(PushHandler handler, PushServerProperties properties) {
		return new AckEndpoint(handler, (int) properties.getMaxMessageSize().toBytes());
	}

	@Bean
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
	 * Drains before the web server's graceful shutdown, which would wait for open streams
	 * and refuse new connections.
	 */
	static final class PushServerLifecycle implements SmartLifecycle {

		private final PushHandler handler;

		private final Broadcaster broadcaster;

		private final LongPollEndpoint longPollEndpoint;

		private volatile boolean running;

		PushServerLifecycle(PushHandler handler, Broadcaster broadcaster, LongPollEndpoint longPollEndpoint) {
			this.handler = handler;
			this.broadcaster = broadcaster;
			this.longPollEndpoint = longPollEndpoint;
		}

		@Override
		public void start() {
			this.handler.start();
			this.broadcaster.start();
			this.longPollEndpoint.start();
			this.running = true;
		}

		@Override
		public void stop() {
			stop(() -> {
			});
		}

		@Override
		public void stop(Runnable callback) {
			this.handler.drain().doFinally((signal) -> {
				this.longPollEndpoint.stop();
				this.broadcaster.stop();
				this.handler.stop();
				this.running = false;
				callback.run();
			}).subscribe();
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		/**
		 * Above the phase of graceful shutdown, which is 1024 below the default.
		 */
		@Override
		public int getPhase() {
			return DEFAULT_PHASE - 512;
		}

	}

}
