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

package io.realtimepush.transport;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.ChannelDuplexHandler;
import io.realtimepush.annotation.OnPushRequest;
import io.realtimepush.autoconfigure.PushHttp3Server;
import io.realtimepush.autoconfigure.PushWebServer;
import io.realtimepush.broadcast.BroadcastListener;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.AccessTokens;
import io.realtimepush.session.ClientRequestHandler;
import io.realtimepush.session.Fanout;
import io.realtimepush.session.FlagEvaluation;
import io.realtimepush.session.InMemorySdkKeyRegistry;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushInterceptor;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.session.SdkKeyRegistry;
import io.realtimepush.session.SessionLimits;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.session.SessionSettings;
import io.realtimepush.session.Subscription;
import io.realtimepush.source.memory.InMemoryFlagSource;
import io.realtimepush.token.JwtAccessTokens;
import io.realtimepush.token.SchedulerClock;
import io.realtimepush.token.TokenKey;
import org.awaitility.Awaitility;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.tomcat.reactive.TomcatReactiveWebServerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * A real app on a port of the loopback interface, with flags in memory. The time of
 * sessions and of the fan-out is virtual, so that time-outs need not be waited for; that
 * of long-polls and of the watcher is real.
 */
final class LoopbackServer implements AutoCloseable {

	static final Duration TIMEOUT = Duration.ofSeconds(10);

	/**
	 * How long a source that is behind a client is waited for: so long that the watcher,
	 * whose time is real, can ask it while virtual time runs fast.
	 */
	private static final Duration AHEAD_TIMEOUT = Duration.ofSeconds(30);

	/** Longer than a source that is behind a client is waited for. */
	static final Duration AHEAD_TIMEOUT_IS_OVER = AHEAD_TIMEOUT.plusSeconds(1);

	/** Property of a server with Spring Security, as most apps have it. */
	static final String WITH_SECURITY = "test.security=true";

	private static final String SECURITY = String.join(",",
			"org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration");

	/** Property of a servlet app. */
	static final String SERVLET = "spring.main.web-application-type=servlet";

	/**
	 * Property of an app without a web server, whose endpoints have a port of their own.
	 */
	static final String NO_WEB = "spring.main.web-application-type=none";

	private static final AtomicInteger TENANTS = new AtomicInteger();

	/** Property of a server that is only spoken to over HTTP/3, through a gateway. */
	static final String OVER_HTTP3 = "test.http3-gateway=true";

	/** Property of a server for HTTP/3 beside that for TCP. */
	static final String WITH_HTTP3 = "realtime-push.server.http3.enabled=true";

	private final ConfigurableApplicationContext context;

	private final boolean tls;

	private final Http3Gateway gateway;

	private LoopbackServer(ConfigurableApplicationContext context, boolean tls) {
		this.context = context;
		this.tls = tls;
		this.gateway = context.getEnvironment().getProperty("test.http3-gateway", Boolean.class, false)
				? new Http3Gateway(http3Port()) : null;
	}

	/**
	 * Start a server.
	 * @param tls whether it speaks TLS 1.3 only
	 * @param properties further properties
	 * @return the running server
	 */
	static LoopbackServer start(boolean tls, String... properties) {
		List<String> all = new ArrayList<>(List.of("server.port=0", "server.address=127.0.0.1",
				"realtime-push.ring.max-versions=8", "spring.main.banner-mode=off"));
		if (!Arrays.asList(properties).contains(WITH_SECURITY)) {
			all.add("spring.autoconfigure.exclude=" + SECURITY);
		}
		if (tls) {
			Path keyStore = TestKeyStore.path();
			all.addAll(List.of("spring.ssl.bundle.jks.loopback.keystore.location=file:" + keyStore,
					"spring.ssl.bundle.jks.loopback.keystore.password=" + TestKeyStore.PASSWORD,
					"spring.ssl.bundle.jks.loopback.options.enabled-protocols=TLSv1.3", "server.ssl.bundle=loopback"));
		}
		all.addAll(Arrays.asList(properties));
		SpringApplication application = new SpringApplication(App.class);
		application.setRegisterShutdownHook(false);
		return new LoopbackServer(application.run(all.stream().map((each) -> "--" + each).toArray(String[]::new)), tls);
	}

	boolean isTls() {
		return this.tls;
	}

	int http3Port() {
		return this.context.getBean(PushHttp3Server.class).getPort();
	}

	int port() {
		if (this.gateway != null) {
			return this.gateway.port();
		}
		return tcpPort();
	}

	int tcpPort() {
		PushWebServer own = this.context.getBeanProvider(PushWebServer.class).getIfAvailable();
		return (own != null) ? own.getPort() : ((WebServerApplicationContext) this.context).getWebServer().getPort();
	}

	InMemoryFlagSource source() {
		return this.context.getBean(InMemoryFlagSource.class);
	}

	FlagHub hub() {
		return this.context.getBean(FlagHub.class);
	}

	PushHandler handler() {
		return this.context.getBean(PushHandler.class);
	}

	InMemorySdkKeyRegistry registry() {
		return this.context.getBean(InMemorySdkKeyRegistry.class);
	}

	/** What the app's own filter has seen. */
	ExchangeRecorder exchanges() {
		return this.context.getBean(ExchangeRecorder.class);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/**
	 * Whether a subscription of a flag set can be written to, as by a poll that waits.
	 */
	boolean isAnyReady(FlagSetId flagSet) {
		Map<Subscription, FlagSetId> joined = this.context.getBean(App.class).joined;
		synchronized (joined) {
			return joined.entrySet()
				.stream()
				.anyMatch((each) -> each.getValue().equals(flagSet) && each.getKey().connection().isReady());
		}
	}

	/** Do something as soon as the app says that it is not ready, before it goes on. */
	void onNotReady(Runnable action) {
		ApplicationListener<AvailabilityChangeEvent<?>> listener = (event) -> {
			if (event.getState() == ReadinessState.REFUSING_TRAFFIC) {
				action.run();
			}
		};
		this.context.addApplicationListener(listener);
	}

	/** Let virtual time pass. */
	void advance(Duration time) {
		this.context.getBean(VirtualTimeScheduler.class).advanceTimeBy(time);
	}

	/**
	 * Let virtual time pass fifty times as fast as real time while something runs.
	 */
	void fastForward(Runnable body) {
		FastForward time = new FastForward(this.context.getBean(VirtualTimeScheduler.class));
		try {
			body.run();
		}
		finally {
			time.close();
		}
	}

	/** A flag set of its own, with the keys to it. */
	Tenant tenant() {
		return tenant("t" + TENANTS.incrementAndGet());
	}

	Tenant tenant(String name) {
		Tenant tenant = new Tenant(this, name);
		tenant.allow(Set.of());
		tenant.show("ui.*");
		return tenant;
	}

	@Override
	public void close() {
		if (this.gateway != null) {
			this.gateway.close();
		}
		fastForward(this.context::close);
	}

	/**
	 * A flag set, a server key for all of it, and a client key for part of it.
	 */
	static final class Tenant {

		private final LoopbackServer server;

		private final FlagSetId flagSet;

		private final String serverKey;

		private final String clientKey;

		Tenant(LoopbackServer server, String name) {
			this.server = server;
			this.flagSet = FlagSetId.of(name);
			this.serverKey = "sdk-server-of-" + name;
			this.clientKey = "sdk-client-of-" + name;
		}

		FlagSetId flagSet() {
			return this.flagSet;
		}

		String serverKey() {
			return this.serverKey;
		}

		String clientKey() {
			return this.clientKey;
		}

		/** Set the origins that the server key may be used from. */
		void allow(Set<String> origins) {
			this.server.registry()
				.put(new SdkKeyDetails(SdkKey.server(this.serverKey), this.flagSet, FlagFilter.all(), origins));
		}

		/** Set the patterns that the client key shows. */
		void show(String... patterns) {
			this.server.registry()
				.put(new SdkKeyDetails(SdkKey.client(this.clientKey), this.flagSet, FlagFilter.of(List.of(patterns)),
						Set.of()));
		}

		void revoke() {
			this.server.registry().revoke(SdkKey.server(this.serverKey));
		}

		/** Set flags, and wait until the node has them if anybody watches. */
		FlagPosition set(String... keysAndJson) {
			Map<String, FlagValue> set = new LinkedHashMap<>();
			for (int i = 0; i < keysAndJson.length; i += 2) {
				set.put(keysAndJson[i], FlagValue.ofJson(keysAndJson[i + 1]));
			}
			return await(this.server.source().update(this.flagSet, set, Set.of()));
		}

		FlagPosition remove(String... keys) {
			return await(this.server.source().update(this.flagSet, Map.of(), Set.of(keys)));
		}

		/** Put the flag set to another position, as a restored backup does. */
		FlagPosition restore(FlagPosition position, String... keysAndJson) {
			Map<String, FlagValue> flags = new LinkedHashMap<>();
			for (int i = 0; i < keysAndJson.length; i += 2) {
				flags.put(keysAndJson[i], FlagValue.ofJson(keysAndJson[i + 1]));
			}
			this.server.source().restore(new FlagSnapshot(this.flagSet, position, FlagSet.of(flags)));
			return position;
		}

		FlagPosition await(FlagPosition position) {
			// Called for each change of each test, and there within a millisecond
			Awaitility.with()
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(2))
				.await()
				.atMost(TIMEOUT)
				.until(() -> {
					FlagPosition present = this.server.hub().position(this.flagSet);
					return present == null || present.equals(position) || present.isAheadOf(position);
				});
			return position;
		}

		/** Keep the flag set watched, so that the node's ring has every version. */
		void watch() {
			this.server.hub().acquire(this.flagSet, FlagFilter.all()).loaded().block(TIMEOUT);
		}

		/** The position under which a view of part of the flags is sent. */
		FlagPosition view(FlagPosition position, String... patterns) {
			return FlagFilter.of(List.of(patterns)).view(position);
		}

	}

	/**
	 * Lets virtual time pass.
	 */
	private static final class FastForward {

		private final Thread thread;

		private volatile boolean running = true;

		FastForward(VirtualTimeScheduler time) {
			this.thread = new Thread(() -> {
				while (this.running) {
					time.advanceTimeBy(Duration.ofMillis(500));
					try {
						Thread.sleep(10);
					}
					catch (InterruptedException ex) {
						return;
					}
				}
			}, "fast-forward");
			this.thread.setDaemon(true);
			this.thread.start();
		}

		void close() {
			this.running = false;
			try {
				this.thread.join(TIMEOUT.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	/**
	 * A registry that takes its time, as one in a database may.
	 */
	static final class HeldRegistry implements SdkKeyRegistry {

		private final SdkKeyRegistry registry;

		private volatile Sinks.Empty<Void> release = Sinks.empty();

		HeldRegistry(SdkKeyRegistry registry) {
			this.registry = registry;
			this.release.tryEmitEmpty();
		}

		/** Answer nothing until it is released. */
		void hold() {
			this.release = Sinks.empty();
		}

		/** How many wait for an answer. */
		int waiting() {
			return this.release.currentSubscriberCount();
		}

		void release() {
			this.release.tryEmitEmpty();
		}

		@Override
		public Mono<SdkKeyDetails> find(String sha256) {
			return this.release.asMono().then(this.registry.find(sha256));
		}

		@Override
		public Mono<Boolean> allowsOrigin(String origin) {
			return this.release.asMono().then(this.registry.allowsOrigin(origin));
		}

		@Override
		public Flux<SdkKey> changes() {
			return this.registry.changes();
		}

	}

	/**
	 * The app: what a user would have, but for the time.
	 */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

		/**
		 * Those that joined the fan-out, and of which flag set: one that has ended says
		 * so no longer, and is here until it is collected.
		 */
		private final Map<Subscription, FlagSetId> joined = Collections.synchronizedMap(new WeakHashMap<>());

		@Bean
		InMemoryFlagSource flagSource() {
			return new InMemoryFlagSource();
		}

		@Bean
		InMemorySdkKeyRegistry sdkKeyRegistry() {
			return new InMemorySdkKeyRegistry(List.of(new SdkKeyDetails(SdkKey.server("sdk-server-of-the-app"),
					FlagSetId.of("app"), FlagFilter.all(), Set.of())));
		}

		@Bean
		@Primary
		@ConditionalOnBooleanProperty("test.held-registry")
		HeldRegistry heldRegistry(InMemorySdkKeyRegistry registry) {
			return new HeldRegistry(registry);
		}

		@Bean
		@ConditionalOnBooleanProperty("test.tomcat")
		TomcatReactiveWebServerFactory tomcat() {
			return new TomcatReactiveWebServerFactory();
		}

		@OnPushRequest("double")
		int twice(int number) {
			return 2 * number;
		}

		@Bean
		FeatureProbeEndpointTests.RecordingEventSink eventSink() {
			return new FeatureProbeEndpointTests.RecordingEventSink();
		}

		@Bean
		ExchangeRecorder exchangeRecorder() {
			return new ExchangeRecorder();
		}

		/** As an app may have it, for reasons of its own. */
		@Bean
		@ConditionalOnBooleanProperty("test.unknown-handler")
		NettyServerCustomizer unknownHandler() {
			return (server) -> server.doOnChannelInit(
					(observer, channel, address) -> channel.pipeline().addLast("unknown", new ChannelDuplexHandler()));
		}

		@Bean(destroyMethod = "dispose")
		VirtualTimeScheduler virtualTime() {
			return VirtualTimeScheduler.create();
		}

		@Bean
		Broadcaster pushBroadcaster(VirtualTimeScheduler time) {
			BroadcastListener nobody = (transport, written, passedOver, nanos) -> {
			};
			return new Broadcaster(time, nobody);
		}

		@Bean
		@ConditionalOnBooleanProperty("realtime-push.server.token.enabled")
		JwtAccessTokens accessTokens(VirtualTimeScheduler time) {
			TokenKey key = new TokenKey("test", "a secret that is only for tests!".getBytes(StandardCharsets.UTF_8));
			return new JwtAccessTokens("loopback", List.of(key), null, time, new SchedulerClock(time));
		}

		@Bean
		PushHandler pushHandler(FlagHub hub, SdkKeyRegistry registry, Fanout fanout, VirtualTimeScheduler time,
				ObjectProvider<AccessTokens> tokens, ObjectProvider<ClientRequestHandler> requests,
				ObjectProvider<FlagEvaluation> evaluation, org.springframework.core.env.Environment environment) {
			int max = environment.getProperty("test.max-connections", Integer.class, 100_000);
			int maxPerKey = environment.getProperty("test.max-connections-per-key", Integer.class, 0);
			int maxPerAddress = environment.getProperty("test.max-connections-per-address", Integer.class, 0);
			int maxFailed = environment.getProperty("test.max-failed-logins", Integer.class, 0);
			SessionLimits limits = new SessionLimits(max, maxPerKey, maxPerAddress, 0, maxFailed, 4, 50);
			SessionSettings defaults = SessionSettings.DEFAULT;
			SessionSettings settings = new SessionSettings(defaults.heartbeat(), defaults.handshakeTimeout(),
					defaults.loadTimeout(), AHEAD_TIMEOUT, defaults.drainTime(), limits);
			Fanout remembering = (subscription) -> {
				this.joined.put(subscription, subscription.view().flagSet());
				return fanout.join(subscription);
			};
			return PushHandler.builder(hub, registry, remembering, time)
				.settings(settings)
				.tokens(tokens.getIfAvailable())
				.evaluation(evaluation.getObject())
				.requests(requests.orderedStream().toList(), Duration.ofSeconds(30))
				.interceptors(List.of(interceptor()))
				.build();
		}

		private static PushInterceptor interceptor() {
			return (session) -> switch (session.flagSet().name()) {
				case "forbidden" -> Mono.error(new SessionRejectedException(CloseReason.FORBIDDEN, "not today"));
				case "broken" -> Mono.error(new IllegalStateException("secret detail"));
				default -> Mono.empty();
			};
		}

	}

}
