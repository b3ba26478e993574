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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import io.realtimepush.flags.FlagSetId;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Properties of what is served to SDKs of FeatureProbe.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("realtime-push.featureprobe")
public class FeatureProbeProperties implements InitializingBean {

	private static final Pattern BASE_PATH = Pattern.compile("/|(/[A-Za-z0-9._~-]+)+");

	/**
	 * Whether to serve SDKs of FeatureProbe.
	 */
	private boolean enabled;

	/**
	 * What the paths of FeatureProbe's HTTP interface begin with, for instance '/server'
	 * for '/server/api/events'.
	 */
	private List<String> basePaths = new ArrayList<>(List.of("/", "/server"));

	/**
	 * Paths at which SDKs connect over Socket.IO, to be told that there is something new.
	 */
	private List<String> realtimePaths = new ArrayList<>(List.of("/realtime", "/server/realtime"));

	/**
	 * Origins that browsers may come from, '*' for all.
	 */
	private List<String> allowedOrigins = new ArrayList<>(List.of("*"));

	/**
	 * Flag sets whose flags are FeatureProbe's own toggles and segments. Those of all
	 * others are values, and shown as toggles that are always on.
	 */
	private List<String> repositories = new ArrayList<>();

	/**
	 * Largest report of events, 1KB to 16MB.
	 */
	private DataSize maxEventSize = DataSize.ofMegabytes(1);

	/**
	 * Most users that toggles are evaluated for at the same time over WebSocket, SSE and
	 * long-poll. With 0 client keys are refused there.
	 */
	private int maxUsers = 10_000;

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public List<String> getBasePaths() {
		return this.basePaths;
	}

	public void setBasePaths(List<String> basePaths) {
		this.basePaths = basePaths;
	}

	public List<String> getRealtimePaths() {
		return this.realtimePaths;
	}

	public void setRealtimePaths(List<String> realtimePaths) {
		this.realtimePaths = realtimePaths;
	}

	public List<String> getAllowedOrigins() {
		return this.allowedOrigins;
	}

	public void setAllowedOrigins(List<String> allowedOrigins) {
		this.allowedOrigins = allowedOrigins;
	}

	public List<String> getRepositories() {
		return this.repositories;
	}

	public void setRepositories(List<String> repositories) {
		this.repositories = repositories;
	}

	public DataSize getMaxEventSize() {
		return this.maxEventSize;
	}

	public void setMaxEventSize(DataSize maxEventSize) {
		this.maxEventSize = maxEventSize;
	}

	public int getMaxUsers() {
		return this.maxUsers;
	}

	public void setMaxUsers(int maxUsers) {
		this.maxUsers = maxUsers;
	}

	/**
	 * Return the flag sets that hold toggles and segments.
	 * @return the flag sets
	 */
	Set<FlagSetId> repositories() {
		Set<FlagSetId> result = new LinkedHashSet<>();
		for (int i = 0; i < this.repositories.size(); i++) {
			result.add(PropertyCheck.flagSet("realtime-push.featureprobe.repositories[" + i + "]",
					"must name a flag set", this.repositories.get(i)));
		}
		return result;
	}

	/**
	 * Return the base paths in the form that paths can be added to.
	 * @return the base paths without a slash at their end
	 */
	List<String> prefixes() {
		return this.basePaths.stream().map((path) -> path.equals("/") ? "" : path).distinct().toList();
	}

	@Override
	public void afterPropertiesSet() {
		for (int i = 0; i < this.basePaths.size(); i++) {
			if (!BASE_PATH.matcher(this.basePaths.get(i)).matches()) {
				throw PropertyCheck.wrong("realtime-push.featureprobe.base-paths[" + i + "]",
						"must be '/', or start with '/', not end with '/', and have no pattern or other special characters",
						"'" + this.basePaths.get(i) + "'");
			}
		}
		for (int i = 0; i < this.realtimePaths.size(); i++) {
			String path = this.realtimePaths.get(i);
			if (path.equals("/") || !BASE_PATH.matcher(path).matches()) {
				throw PropertyCheck.wrong("realtime-push.featureprobe.realtime-paths[" + i + "]",
						"must start with '/', not end with '/', and have no pattern or other special characters",
						"'" + path + "'");
			}
		}
		for (int i = 0; i < this.allowedOrigins.size(); i++) {
			ConfiguredSdkKeys.checkOrigin("realtime-push.featureprobe.allowed-origins[" + i + "]",
					this.allowedOrigins.get(i));
		}
		PropertyCheck.between("realtime-push.featureprobe.max-event-size", this.maxEventSize, DataSize.ofKilobytes(1),
				DataSize.ofMegabytes(16));
		PropertyCheck.atLeast("realtime-push.featureprobe.max-users", this.maxUsers, 0);
		repositories();
	}

}
