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

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.flags.UnversionedFlagSource;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.session.SdkKeyRegistry;
import io.realtimepush.source.featureprobe.FeatureProbeBackEnd;
import io.realtimepush.source.featureprobe.FeatureProbeFlagSource;
import io.realtimepush.source.featureprobe.FeatureProbeSdkKeys;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * {@link AutoConfiguration Auto-configuration} for flags of a FeatureProbe back end.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { FileFlagSourceAutoConfiguration.class, JdbcFlagSourceAutoConfiguration.class },
		before = { FlagSourceAutoConfiguration.class, UpstreamFlagSourceAutoConfiguration.class,
				PushServerAutoConfiguration.class })
@ConditionalOnClass(HttpClient.class)
@ConditionalOnProperty("realtime-push.source.featureprobe.toggles-url")
@ConditionalOnMissingBean({ FlagSource.class, UnversionedFlagSource.class })
@EnableConfigurationProperties(FlagSourceProperties.class)
public final class FeatureProbeFlagSourceAutoConfiguration {

	private static final String PREFIX = "realtime-push.source.featureprobe.";

	@Bean
	@ConditionalOnMissingBean
	FeatureProbeBackEnd featureProbeBackEnd(FlagSourceProperties properties) {
		FlagSourceProperties.FeatureProbe configured = properties.getFeatureprobe();
		PropertyCheck.between(PREFIX + "timeout", configured.getTimeout(), Duration.ofMillis(10),
				Duration.ofMinutes(5));
		PropertyCheck.between(PREFIX + "max-size", configured.getMaxSize(), DataSize.ofKilobytes(64),
				DataSize.ofGigabytes(1));
		PropertyCheck.between(PREFIX + "secrets-interval", configured.getSecretsInterval(), Duration.ofMillis(10),
				Duration.ofHours(1));
		URI toggles = url(PREFIX + "toggles-url", configured.getTogglesUrl());
		URI secrets = (configured.getSecretsUrl() != null) ? url(PREFIX + "secrets-url", configured.getSecretsUrl())
				: null;
		if (configured.getEnvironments().isEmpty() && secrets == null) {
			throw PropertyCheck.wrong(PREFIX + "environments",
					"must list the environments with their server keys unless '" + PREFIX + "secrets-url' is set",
					null);
		}
		return new FeatureProbeBackEnd(toggles, secrets, configured.getTimeout(),
				(int) Math.min(Integer.MAX_VALUE, configured.getMaxSize().toBytes()));
	}

	private static URI url(String property, @Nullable String text) {
		try {
			URI url = URI.create((text != null) ? text.trim() : "");
			String scheme = url.getScheme();
			if (url.getHost() != null && ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
				return url;
			}
			throw PropertyCheck.wrong(property, "must be a URL that begins with 'http://' or 'https://'",
					"'" + text + "'");
		}
		catch (IllegalArgumentException ex) {
			throw PropertyCheck.wrong(property, "must be a URL", "'" + text + "'", ex);
		}
	}

	@Bean
	FeatureProbeFlagSource featureProbeFlagSource(FeatureProbeBackEnd backEnd, FlagSourceProperties properties) {
		FeatureProbeFlagSource source = new FeatureProbeFlagSource(backEnd);
		List<FlagSourceProperties.Environment> environments = properties.getFeatureprobe().getEnvironments();
		for (int i = 0; i < environments.size(); i++) {
			String property = PREFIX + "environments[" + i + "]";
			FlagSetId flagSet = flagSet(property, environments.get(i));
			SdkKey server = key(property + ".server-key", SdkKey.Kind.SERVER, environments.get(i).getServerKey());
			if (server.toString().startsWith("sha256:")) {
				throw PropertyCheck.wrong(property + ".server-key",
						"must be the key in clear text, which the back end has to be shown", "its hash");
			}
			source.put(flagSet, String.valueOf(environments.get(i).getServerKey()));
		}
		return source;
	}

	/** The keys of environments are let in; those of the server's own list win. */
	@Bean(destroyMethod = "stop")
	@ConditionalOnBean(FeatureProbeFlagSource.class)
	@ConditionalOnMissingBean(SdkKeyRegistry.class)
	FeatureProbeSdkKeys featureProbeSdkKeys(FeatureProbeBackEnd backEnd, FeatureProbeFlagSource source,
			FlagSourceProperties properties, ObjectProvider<PushServerProperties> server) {
		Map<SdkKey, SdkKeyDetails> keys = new LinkedHashMap<>();
		environmentKeys(properties.getFeatureprobe().getEnvironments())
			.forEach((details) -> keys.put(details.key(), details));
		PushServerProperties served = server.getIfAvailable();
		if (served != null && !served.getSdkKeys().isEmpty()) {
			ConfiguredSdkKeys.read(served.getSdkKeys()).forEach((details) -> {
				keys.remove(details.key());
				keys.put(details.key(), details);
			});
		}
		FeatureProbeSdkKeys registry = new FeatureProbeSdkKeys(backEnd, source, keys.values());
		registry.start(properties.getFeatureprobe().getSecretsInterval(), Schedulers.parallel());
		return registry;
	}

	private static List<SdkKeyDetails> environmentKeys(List<FlagSourceProperties.Environment> environments) {
		List<SdkKeyDetails> keys = new ArrayList<>();
		for (int i = 0; i < environments.size(); i++) {
			String property = PREFIX + "environments[" + i + "]";
			FlagSourceProperties.Environment environment = environments.get(i);
			FlagSetId flagSet = flagSet(property, environment);
			keys.add(details(key(property + ".server-key", SdkKey.Kind.SERVER, environment.getServerKey()), flagSet));
			if (StringUtils.hasText(environment.getClientKey())) {
				keys.add(details(key(property + ".client-key", SdkKey.Kind.CLIENT, environment.getClientKey()),
						flagSet));
			}
		}
		return keys;
	}

	private static FlagSetId flagSet(String property, FlagSourceProperties.Environment environment) {
		return PropertyCheck.flagSet(property + ".flag-set", "must name the flag set that the environment is here",
				environment.getFlagSet());
	}

	private static SdkKeyDetails details(SdkKey key, FlagSetId flagSet) {
		return new SdkKeyDetails(key, flagSet, FlagFilter.all(), Set.of());
	}

	private static SdkKey key(String property, SdkKey.Kind kind, @Nullable String text) {
		return PropertyCheck.sdkKey(property, "must be an SDK key of the environment", kind, text);
	}

}
