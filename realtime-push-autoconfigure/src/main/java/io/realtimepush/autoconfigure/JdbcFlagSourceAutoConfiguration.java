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

import javax.sql.DataSource;

import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagStore;
import io.realtimepush.flags.UnversionedFlagSource;
import io.realtimepush.source.jdbc.JdbcFlagSchema;
import io.realtimepush.source.jdbc.JdbcFlagSource;
import io.realtimepush.source.jdbc.JdbcFlagStore;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * {@link AutoConfiguration Auto-configuration} for flags in a database.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = FlagSourceAutoConfiguration.class, after = FileFlagSourceAutoConfiguration.class,
		afterName = { "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
				"org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration" })
@ConditionalOnBooleanProperty("realtime-push.source.jdbc.enabled")
@EnableConfigurationProperties(FlagSourceProperties.class)
public final class JdbcFlagSourceAutoConfiguration {

	/**
	 * Without Spring's JDBC support.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("org.springframework.jdbc.core.simple.JdbcClient")
	@ConditionalOnMissingBean({ FlagSource.class, UnversionedFlagSource.class })
	static class MissingJdbcConfiguration {

		/** Before any bean that needs the source is created. */
		@Bean
		static BeanFactoryPostProcessor missingJdbc() {
			throw new ConfigurationProblemException(
					"'realtime-push.source.jdbc.enabled' is true, but spring-jdbc is not on the class path",
					"Add the dependency 'spring-boot-starter-jdbc' and the driver of the database.",
					"realtime-push.source.jdbc.enabled", null);
		}

	}

	/**
	 * With Spring's JDBC support.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JdbcClient.class)
	@ImportRuntimeHints(SchemaHints.class)
	static class JdbcConfiguration {

		/** Migrations first: some refuse a schema that has tables already. */
		@Bean
		@ConditionalOnMissingBean({ FlagSource.class, UnversionedFlagSource.class })
		@DependsOnDatabaseInitialization
		JdbcFlagSource jdbcFlagSource(ObjectProvider<DataSource> dataSources, FlagSourceProperties properties) {
			DataSource dataSource = dataSources.getIfUnique();
			if (dataSource == null) {
				boolean several = dataSources.stream().findAny().isPresent();
				throw new ConfigurationProblemException(
						"'realtime-push.source.jdbc.enabled' is true, but there "
								+ (several ? "are several DataSource beans" : "is no DataSource bean"),
						several ? "Mark one DataSource bean as @Primary, or define a JdbcFlagSource bean with the one to "
								+ "use and create its tables."
								: "Set 'spring.datasource.url' and add the driver of the database, or define a "
										+ "DataSource bean.",
						"realtime-push.source.jdbc.enabled", null);
			}
			if (properties.getJdbc().isInitializeSchema()) {
				initializeSchema(dataSource, properties.getJdbc().getNotify().getChannel());
			}
			return new JdbcFlagSource(dataSource);
		}

		private static void initializeSchema(DataSource dataSource, String channel) {
			try {
				JdbcFlagSchema.create(dataSource, channel);
			}
			catch (IllegalArgumentException ex) {
				throw PropertyCheck.wrong("realtime-push.source.jdbc.initialize-schema",
						"cannot be followed: " + ex.getMessage(), "true", ex);
			}
		}

		@Bean
		@ConditionalOnBean(JdbcFlagSource.class)
		@ConditionalOnMissingBean(FlagStore.class)
		JdbcFlagStore jdbcFlagStore(JdbcFlagSource source,
				ObjectProvider<PlatformTransactionManager> transactionManagers) {
			PlatformTransactionManager transactionManager = transactionManagers.getIfUnique();
			return (transactionManager != null) ? new JdbcFlagStore(source, transactionManager)
					: new JdbcFlagStore(source);
		}

	}

	/**
	 * Takes the schema scripts into a native image.
	 */
	static class SchemaHints implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
			hints.resources().registerPattern(JdbcFlagSchema.SCRIPTS);
		}

	}

}
