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

import io.realtimepush.annotation.support.FlagHandlerContainer;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.Flags;
import io.realtimepush.flags.support.DefaultFlags;
import io.realtimepush.flags.support.FlagValueConverter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * {@link AutoConfiguration Auto-configuration} for flags in the app: {@link Flags} and
 * {@code @OnFlagUpdate}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { FlagFeedsAutoConfiguration.class, PushClientAutoConfiguration.class },
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
public final class FlagHandlerAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	FlagValueConverter flagValueConverter(ObjectProvider<JsonMapper> mappers) {
		JsonMapper mapper = mappers.getIfUnique();
		return new FlagValueConverter((mapper != null) ? mapper : new JsonMapper());
	}

	/**
	 * Lazy, because it stands for one flag set, which an app that has several and never
	 * asks for it need not name.
	 */
	@Bean
	@Lazy
	@ConditionalOnBean(FlagFeeds.class)
	@ConditionalOnMissingBean
	Flags flags(FlagFeeds feeds, FlagValueConverter converter) {
		return new DefaultFlags(feeds, converter);
	}

	/**
	 * Not only with feeds: methods that nothing could ever call are told.
	 */
	@Bean
	@ConditionalOnMissingBean
	FlagHandlerContainer flagHandlerContainer(FlagValueConverter converter) {
		return new FlagHandlerContainer(converter);
	}

}
