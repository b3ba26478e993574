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

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;

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

	public File getFile() {
		return this.file;
	}

	public Jdbc getJdbc() {
		return this.jdbc;
	}

	public Upstream getUpstream() {
		return this.upstream;
	}

	@Override
	public void afterPropertiesSet() {
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

	}

}
