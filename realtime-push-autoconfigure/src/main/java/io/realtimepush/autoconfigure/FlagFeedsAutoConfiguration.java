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

import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.session.InMemorySdkKeyRegistry;
import io.realtimepush.session.SdkKeyRegistry;
import io.realtimepush.session.ServedFlagFeeds;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the flag sets that the app itself
 * reads: those its SDK keys select. An app that serves none reads the primary one.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = PushServerAutoConfiguration.class)
@ConditionalOnBean(FlagHub.class)
@ConditionalOnMissingBean(FlagFeeds.class)
@EnableConfigurationProperties(RealtimePushProperties.class)
public final class FlagFeedsAutoConfiguration {

	@Bean
	@ConditionalOnBean(SdkKeyRegistry.class)
	FlagFeeds flagFeeds(FlagHub hub, SdkKeyRegistry registry, RealtimePushProperties properties) {
		return new ServedFlagFeeds(hub, registry, properties.primary());
	}

	@Bean
	@ConditionalOnMissingBean(SdkKeyRegistry.class)
	@ConditionalOnProperty("realtime-push.primary-flag-set")
	FlagFeeds primaryFlagFeeds(FlagHub hub, RealtimePushProperties properties) {
		return new ServedFlagFeeds(hub, new InMemorySdkKeyRegistry(List.of()), properties.primary());
	}

}
