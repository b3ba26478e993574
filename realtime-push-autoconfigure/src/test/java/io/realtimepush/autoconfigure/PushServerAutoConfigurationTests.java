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
import java.time.Instant;
import java.util.List;
import java.util.Set;

import io.realtimepush.annotation.OnPushRequest;
import io.realtimepush.annotation.support.FlagHandlerContainer;
import io.realtimepush.annotation.support.PushRequestMethods;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.Flags;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.flags.support.DefaultFlags;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.RingLimits;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.session.ClientRequest;
import io.realtimepush.session.Fanout;
import io.realtimepush.session.InMemorySdkKeyRegistry;
import io.realtimepush.session.Peer;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.session.SdkKeyRegistry;
import io.realtimepush.session.SessionInfo;
import io.realtimepush.session.SessionSettings;
import io.realtimepush.session.Subscription;
import io.realtimepush.source.memory.InMemoryFlagSource;
import io.realtimepush.transport.http.AckEndpoint;
import io.realtimepush.transport.http.ClientScriptEndpoint;
import io.realtimepush.transport.http.PullEndpoint;
import io.realtimepush.transport.http.PushHandlerMapping;
import io.realtimepush.transport.http.PushWebHandler;
import io.realtimepush.transport.longpoll.LongPollEndpoint;
import io.realtimepush.transport.servlet.PushServlet;
import io.realtimepush.transport.sse.SseEndpoint;
import io.realtimepush.transport.stream.StreamExecutors;
import io.realtimepush.transport.websocket.WebSocketEndpoint;
import io.realtimepush.watch.FlagVersionWatcher;
import io.realtimepush.watch.WatchSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What there is in which kind of app, and what backs off from beans of the app.
 */
@ExtendWith(OutputCaptureExtension.class)
class PushServerAutoConfigurationTests {

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private static final String[] KEY = { "realtime-push.server.sdk-keys[0].key=sdk-server-1",
			"realtime-push.server.sdk-keys[0].flag-set=shop" };

	static final AutoConfigurations ALL = AutoConfigurations.of(FileFlagSourceAutoConfiguration.class,
			JdbcFlagSourceAutoConfiguration.class, PostgresListenerAutoConfiguration.class,
			FlagSourceAutoConfiguration.class, FlagHubAutoConfiguration.class, FlagFeedsAutoConfiguration.class,
			FlagHandlerAutoConfiguration.class, PushServerAutoConfiguration.class, PushEndpointAutoConfiguration.class,
			RequestHeadTimeoutAutoConfiguration.class);

	private final ReactiveWebApplicationContextRunner empty = new ReactiveWebApplicationContextRunner()
		.withConfiguration(ALL);

	private final ReactiveWebApplicationContextRunner server = this.empty
		.withUserConfiguration(SourceConfiguration.class)
		.withPropertyValues(KEY);

	@Test
	void webFluxAppWithSourceAndKeyServesAllEndpoints() {
		this.server.run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(FlagHub.class)
			.hasSingleBean(FlagVersionWatcher.class)
			.hasSingleBean(InMemorySdkKeyRegistry.class)
			.hasSingleBean(Broadcaster.class)
			.hasSingleBean(PushHandler.class)
			.hasSingleBean(FlagFeeds.class)
			.hasSingleBean(Flags.class)
			.hasSingleBean(FlagHandlerContainer.class)
			.hasSingleBean(WebSocketEndpoint.class)
			.hasSingleBean(SseEndpoint.class)
			.hasSingleBean(LongPollEndpoint.class)
			.hasSingleBean(PullEndpoint.class)
			.hasSingleBean(AckEndpoint.class)
			.hasSingleBean(PushHandlerMapping.class)
			.hasSingleBean(NettyServerCustomizer.class));
	}

	@Test
	void propertiesReachSessions() {
		this.server
			.withPropertyValues("realtime-push.server.heartbeat-interval=10s",
					"realtime-push.server.limits.max-subscriptions=3", "realtime-push.server.drain-time=0s")
			.run((context) -> {
				SessionSettings settings = context.getBean(PushHandler.class).settings();
				assertThat(settings.heartbeat()).hasSeconds(10);
				assertThat(settings.drainTime()).isZero();
				assertThat(settings.limits().maxSubscriptions()).isEqualTo(3);
				assertThat(settings.limits().maxConnections()).isEqualTo(100_000);
			});
	}

	@Test
	void requestsAreAnsweredOnThreadsOfTheirOwn() {
		this.server.withBean(RequestHandler.class).run((context) -> {
			ClientRequest request = new ClientRequest(
					new SessionInfo("s1", SdkKey.server("sdk-server-1"), SHOP, "websocket",
							ClientMessage.ClientInfo.NONE, new Peer(null, null, false), Instant.EPOCH),
					"thread", FlagValue.NULL);
			assertThat(context.getBean(PushRequestMethods.class).handle(request).block(Duration.ofSeconds(10)).json())
				.startsWith("\"realtime-push-request-");
		});
	}

	@Test
	void clientScriptIsSwitchedOffByProperty() {
		this.server.run((context) -> assertThat(context).getBeans(ClientScriptEndpoint.class).hasSize(2));
		this.server.withPropertyValues("realtime-push.server.client-script=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ClientScriptEndpoint.class));
	}

	@Test
	void serverIsSwitchedOffByProperty() {
		this.server.withPropertyValues("realtime-push.server.enabled=false", "realtime-push.server.path=wrong")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(FlagHub.class)
				.doesNotHaveBean(PushHandler.class)
				.doesNotHaveBean(PushHandlerMapping.class)
				.doesNotHaveBean(NettyServerCustomizer.class));
	}

	@Test
	void serverNeedsReactorNetty() {
		this.server.withClassLoader(new FilteredClassLoader("reactor.netty"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PushHandler.class));
	}

	@Test
	void commandLineAppWithoutAnythingStartsQuietly(CapturedOutput output) {
		new ApplicationContextRunner().withConfiguration(ALL)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(FlagHub.class)
				.doesNotHaveBean(PushHandler.class)
				.doesNotHaveBean(Flags.class));
		assertThat(output).doesNotContain("io.realtimepush", "WARN", "ERROR");
	}

	@Test
	void servletAppServesAllEndpointsByOneServlet() {
		new WebApplicationContextRunner().withConfiguration(ALL)
			.withUserConfiguration(SourceConfiguration.class)
			.withPropertyValues(KEY)
			.withPropertyValues("realtime-push.server.path=/push")
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.hasSingleBean(PushWebHandler.class)
					.doesNotHaveBean(PushHandlerMapping.class)
					.doesNotHaveBean(NettyServerCustomizer.class);
				ServletRegistrationBean<?> servlet = context.getBean(PushServlet.NAME, ServletRegistrationBean.class);
				assertThat(servlet.getUrlMappings()).containsExactly("/push/*");
			});
	}

	@Test
	void portOfItsOwnServesTheEndpointsInAnyApp() {
		new ApplicationContextRunner().withConfiguration(ALL)
			.withUserConfiguration(SourceConfiguration.class)
			.withPropertyValues(KEY)
			.withPropertyValues("realtime-push.server.port=0", "realtime-push.server.address=127.0.0.1")
			.run((context) -> {
				PushWebServer server = context.getBean(PushWebServer.class);
				assertThat(server.getPort()).isPositive();
				server.stop();
				assertThat(server.getPort()).isEqualTo(-1);
			});
		this.server.withPropertyValues("realtime-push.server.port=0")
			.run((context) -> assertThat(context).hasSingleBean(PushWebServer.class)
				.doesNotHaveBean(PushHandlerMapping.class)
				.doesNotHaveBean(PushServlet.NAME));
		new WebApplicationContextRunner().withConfiguration(ALL)
			.withUserConfiguration(SourceConfiguration.class)
			.withPropertyValues(KEY)
			.withPropertyValues("realtime-push.server.port=0")
			.run((context) -> assertThat(context).hasSingleBean(PushWebServer.class).doesNotHaveBean(PushServlet.NAME));
	}

	@Test
	void commandLineAppWithSourceAndPrimaryFlagSetReadsFlags() {
		new ApplicationContextRunner().withConfiguration(ALL)
			.withUserConfiguration(SourceConfiguration.class)
			.withPropertyValues("realtime-push.primary-flag-set=shop")
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(PushHandler.class);
				context.getBean(FlagFeeds.class).primary().loaded().block(Duration.ofSeconds(10));
				assertThat(context.getBean(Flags.class).get("greeting", String.class, "none")).isEqualTo("hello");
			});
	}

	@Test
	void commandLineAppWithoutPrimaryFlagSetHasNoFlags() {
		new ApplicationContextRunner().withConfiguration(ALL)
			.withUserConfiguration(SourceConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(FlagHub.class)
				.doesNotHaveBean(Flags.class));
	}

	@Test
	void severalFlagSetsWithoutPrimaryFailOnlyWhoInjectsFlags() {
		ReactiveWebApplicationContextRunner several = this.server.withPropertyValues(
				"realtime-push.server.sdk-keys[1].key=sdk-server-2",
				"realtime-push.server.sdk-keys[1].flag-set=office");
		several.run((context) -> assertThat(context).hasNotFailed());
		several.withUserConfiguration(NeedsFlags.class).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains("select several flag sets [office, shop]");
			assertThat(analysis.getAction())
				.isEqualTo("Set 'realtime-push.primary-flag-set' to one of [office, shop].");
		});
		several.withUserConfiguration(NeedsFlags.class)
			.withPropertyValues("realtime-push.primary-flag-set=office")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void userDefinedFlagSourceBacksOffThoseOfProperties() {
		this.server.withPropertyValues("realtime-push.source.file.location=does-not-exist")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(FlagSource.class));
		this.server.withPropertyValues("realtime-push.source.jdbc.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(FlagSource.class));
	}

	@Test
	void userDefinedFlagHubBacksOff() {
		FlagHub hub = new FlagHub(new RingLimits(1, 1));
		this.server.withBean(FlagHub.class, () -> hub)
			.run((context) -> assertThat(context).getBean(FlagHub.class).isSameAs(hub));
	}

	@Test
	void userDefinedFlagHubNeedsNoSource() {
		FlagHub hub = new FlagHub(new RingLimits(1, 1));
		this.empty.withBean(FlagHub.class, () -> hub)
			.withPropertyValues("realtime-push.server.sdk-keys[0].key=sdk-server-1",
					"realtime-push.server.sdk-keys[0].flag-set=shop")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PushHandler.class)
				.doesNotHaveBean(FlagVersionWatcher.class));
	}

	@Test
	void userDefinedFlagVersionWatcherBacksOff() {
		this.server.withUserConfiguration(WatcherConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(FlagVersionWatcher.class)
				.hasBean("ownWatcher")
				.doesNotHaveBean("flagWatchScheduler"));
	}

	@Test
	void userDefinedSdkKeyRegistryBacksOffAndNeedsNoKeyInProperties() {
		SdkKeyRegistry registry = new InMemorySdkKeyRegistry(
				List.of(new SdkKeyDetails(SdkKey.server("own"), SHOP, FlagFilter.all(), Set.of())));
		this.empty.withUserConfiguration(SourceConfiguration.class)
			.withBean(SdkKeyRegistry.class, () -> registry)
			.run((context) -> assertThat(context).hasNotFailed().getBean(SdkKeyRegistry.class).isSameAs(registry));
	}

	@Test
	void userDefinedBroadcasterBacksOff() {
		Broadcaster broadcaster = new Broadcaster(Schedulers.parallel(), new BroadcastListeners(List.of()));
		this.server.withBean(Broadcaster.class, () -> broadcaster)
			.run((context) -> assertThat(context).hasNotFailed().getBean(Fanout.class).isSameAs(broadcaster));
	}

	@Test
	void userDefinedFanoutIsPreferred() {
		this.server.withUserConfiguration(FanoutConfiguration.class)
			.run((context) -> assertThat(context.getBean(Fanout.class)).isInstanceOf(NoFanout.class));
	}

	@Test
	void userDefinedPushHandlerBacksOff() {
		this.server.withUserConfiguration(HandlerConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PushHandler.class)
				.hasBean("ownHandler"));
	}

	@Test
	void userDefinedFlagFeedsBackOff() {
		FlagFeeds feeds = new NoFeeds();
		this.server.withBean(FlagFeeds.class, () -> feeds)
			.run((context) -> assertThat(context).hasNotFailed().getBean(FlagFeeds.class).isSameAs(feeds));
	}

	@Test
	void userDefinedFlagsConverterAndContainerBackOff() {
		this.server.withUserConfiguration(FlagsConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Flags.class)
				.hasSingleBean(FlagValueConverter.class)
				.hasSingleBean(FlagHandlerContainer.class)
				.hasBean("ownFlags")
				.hasBean("ownConverter")
				.hasBean("ownContainer"));
	}

	@Test
	void userDefinedEndpointsBackOff() {
		this.server.withUserConfiguration(EndpointsConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(WebSocketEndpoint.class)
				.hasSingleBean(SseEndpoint.class)
				.hasSingleBean(LongPollEndpoint.class)
				.hasSingleBean(PullEndpoint.class)
				.hasSingleBean(AckEndpoint.class)
				.hasSingleBean(PushHandlerMapping.class)
				.hasBean("ownMapping"));
	}

	@Configuration(proxyBeanMethods = false)
	static class SourceConfiguration {

		@Bean
		InMemoryFlagSource source() {
			InMemoryFlagSource source = new InMemoryFlagSource();
			source.set(SHOP, "greeting", io.realtimepush.flags.FlagValue.of("hello"));
			return source;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsFlags {

		@Bean
		String needsFlags(Flags flags) {
			return flags.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WatcherConfiguration {

		@Bean
		FlagVersionWatcher ownWatcher(FlagSource source, FlagHub hub) {
			return new FlagVersionWatcher(source, hub, WatchSettings.DEFAULT, Schedulers.parallel(), List.of());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FanoutConfiguration {

		@Bean
		NoFanout ownFanout() {
			return new NoFanout();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HandlerConfiguration {

		@Bean
		PushHandler ownHandler(FlagHub hub, SdkKeyRegistry registry, Fanout fanout) {
			return PushHandler.builder(hub, registry, fanout, Schedulers.parallel()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FlagsConfiguration {

		@Bean
		@Primary
		Flags ownFlags(FlagFeeds feeds, FlagValueConverter converter) {
			return new DefaultFlags(feeds, converter);
		}

		@Bean
		FlagValueConverter ownConverter() {
			return new FlagValueConverter(new JsonMapper());
		}

		@Bean
		FlagHandlerContainer ownContainer(FlagValueConverter converter) {
			return new FlagHandlerContainer(converter);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EndpointsConfiguration {

		@Bean
		WebSocketEndpoint ownWebSocket(PushHandler handler, Broadcaster broadcaster) {
			return new WebSocketEndpoint(handler, broadcaster, new StreamExecutors(1), 1024, false);
		}

		@Bean
		SseEndpoint ownSse(PushHandler handler, Broadcaster broadcaster) {
			return new SseEndpoint(handler, broadcaster, new StreamExecutors(1), false);
		}

		@Bean
		LongPollEndpoint ownLongPoll(PushHandler handler, Broadcaster broadcaster) {
			return new LongPollEndpoint(handler, broadcaster, new StreamExecutors(1), Schedulers.parallel());
		}

		@Bean
		PullEndpoint ownPull(PushHandler handler, Broadcaster broadcaster) {
			return new PullEndpoint(handler, broadcaster);
		}

		@Bean
		AckEndpoint ownAck(PushHandler handler) {
			return new AckEndpoint(handler, 1024);
		}

		@Bean
		PushHandlerMapping ownMapping(PushHandler handler) {
			return new PushHandlerMapping(new PushWebHandler("/own", handler, List.of()));
		}

	}

	/**
	 * Tells nobody.
	 */
	static class NoFanout implements Fanout {

		@Override
		public Membership join(Subscription subscription) {
			throw new UnsupportedOperationException();
		}

	}

	/**
	 * Has none.
	 */
	static class NoFeeds implements FlagFeeds {

		@Override
		public FlagFeed primary() {
			throw new UnsupportedOperationException();
		}

		@Override
		public FlagFeed flagSet(FlagSetId flagSet) {
			throw new UnsupportedOperationException();
		}

		@Override
		public FlagFeed sdkKey(SdkKey key) {
			throw new UnsupportedOperationException();
		}

	}

	static class RequestHandler {

		@OnPushRequest("thread")
		String thread() {
			return Thread.currentThread().getName();
		}

	}

}
