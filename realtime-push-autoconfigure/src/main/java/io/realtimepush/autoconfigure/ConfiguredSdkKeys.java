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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.session.SdkKeyDetails;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads the SDK keys from their properties. Each mistake names the property with its
 * index; a key is never printed but masked.
 */
final class ConfiguredSdkKeys {

	private static final Log logger = LogFactory.getLog(ConfiguredSdkKeys.class);

	private static final String PROPERTY = "realtime-push.server.sdk-keys";

	/** As a browser writes it: in lower case, without a path. */
	private static final Pattern ORIGIN = Pattern.compile(
			"[a-z][a-z0-9+.-]*://[^/?#@\\s:A-Z]+(:\\d{1,5})?" + "|[a-z][a-z0-9+.-]*://\\[[0-9a-f:.]+](:\\d{1,5})?");

	private final Map<SdkKey, String> properties = new HashMap<>();

	private ConfiguredSdkKeys() {
	}

	/**
	 * Read the keys.
	 * @param configured the properties of the keys
	 * @return what they allow
	 * @throws ConfigurationProblemException if there is none, or one has a mistake
	 */
	static List<SdkKeyDetails> read(List<PushServerProperties.Key> configured) {
		if (configured.isEmpty()) {
			throw new ConfigurationProblemException(
					"'" + PROPERTY + "' is empty, so the push server would let nobody in",
					"List the SDK keys under '" + PROPERTY + "', each with 'key', 'kind' and 'flag-set', or define a "
							+ "SdkKeyRegistry bean. To serve no push endpoints set 'realtime-push.server.enabled' to "
							+ "false.",
					PROPERTY, null);
		}
		ConfiguredSdkKeys keys = new ConfiguredSdkKeys();
		List<SdkKeyDetails> result = new ArrayList<>();
		for (int i = 0; i < configured.size(); i++) {
			result.add(keys.read(PROPERTY + "[" + i + "]", configured.get(i)));
		}
		return result;
	}

	private SdkKeyDetails read(String property, PushServerProperties.Key configured) {
		SdkKey key = key(property + ".key", configured.getKind(), configured.getKey());
		FlagSetId flagSet = PropertyCheck.flagSet(property + ".flag-set", "must name the flag set that the key selects",
				configured.getFlagSet());
		FlagFilter visible = visible(property + ".flags", configured.getFlags());
		for (int i = 0; i < configured.getAllowedOrigins().size(); i++) {
			checkOrigin(property + ".allowed-origins[" + i + "]", configured.getAllowedOrigins().get(i));
		}
		if (key.kind() == SdkKey.Kind.CLIENT && configured.getFlags().isEmpty()) {
			logger.warn("client key '" + key + "' sees every flag of flag set '" + flagSet
					+ "', and anybody can have it; set '" + property
					+ ".flags' to what it may see, or to '*' if that is meant");
		}
		return new SdkKeyDetails(key, flagSet, visible, Set.copyOf(configured.getAllowedOrigins()));
	}

	private SdkKey key(String property, SdkKey.Kind kind, @Nullable String text) {
		SdkKey key = PropertyCheck.sdkKey(property, "must be an SDK key or 'sha256:' and its hash", kind, text);
		String former = this.properties.putIfAbsent(key, property);
		if (former != null) {
			throw PropertyCheck.wrong(property, "must be another key than '" + former + "'",
					"'" + SdkKey.mask(String.valueOf(text)) + "'");
		}
		return key;
	}

	private static FlagFilter visible(String property, List<String> patterns) {
		for (int i = 0; i < patterns.size(); i++) {
			try {
				FlagFilter.of(List.of(patterns.get(i)));
			}
			catch (IllegalArgumentException ex) {
				throw PropertyCheck.wrong(property + "[" + i + "]", "cannot be used: " + ex.getMessage(),
						"'" + patterns.get(i) + "'", ex);
			}
		}
		return FlagFilter.of(patterns);
	}

	static void checkOrigin(String property, String origin) {
		if (!origin.equals(SdkKeyDetails.ANY_ORIGIN) && !ORIGIN.matcher(origin).matches()) {
			throw PropertyCheck.wrong(property, "must be 'scheme://host[:port]' in lower case, or '*'",
					"'" + origin + "'");
		}
	}

}
