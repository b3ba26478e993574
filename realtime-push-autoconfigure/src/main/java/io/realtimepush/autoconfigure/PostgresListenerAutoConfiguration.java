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

import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.realtimepush.source.jdbc.JdbcFlagSource;
import io.realtimepush.source.jdbc.PostgresListener;
import io.realtimepush.source.jdbc.PostgresLogin;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * {@link AutoConfiguration Auto-configuration} for notifications of PostgreSQL.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = JdbcFlagSourceAutoConfiguration.class)
@ConditionalOnClass({ JdbcClient.class, PGConnection.class, JdbcConnectionDetails.class })
@ConditionalOnBooleanProperty("realtime-push.source.jdbc.notify.enabled")
@ConditionalOnBean(JdbcFlagSource.class)
@EnableConfigurationProperties(FlagSourceProperties.class)
public final class PostgresListenerAutoConfiguration {

	private static final Log logger = LogFactory.getLog(PostgresListenerAutoConfiguration.class);

	private static final Pattern URL = Pattern.compile("jdbc:([a-z0-9-]+:)*postgresql:.*");

	/** No bean if the database is another one. Nobody asks for it. */
	@Lazy(false)
	@Bean(initMethod = "start", destroyMethod = "close")
	@Nullable PostgresListener postgresListener(JdbcFlagSource source, FlagSourceProperties properties,
			ObjectProvider<JdbcConnectionDetails> details) {
		FlagSourceProperties.Notify notify = properties.getJdbc().getNotify();
		Supplier<PostgresLogin> login = () -> login(notify, details.getIfAvailable());
		if (!URL.matcher(login.get().url()).matches()) {
			logger.info("'realtime-push.source.jdbc.notify.enabled' has no effect, because the database is not "
					+ "PostgreSQL; changes are noticed by probing");
			return null;
		}
		return new PostgresListener(source, login, notify.getChannel(), notify.getCheckInterval());
	}

	private static PostgresLogin login(FlagSourceProperties.Notify notify, @Nullable JdbcConnectionDetails details) {
		String url = orElse(notify.getUrl(), details, JdbcConnectionDetails::getJdbcUrl);
		if (url == null) {
			throw new ConfigurationProblemException(
					"'realtime-push.source.jdbc.notify.enabled' is true, but where the DataSource bean of the app "
							+ "connects to is not known",
					"Set 'realtime-push.source.jdbc.notify.url', 'username' and 'password' to those of the "
							+ "database.",
					"realtime-push.source.jdbc.notify.enabled", null);
		}
		return new PostgresLogin(url, orElse(notify.getUsername(), details, JdbcConnectionDetails::getUsername),
				orElse(notify.getPassword(), details, JdbcConnectionDetails::getPassword));
	}

	private static @Nullable String orElse(@Nullable String value, @Nullable JdbcConnectionDetails details,
			Function<JdbcConnectionDetails, @Nullable String> other) {
		return (value != null || details == null) ? value : other.apply(details);
	}

}
