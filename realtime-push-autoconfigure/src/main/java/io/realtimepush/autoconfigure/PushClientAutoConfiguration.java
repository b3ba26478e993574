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

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

import io.realtimepush.client.ClientCacheFile;
import io.realtimepush.client.ClientSettings;
import io.realtimepush.client.DefaultPushClient;
import io.realtimepush.client.FlagCache;
import io.realtimepush.client.LocalAddresses;
import io.realtimepush.client.PushClient;
import io.realtimepush.client.PushClientListener;
import io.realtimepush.client.TokenStore;
import io.realtimepush.client.transport.NettyClientEnvironment;
import io.realtimepush.client.transport.TlsSettings;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.support.FlagValueConverter;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.util.StringUtils;

/**
 * {@link AutoConfiguration Auto-configuration} for the push client, in an app of any
 * kind.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = FlagFeedsAutoConfiguration.class,
		afterName = { "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
				"org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration" })
@ConditionalOnProperty("realtime-push.client.url")
@EnableConfigurationProperties({ PushClientProperties.class, RealtimePushProperties.class })
public final class PushClientAutoConfiguration {

	private static final Duration ADDRESS_INTERVAL = Duration.ofSeconds(10);

	@Bean
	@ConditionalOnBean(PushClient.class)
	@ConditionalOnMissingBean
	FlagFeeds pushClientFlagFeeds(PushClient client, RealtimePushProperties properties) {
		FlagSetId primary = properties.primary();
		return (primary != null) ? PrimaryFlagFeeds.of(client.feeds(), primary) : client.feeds();
	}

	@Bean
	@ConditionalOnBean(DefaultPushClient.class)
	ClientHandlerFailures pushClientHandlerFailures(DefaultPushClient client,
			@Value("${realtime-push.source.upstream.enabled:false}") boolean relay) {
		return new ClientHandlerFailures(client, relay);
	}

	@Bean
	@ConditionalOnBean(PushClient.class)
	PushClientLifecycle pushClientLifecycle(PushClient client, PushClientProperties properties) {
		LocalAddresses addresses = null;
		if (properties.isWatchAddresses() && client instanceof DefaultPushClient checked) {
			addresses = new LocalAddresses(Schedulers.boundedElastic(), ADDRESS_INTERVAL, checked::check);
		}
		return new PushClientLifecycle(client, properties, addresses);
	}

	/**
	 * Without what connects.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("reactor.netty.http.client.HttpClient")
	static class MissingHttpClientConfiguration {

		/** Before any bean that needs flags is created. */
		@Bean
		static BeanFactoryPostProcessor missingHttpClient() {
			throw new ConfigurationProblemException("'realtime-push.client.url' is set, but there is no Reactor Netty",
					"Add the dependency io.projectreactor.netty:reactor-netty-http.");
		}

	}

	/**
	 * With what connects.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HttpClient.class)
	static class ClientConfiguration {

		/** A token store of the app is preferred. */
		@Bean
		@Fallback
		@ConditionalOnProperty("realtime-push.client.cache-file")
		@ConditionalOnMissingBean(FlagCache.class)
		ClientCacheFile pushClientCacheFile(PushClientProperties properties) {
			Path file = properties.getCacheFile();
			if (file == null || file.getFileName() == null || Files.isDirectory(file)) {
				throw PropertyCheck.wrong("realtime-push.client.cache-file", "must be a file", "'" + file + "'");
			}
			return new ClientCacheFile(file, properties.isCacheToken(), Schedulers.boundedElastic());
		}

		@Bean(destroyMethod = "")
		@ConditionalOnMissingBean(PushClient.class)
		DefaultPushClient pushClient(PushClientProperties properties, ObjectProvider<SslBundles> bundles,
				ObjectProvider<FlagCache> flagCache, ObjectProvider<TokenStore> tokenStore,
				FlagValueConverter converter, ObjectProvider<PushClientListener> listeners) {
			ClientSettings settings = ConfiguredPushClient.settings(properties);
			Supplier<TlsSettings> tls = tls(properties.getSsl(), bundles);
			return new DefaultPushClient(settings,
					NettyClientEnvironment.create(ConfiguredPushClient.environment(properties, tls)),
					flagCache.getIfUnique(), tokenStore.getIfUnique(), converter, listeners.orderedStream().toList());
		}

		private static Supplier<TlsSettings> tls(PushClientProperties.Ssl ssl, ObjectProvider<SslBundles> bundles) {
			String name = ssl.getBundle();
			if (!StringUtils.hasText(name)) {
				return () -> TlsSettings.DEFAULT;
			}
			try {
				BundledTls tls = new BundledTls(bundles.getObject(), name);
				tls.get();
				return tls;
			}
			catch (NoSuchSslBundleException ex) {
				throw PropertyCheck.wrong("realtime-push.client.ssl.bundle", "must be the name of an SSL bundle",
						"'" + name + "'", ex);
			}
		}

	}

}
