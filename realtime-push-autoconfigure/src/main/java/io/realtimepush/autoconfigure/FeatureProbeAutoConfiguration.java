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

import java.time.Clock;
import java.util.Set;

import io.realtimepush.featureprobe.DocumentVersions;
import io.realtimepush.featureprobe.EventSink;
import io.realtimepush.featureprobe.RepositoryFlagSets;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.session.PushHandler;
import io.realtimepush.transport.featureprobe.FeatureProbeHandlerMapping;
import io.realtimepush.transport.featureprobe.FeatureProbeSettings;
import io.realtimepush.transport.featureprobe.RepeatedSlashFilter;
import io.realtimepush.transport.featureprobe.Repositories;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the HTTP interface of FeatureProbe's
 * SDKs.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = PushServerAutoConfiguration.class)
@ConditionalOnBooleanProperty("realtime-push.featureprobe.enabled")
@ConditionalOnBean({ PushHandler.class, FeatureProbeProperties.class })
public final class FeatureProbeAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	DocumentVersions featureProbeDocumentVersions(ObjectProvider<FlagSource> sources) {
		FlagSource source = sources.getIfUnique();
		return new DocumentVersions(source != null && source.hasLastingVersions(), System.currentTimeMillis());
	}

	@Bean
	@ConditionalOnMissingBean
	Repositories featureProbeRepositories(FlagHub hub, ObjectProvider<RepositoryFlagSets> repositories,
			DocumentVersions versions) {
		return new Repositories(hub, RepositoryFlagSets.anyOf(repositories.orderedStream().toList()), versions);
	}

	@Bean
	@ConditionalOnMissingBean
	FeatureProbeHandlerMapping featureProbeHandlerMapping(PushHandler handler, Repositories repositories,
			ObjectProvider<EventSink> sinks, FeatureProbeProperties properties) {
		FeatureProbeSettings settings = new FeatureProbeSettings(properties.prefixes(),
				Set.copyOf(properties.getAllowedOrigins()), (int) properties.getMaxEventSize().toBytes());
		return new FeatureProbeHandlerMapping(handler, repositories, sinks.orderedStream().toList(), settings,
				Clock.systemUTC());
	}

	@Bean
	@ConditionalOnMissingBean
	RepeatedSlashFilter featureProbeRepeatedSlashFilter(FeatureProbeHandlerMapping mapping) {
		return new RepeatedSlashFilter(mapping);
	}

}
