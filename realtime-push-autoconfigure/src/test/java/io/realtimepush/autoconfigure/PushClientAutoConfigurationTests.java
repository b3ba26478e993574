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

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.realtimepush.client.ClientCacheFile;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.DefaultPushClient;
import io.realtimepush.client.FlagCache;
import io.realtimepush.client.PushClient;
import io.realtimepush.client.TokenStore;
import io.realtimepush.client.transport.TlsSettings;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.Flags;
import io.realtimepush.flags.FlagsStatus;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.protocol.MessageEncoding;
import io.realtimepush.session.PushHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * When there is a client, what its properties must be, and what it backs off from.
 */
class PushClientAutoConfigurationTests {

	private static final AutoConfigurations ALL = AutoConfigurations.of(FileFlagSourceAutoConfiguration.class,
			FlagSourceAutoConfiguration.class, FlagHubAutoConfiguration.class, FlagFeedsAutoConfiguration.class,
			PushClientAutoConfiguration.class, FlagHandlerAutoConfiguration.class, PushServerAutoConfiguration.class,
			PushEndpointAutoConfiguration.class, SslAutoConfiguration.class);

	private final ApplicationContextRunner plain = new ApplicationContextRunner().withConfiguration(ALL);

	private final ApplicationContextRunner client = this.plain.withPropertyValues(
			"realtime-push.client.url=https://push.example.com/realtime/",
			"realtime-push.client.sdk-key=sdk-server-0123456789", "realtime-push.client.connect=manual");

	@Test
	void encodingIsThatOfTheProperties() {
		PushClientProperties properties = new PushClientProperties();
		assertThat(ConfiguredPushClient.environment(properties, () -> TlsSettings.DEFAULT).encoding())
			.isSameAs(MessageEncoding.JSON);
		properties.setEncoding(PushClientProperties.Encoding.CBOR);
		assertThat(ConfiguredPushClient.environment(properties, () -> TlsSettings.DEFAULT).encoding()).isNotNull()
			.isSameAs(MessageEncoding.cbor());
	}

	@Test
	void whatFailsFastHasToWait() {
		this.client.withPropertyValues("realtime-push.client.fail-fast=true", "realtime-push.client.initial-wait=0s")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageStartingWith("'realtime-push.client.initial-wait' must be longer if 'fail-fast' is true"));
	}

	@Test
	void appWithoutUrlHasNoClient() {
		this.plain.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(PushClient.class)
			.doesNotHaveBean(FlagFeeds.class)
			.doesNotHaveBean(PushClientProperties.class));
	}

	@Test
	void appWithUrlAndKeyHasAClientAndFlags() {
		this.client.run((context) -> {
			assertThat(context).hasNotFailed()
				.hasSingleBean(DefaultPushClient.class)
				.hasSingleBean(FlagFeeds.class)
				.hasSingleBean(Flags.class)
				.doesNotHaveBean(FlagHub.class)
				.doesNotHaveBean(PushHandler.class)
				.doesNotHaveBean(ClientCacheFile.class);
			assertThat(context.getBean(PushClient.class).status().state()).isEqualTo(State.INITIALIZING);
			assertThat(context.getBean(Flags.class).status()).isEqualTo(FlagsStatus.NOT_LOADED);
			assertThat(context.getBean(FlagFeeds.class).primary().flagSet()).isEqualTo(FlagSetId.of("default"));
		});
	}

	@Test
	void nothingOfAWebServerIsNeeded() {
		this.client
			.withClassLoader(new FilteredClassLoader("org.springframework.web", "org.springframework.http",
					"reactor.netty.http.server"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(PushClient.class));
	}

	@Test
	void webFluxAppThatIsAClientNeedsNoFlagSource() {
		new ReactiveWebApplicationContextRunner().withConfiguration(ALL)
			.withPropertyValues("realtime-push.client.url=https://push.example.com/realtime",
					"realtime-push.client.sdk-key=sdk-server-0123456789", "realtime-push.client.connect=manual")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PushClient.class)
				.doesNotHaveBean(PushHandler.class));
	}

	@Test
	void missingReactorNettyIsTold() {
		this.client.withClassLoader(new FilteredClassLoader(HttpClient.class)).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription())
				.isEqualTo("'realtime-push.client.url' is set, but there is no Reactor Netty");
			assertThat(analysis.getAction()).contains("io.projectreactor.netty:reactor-netty-http");
		});
	}

	@Test
	void userDefinedClientBacksOff() {
		this.client.withUserConfiguration(OwnClientConfiguration.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PushClient.class)
				.doesNotHaveBean(DefaultPushClient.class));
	}

	@Test
	void userDefinedFeedsBackOff() {
		FlagFeeds own = mock(FlagFeeds.class);
		this.client.withBean(FlagFeeds.class, () -> own)
			.run((context) -> assertThat(context.getBean(FlagFeeds.class)).isSameAs(own));
	}

	@Test
	void cacheFileIsThereIfItIsNamed() {
		this.client.withPropertyValues("realtime-push.client.cache-file=target/client.cache")
			.run((context) -> assertThat(context).hasSingleBean(ClientCacheFile.class));
	}

	@Test
	void cacheFileIsThereBesideATokenStoreOfTheApp() {
		OwnTokenStore own = new OwnTokenStore();
		this.client.withBean(TokenStore.class, () -> own)
			.withPropertyValues("realtime-push.client.cache-file=target/client.cache",
					"realtime-push.client.cache-token=true")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(ClientCacheFile.class).hasSingleBean(FlagCache.class);
				PushClient client = context.getBean(PushClient.class);
				// It looks for its token, and goes no further
				client.pause();
				client.start();
				assertThat(own.asked.poll(10, TimeUnit.SECONDS)).isEqualTo("sdk-server-0123456789");
			});
	}

	@Test
	void primaryFlagSetIsTheNamedOne() {
		this.client
			.withPropertyValues("realtime-push.primary-flag-set=ui",
					"realtime-push.client.subscriptions[0].flag-set=ui",
					"realtime-push.client.subscriptions[0].sdk-key=sdk-other")
			.run((context) -> assertThat(context.getBean(FlagFeeds.class).primary().flagSet())
				.isEqualTo(FlagSetId.of("ui")));
	}

	@Test
	void defaultsAreThereAtOnce() {
		this.client
			.withPropertyValues("realtime-push.client.defaults.limit=5",
					"realtime-push.client.defaults.ui.banner.text=Hello there",
					"realtime-push.client.defaults.[ui.Dark_Mode]=true",
					"realtime-push.client.defaults.colors=[\"red\", \"green\"]")
			.run((context) -> {
				Flags flags = context.getBean(Flags.class);
				assertThat(flags.status()).isEqualTo(FlagsStatus.DEFAULTS);
				assertThat(flags.get("limit", Integer.class, 0)).isEqualTo(5);
				assertThat(flags.get("ui.banner.text", String.class, "")).isEqualTo("Hello there");
				assertThat(flags.get("ui.Dark_Mode", Boolean.class, false)).isTrue();
				assertThat(flags.get("colors")).hasToString("[\"red\",\"green\"]");
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					url=ftp://host/realtime             | 'realtime-push.client.url' must be an http or https URL with host and base path
					url=https://host                    | 'realtime-push.client.url' must be an http or https URL with host and base path
					url=https://user:pw@host/realtime   | 'realtime-push.client.url' must be an http or https URL with host and base path
					url=https://host/realtime?a=b       | 'realtime-push.client.url' must be an http or https URL with host and base path
					url=not a url                       | 'realtime-push.client.url' must be an http or https URL with host and base path
					endpoints[0]=host:80                | 'realtime-push.client.endpoints[0]' must be an http or https URL
					sdk-key=                            | 'realtime-push.client.sdk-key' must be an SDK key of the push server, but is not set
					sdk-key=sha256:00                   | 'realtime-push.client.sdk-key' must be the SDK key itself, not its hash
					sdk-key=with blank                  | 'realtime-push.client.sdk-key' must have at most 256 characters, all of them visible ASCII
					flag-set=                           | 'realtime-push.client.flag-set' must be the name by which the app knows the flag set
					flags[0]=                           | 'realtime-push.client.flags[0]' cannot be used: flag pattern must have 1 to 256 characters
					initial-wait=-1s                    | 'realtime-push.client.initial-wait' must be between 0s and 10m, but was -1s
					heartbeat-interval=1s               | 'realtime-push.client.heartbeat-interval' must be between 5s and 5m, but was 1s
					min-back-off=0s                     | 'realtime-push.client.min-back-off' must be between 1ms and 1m, but was 0s
					max-back-off=100ms                  | 'realtime-push.client.max-back-off' must be between 500ms and 1h, but was 100ms
					pull-interval=1ms                   | 'realtime-push.client.pull-interval' must be between 100ms and 1h, but was 1ms
					max-message-size=1KB                | 'realtime-push.client.max-message-size' must be between 64KB and 1GB, but was 1KB
					max-requests=0                      | 'realtime-push.client.max-requests' must be at least 1, but was 0
					timeout.login=0s                    | 'realtime-push.client.timeout.login' must be between 10ms and 10m, but was 0s
					proxy.port=0                        | 'realtime-push.client.proxy.port' must be between 1 and 65535, but was 0
					dns-servers[0]=http://dns/dns-query | 'realtime-push.client.dns-servers[0]' must be an https URL such as 'https://dns.example.com/dns-query', but was 'http://dns/dns-query'
					ssl.bundle=missing                  | 'realtime-push.client.ssl.bundle' must be the name of an SSL bundle, but was 'missing'
					cache-file=target                   | 'realtime-push.client.cache-file' must be a file, but was 'target'
					transports=                         | 'realtime-push.client.transports' must name at least one transport
					user.attributes.city=Oslo           | 'realtime-push.client.user.key' must be set where there are attributes, but is not set
					subscriptions[0].flag-set=a         | 'realtime-push.client.subscriptions[0].sdk-key' must be an SDK key
					""")
	void wrongPropertyIsNamed(String property, String message) {
		this.client.withPropertyValues("realtime-push.client." + property).run((context) -> {
			FailureAnalysis analysis = FailureAnalyses.of(context);
			assertThat(analysis.getDescription()).contains(message).doesNotContain("sdk-server-0123456789");
		});
	}

	@Test
	void flagSetMustNotBeThereTwice() {
		this.client
			.withPropertyValues("realtime-push.client.subscriptions[0].flag-set=default",
					"realtime-push.client.subscriptions[0].sdk-key=sdk-other")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.contains("'realtime-push.client.subscriptions[0].flag-set' must be another name than "
						+ "'realtime-push.client.flag-set', but was 'default'"));
	}

	@Test
	void unknownPrimaryFlagSetIsTold() {
		this.client.withPropertyValues("realtime-push.primary-flag-set=none")
			.run((context) -> assertThat(FailureAnalyses.of(context).getDescription())
				.contains("'realtime-push.primary-flag-set' cannot be used", "[default]", "but was 'none'"));
	}

	static class OwnTokenStore implements TokenStore {

		private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

		@Override
		public Stored load(String sdkKey) {
			this.asked.add(sdkKey);
			return null;
		}

		@Override
		public void store(String sdkKey, Stored token) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnClientConfiguration {

		@Bean
		PushClient ownClient() {
			PushClient own = mock(PushClient.class);
			FlagFeeds feeds = mock(FlagFeeds.class);
			given(own.feeds()).willReturn(feeds);
			given(own.close()).willReturn(Mono.empty());
			return own;
		}

	}

}
