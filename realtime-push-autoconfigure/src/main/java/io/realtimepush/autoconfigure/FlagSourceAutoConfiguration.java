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

import javax.sql.DataSource;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagStore;
import io.realtimepush.flags.UnversionedFlagSource;
import io.realtimepush.flags.VersioningFlagSource;
import io.realtimepush.source.file.FileFlagSource;
import io.realtimepush.source.jdbc.JdbcFlagSource;
import io.realtimepush.source.jdbc.JdbcFlagStore;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * {@link AutoConfiguration Auto-configuration} for the shipped flag sources.
 *
 * @since 0.1.0
 */
@AutoConfiguration(afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@EnableConfigurationProperties(FlagSourceProperties.class)
public final class FlagSourceAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(FlagSource.class)
	@ConditionalOnBean(UnversionedFlagSource.class)
	VersioningFlagSource versioningFlagSource(UnversionedFlagSource source) {
		return new VersioningFlagSource(source);
	}

	/**
	 * Flags in files.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty("realtime-push.source.file.location")
	static class FileConfiguration {

		@Bean
		@ConditionalOnMissingBean(FlagSource.class)
		FileFlagSource fileFlagSource(FlagSourceProperties properties) {
			Path location = properties.getFile().getLocation();
			if (location == null || Files.isDirectory(location)) {
				return FileFlagSource.ofDirectory((location != null) ? location : Path.of(""));
			}
			String flagSet = properties.getFile().getFlagSet();
			if (flagSet == null) {
				throw new InvalidConfigurationPropertyValueException("realtime-push.source.file.flag-set", null,
						"it must name the flag set that the file '" + location + "' holds");
			}
			return FileFlagSource.ofFile(location, FlagSetId.of(flagSet));
		}

	}

	/**
	 * Flags in a database.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ DataSource.class, JdbcClient.class })
	@ConditionalOnBooleanProperty("realtime-push.source.jdbc.enabled")
	@ConditionalOnSingleCandidate(DataSource.class)
	static class JdbcConfiguration {

		@Bean
		@ConditionalOnMissingBean(FlagSource.class)
		JdbcFlagSource jdbcFlagSource(DataSource dataSource, FlagSourceProperties properties) {
			if (properties.getJdbc().isInitializeSchema()) {
				ResourceDatabasePopulator script = new ResourceDatabasePopulator(
						new ClassPathResource(JdbcFlagSource.SCHEMA));
				DatabasePopulatorUtils.execute(script, dataSource);
			}
			return new JdbcFlagSource(dataSource);
		}

		@Bean
		@ConditionalOnBean(JdbcFlagSource.class)
		@ConditionalOnMissingBean(FlagStore.class)
		JdbcFlagStore jdbcFlagStore(JdbcFlagSource source) {
			return new JdbcFlagStore(source);
		}

	}

}
