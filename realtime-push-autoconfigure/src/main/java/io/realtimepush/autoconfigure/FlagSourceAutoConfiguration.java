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

import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.UnversionedFlagSource;
import io.realtimepush.flags.VersioningFlagSource;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} that gives positions to a flag source of
 * the app that has none.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnBean(UnversionedFlagSource.class)
@ConditionalOnMissingBean(FlagSource.class)
@EnableConfigurationProperties(RealtimePushProperties.class)
public final class FlagSourceAutoConfiguration {

	@Bean
	VersioningFlagSource versioningFlagSource(ObjectProvider<UnversionedFlagSource> sources,
			RealtimePushProperties properties, ListableBeanFactory beanFactory) {
		return new VersioningFlagSource(SingleBean.of(UnversionedFlagSource.class, sources, beanFactory),
				properties.getWatch().getTimeout().dividedBy(2));
	}

}
