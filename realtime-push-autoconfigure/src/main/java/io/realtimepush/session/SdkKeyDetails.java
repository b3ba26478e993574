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

package io.realtimepush.session;

import java.util.Set;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;

/**
 * What an SDK key selects and allows.
 *
 * @param key the key
 * @param flagSet the flag set that the key selects
 * @param visible the flags of it that the key may see
 * @param allowedOrigins origins that browsers may use the key from, besides the server's
 * own; {@code *} among them allows all
 * @since 0.1.0
 */
public record SdkKeyDetails(SdkKey key, FlagSetId flagSet, FlagFilter visible, Set<String> allowedOrigins) {

	/**
	 * The origin that stands for all.
	 */
	public static final String ANY_ORIGIN = "*";

	public SdkKeyDetails {
		allowedOrigins = Set.copyOf(allowedOrigins);
	}

	/**
	 * Return whether browsers may use the key from an origin that is not the server's
	 * own.
	 * @param origin the value of the {@code Origin} header
	 * @return whether the origin is allowed
	 */
	public boolean allowsOrigin(String origin) {
		return this.allowedOrigins.contains(ANY_ORIGIN) || this.allowedOrigins.contains(origin);
	}

}
