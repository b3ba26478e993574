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

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the shipped flag sources.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("realtime-push.source")
public class FlagSourceProperties implements InitializingBean {

	private final File file = new File();

	private final Jdbc jdbc = new Jdbc();

	private final Upstream upstream = new Upstream();

	private final FeatureProbe featureprobe = new FeatureProbe();

	public File getFile() {
		return this.file;
	}

	public Jdbc getJdbc() {
		return this.jdbc;
	}

	public Upstream getUpstream() {
		return this.upstream;
	}

	public FeatureProbe getFeatureprobe() {
		return this.featureprobe;
	}

	@Override
	public void afterPropertiesSet() {
		if (this.featureprobe.togglesUrl != null
				&& (this.upstream.enabled || this.jdbc.enabled || this.file.location != null)) {
			throw PropertyCheck.wrong("realtime-push.source.featureprobe.toggles-url",
					"must not be set together with another source, because an app has one flag source",
					"'" + this.featureprobe.togglesUrl + "'");
		}
		if (this.upstream.enabled && (this.jdbc.enabled || this.file.location != null)) {
			throw PropertyCheck.wrong("realtime-push.source.upstream.enabled",
					"must not be set together with another source, because an app has one flag source", "true");
		}
		if (this.jdbc.enabled && this.file.location != null) {
			throw PropertyCheck.wrong("realtime-push.source.jdbc.enabled",
					"must not be set together with 'realtime-push.source.file.location', because an app has one flag "
							+ "source",
					"true");
		}
		this.jdbc.notify.check();
	}

	/**
	 * Flags in files.
	 */
	public static class File {

		/**
		 * YAML or JSON file with the flags of one flag set, or directory with a file for
		 * each. Must exist at start.
		 */
		private @Nullable Path location;

		/**
		 * Flag set that a single file holds. Not used for a directory.
		 */
		private @Nullable String flagSet;

		public @Nullable Path getLocation() {
			return this.location;
		}

		public void setLocation(@Nullable Path location) {
			this.location = location;
		}

		public @Nullable String getFlagSet() {
			return this.flagSet;
		}

		public void setFlagSet(@Nullable String flagSet) {
			this.flagSet = flagSet;
		}

	}

	/**
	 * Flags of another push server.
	 */
	public static class Upstream {

		/**
		 * Whether to serve on the flag sets that the app gets as a client of another push
		 * server.
		 */
		private boolean enabled;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

	/**
	 * Flags in a database.
	 */
	public static class Jdbc {

		/**
		 * Whether to read flags from the DataSource of the app.
		 */
		private boolean enabled;

		/**
		 * Whether to create the tables of flag sets if they do not exist.
		 */
		private boolean initializeSchema;

		private final Notify notify = new Notify();

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public boolean isInitializeSchema() {
			return this.initializeSchema;
		}

		public void setInitializeSchema(boolean initializeSchema) {
			this.initializeSchema = initializeSchema;
		}

		public Notify getNotify() {
			return this.notify;
		}

	}

	/**
	 * Notifications of PostgreSQL.
	 */
	public static class Notify {

		/** Part of a statement, so it is nothing but a name. */
		private static final String CHANNEL = "[a-z_][a-z0-9_]{0,62}";

		/**
		 * Whether to have PostgreSQL tell of changes, over a connection of its own. Has
		 * no effect with another database.
		 */
		private boolean enabled;

		/**
		 * Channel that the trigger of the schema script notifies: 1 to 63 characters of
		 * a-z, 0-9 and _.
		 */
		private String channel = "realtime_push";

		/**
		 * JDBC URL to listen at, if not that of the DataSource. A pooler in transaction
		 * mode must not stand between.
		 */
		private @Nullable String url;

		/**
		 * User to listen as, if not that of the DataSource.
		 */
		private @Nullable String username;

		/**
		 * Password of that user.
		 */
		private @Nullable String password;

		/**
		 * Longest time without a sign of life on the connection, 1 second to 10 minutes.
		 */
		private Duration checkInterval = Duration.ofSeconds(15);

		private void check() {
			PropertyCheck.between("realtime-push.source.jdbc.notify.check-interval", this.checkInterval,
					Duration.ofSeconds(1), Duration.ofMinutes(10));
			if (!this.channel.matches(CHANNEL)) {
				throw PropertyCheck.wrong("realtime-push.source.jdbc.notify.channel",
						"must have 1 to 63 characters of a-z, 0-9 and _, the first no digit", "'" + this.channel + "'");
			}
			if (this.url != null && !this.url.startsWith("jdbc:")) {
				throw PropertyCheck.wrong("realtime-push.source.jdbc.notify.url", "must be a JDBC URL",
						"'" + this.url.replaceAll("[?@].*|//.*@", "…") + "'");
			}
		}

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public String getChannel() {
			return this.channel;
		}

		public void setChannel(String channel) {
			this.channel = channel;
		}

		public @Nullable String getUrl() {
			return this.url;
		}

		public void setUrl(@Nullable String url) {
			this.url = url;
		}

		public @Nullable String getUsername() {
			return this.username;
		}

		public void setUsername(@Nullable String username) {
			this.username = username;
		}

		public @Nullable String getPassword() {
			return this.password;
		}

		public void setPassword(@Nullable String password) {
			this.password = password;
		}

		public Duration getCheckInterval() {
			return this.checkInterval;
		}

		public void setCheckInterval(Duration checkInterval) {
			this.checkInterval = checkInterval;
		}

	}

	/**
	 * Flags of a FeatureProbe back end.
	 */
	public static class FeatureProbe {

		/**
		 * URL of the back end that toggles are read from, for instance
		 * 'http://featureprobe-api:8080/internal/server/toggles'. Switches this source
		 * on.
		 */
		private @Nullable String togglesUrl;

		/**
		 * URL of the back end that tells which client key belongs to which server key,
		 * for instance 'http://featureprobe-api:8080/internal/server/sdk_keys'. Not asked
		 * if it is not set.
		 */
		private @Nullable String secretsUrl;

		/**
		 * Time between two looks at the keys, 10 milliseconds to 1 hour.
		 */
		private Duration secretsInterval = Duration.ofSeconds(10);

		/**
		 * Environments of the back end, each with its server key and the flag set that it
		 * is here.
		 */
		private List<Environment> environments = new ArrayList<>();

		/**
		 * Longest time the back end may take to answer, 10 milliseconds to 5 minutes.
		 */
		private Duration timeout = Duration.ofSeconds(5);

		/**
		 * Largest answer that is read, 64KB to 1GB.
		 */
		private DataSize maxSize = DataSize.ofMegabytes(64);

		public @Nullable String getTogglesUrl() {
			return this.togglesUrl;
		}

		public void setTogglesUrl(@Nullable String togglesUrl) {
			this.togglesUrl = togglesUrl;
		}

		public @Nullable String getSecretsUrl() {
			return this.secretsUrl;
		}

		public void setSecretsUrl(@Nullable String secretsUrl) {
			this.secretsUrl = secretsUrl;
		}

		public Duration getSecretsInterval() {
			return this.secretsInterval;
		}

		public void setSecretsInterval(Duration secretsInterval) {
			this.secretsInterval = secretsInterval;
		}

		public List<Environment> getEnvironments() {
			return this.environments;
		}

		public void setEnvironments(List<Environment> environments) {
			this.environments = environments;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		public DataSize getMaxSize() {
			return this.maxSize;
		}

		public void setMaxSize(DataSize maxSize) {
			this.maxSize = maxSize;
		}

	}

	/**
	 * An environment of a FeatureProbe back end.
	 */
	public static class Environment {

		/**
		 * Flag set that the environment is here.
		 */
		private @Nullable String flagSet;

		/**
		 * Server key of the environment, in clear text.
		 */
		private @Nullable String serverKey;

		/**
		 * Client key of the environment. May be left out if the keys are asked for, or no
		 * client SDK is served.
		 */
		private @Nullable String clientKey;

		public @Nullable String getFlagSet() {
			return this.flagSet;
		}

		public void setFlagSet(@Nullable String flagSet) {
			this.flagSet = flagSet;
		}

		public @Nullable String getServerKey() {
			return this.serverKey;
		}

		public void setServerKey(@Nullable String serverKey) {
			this.serverKey = serverKey;
		}

		public @Nullable String getClientKey() {
			return this.clientKey;
		}

		public void setClientKey(@Nullable String clientKey) {
			this.clientKey = clientKey;
		}

	}

}
