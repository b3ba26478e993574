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

package io.realtimepush.transport.featureprobe;

import java.util.List;
import java.util.Set;

/**
 * Where SDKs of FeatureProbe are served.
 *
 * @param basePaths what the paths begin with, each empty or beginning with a slash and
 * not ending with one
 * @param allowedOrigins origins that browsers may come from, {@code *} for all
 * @param maxEventBytes largest report of events
 * @since 0.1.0
 */
public record FeatureProbeSettings(List<String> basePaths, Set<String> allowedOrigins, int maxEventBytes) {

	/**
	 * The origin that stands for all.
	 */
	public static final String ANY_ORIGIN = "*";

	public FeatureProbeSettings {
		basePaths = List.copyOf(basePaths);
		allowedOrigins = Set.copyOf(allowedOrigins);
	}

	boolean allowsAnyOrigin() {
		return this.allowedOrigins.contains(ANY_ORIGIN);
	}

	boolean allows(String origin) {
		return allowsAnyOrigin() || this.allowedOrigins.contains(origin);
	}

}
