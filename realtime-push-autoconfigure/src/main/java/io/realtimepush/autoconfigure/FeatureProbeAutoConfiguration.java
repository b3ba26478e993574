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
import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.realtimepush.featureprobe.DocumentVersions;
import io.realtimepush.featureprobe.EventSink;
import io.realtimepush.featureprobe.RepositoryFlagSets;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.session.PushHandler;
import io.realtimepush.transport.engineio.EngineOptions;
import io.realtimepush.transport.featureprobe.FeatureProbeHandlerMapping;
import io.realtimepush.transport.featureprobe.FeatureProbeSettings;
import io.realtimepush.transport.featureprobe.RepeatedSlashFilter;
import io.realtimepush.transport.featureprobe.Repositories;
import io.realtimepush.transport.featureprobe.SdkPaths;
import io.realtimepush.transport.featureprobe.UpdateNotifier;
import io.realtimepush.transport.socketio.SocketIoServer;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Lazy;
import org.springframework.web.cors.CorsConfiguration;

/**
 * {@link AutoConfiguration Auto-configuration} for FeatureProbe's SDKs: their HTTP
 * interface, and the connections over which they are told of changes.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = PushServerAutoConfiguration.class, before = SocketIoAutoConfiguration.class)
@Conditional(OnReactivePort.class)
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
	SdkPaths featureProbePaths(FeatureProbeHandlerMapping mapping,
			@Qualifier("featureProbeSocketIoServer") SocketIoServer server) {
		return new SdkPaths(mapping, server.engine());
	}

	@Bean
	@ConditionalOnMissingBean
	RepeatedSlashFilter featureProbeRepeatedSlashFilter(SdkPaths paths) {
		return new RepeatedSlashFilter(paths);
	}

	/**
	 * With the times and the payload of FeatureProbe Server. Connections are limited by
	 * the server's own limits, see {@link UpdateNotifier}.
	 */
	@Bean
	@ConditionalOnMissingBean(name = "featureProbeSocketIoServer")
	SocketIoServer featureProbeSocketIoServer(FeatureProbeProperties properties) {
		CorsConfiguration cors = new CorsConfiguration();
		cors.setAllowedOrigins(properties.getAllowedOrigins());
		cors.setAllowedMethods(List.of("GET", "POST"));
		EngineOptions options = EngineOptions.DEFAULT.pings(Duration.ofSeconds(20), Duration.ofSeconds(25))
			.maxPayload(102_400)
			.maxSessions(Integer.MAX_VALUE)
			.cors(cors);
		SocketIoServer server = new SocketIoServer(options, SocketIoServer.CONNECT_TIMEOUT, JsonMapper.shared());
		properties.getRealtimePaths().forEach(server::mount);
		return server;
	}

	/** Nobody asks for it. */
	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	UpdateNotifier featureProbeUpdateNotifier(@Qualifier("featureProbeSocketIoServer") SocketIoServer server,
			PushHandler handler, FlagHub hub) {
		return new UpdateNotifier(server, handler, hub);
	}

}
