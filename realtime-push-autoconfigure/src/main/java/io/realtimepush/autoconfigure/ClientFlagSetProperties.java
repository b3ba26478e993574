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

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.realtimepush.protocol.SyncMode;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * Properties of one flag set of the push client.
 *
 * @since 0.1.0
 */
public class ClientFlagSetProperties {

	/**
	 * Name by which the app knows the flag set. That of the login is 'default' if it is
	 * not set.
	 */
	private @Nullable String flagSet;

	/**
	 * SDK key that selects the flag set.
	 */
	private @Nullable String sdkKey;

	/**
	 * Flags that are wanted: flag keys or patterns with '*'. All if empty.
	 */
	private List<String> flags = new ArrayList<>();

	/**
	 * What the server sends when the flag set changes: 'delta' what has changed,
	 * 'snapshot' all of it, 'notify' the version only, which is then pulled.
	 */
	private SyncMode mode = SyncMode.DELTA;

	/**
	 * Flags to start with if the server cannot be reached and there is no cache file, as
	 * JSON or plain text.
	 */
	private Map<String, String> defaults = new LinkedHashMap<>();

	@NestedConfigurationProperty
	private final User user = new User();

	public @Nullable String getFlagSet() {
		return this.flagSet;
	}

	public void setFlagSet(@Nullable String flagSet) {
		this.flagSet = flagSet;
	}

	public @Nullable String getSdkKey() {
		return this.sdkKey;
	}

	public void setSdkKey(@Nullable String sdkKey) {
		this.sdkKey = sdkKey;
	}

	public List<String> getFlags() {
		return this.flags;
	}

	public void setFlags(List<String> flags) {
		this.flags = flags;
	}

	public SyncMode getMode() {
		return this.mode;
	}

	public void setMode(SyncMode mode) {
		this.mode = mode;
	}

	public Map<String, String> getDefaults() {
		return this.defaults;
	}

	public void setDefaults(Map<String, String> defaults) {
		this.defaults = defaults;
	}

	public User getUser() {
		return this.user;
	}

	/**
	 * Whom toggles are evaluated for, if a client key selects toggles.
	 */
	public static class User {

		/**
		 * Key of the user whom toggles are evaluated for. Needed if a client key selects
		 * toggles.
		 */
		private @Nullable String key;

		/**
		 * Attributes of the user that conditions of toggles look at.
		 */
		private Map<String, String> attributes = new LinkedHashMap<>();

		public @Nullable String getKey() {
			return this.key;
		}

		public void setKey(@Nullable String key) {
			this.key = key;
		}

		public Map<String, String> getAttributes() {
			return this.attributes;
		}

		public void setAttributes(Map<String, String> attributes) {
			this.attributes = attributes;
		}

	}

}
