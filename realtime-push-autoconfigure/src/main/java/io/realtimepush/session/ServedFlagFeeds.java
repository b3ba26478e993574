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

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.NoPrimaryFlagSetException;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagHub;
import org.jspecify.annotations.Nullable;

/**
 * The flag sets that a serving app has: those its SDK keys select.
 *
 * @since 0.1.0
 */
public final class ServedFlagFeeds implements FlagFeeds {

	private final FlagHub hub;

	private final SdkKeyRegistry registry;

	private final @Nullable FlagSetId primary;

	/**
	 * Create the feeds.
	 * @param hub where the flags are
	 * @param registry the keys that are served
	 * @param primary the primary flag set, or {@code null} if there is only one
	 */
	public ServedFlagFeeds(FlagHub hub, SdkKeyRegistry registry, @Nullable FlagSetId primary) {
		this.hub = hub;
		this.registry = registry;
		this.primary = primary;
	}

	@Override
	public FlagFeed primary() {
		if (this.primary != null) {
			return this.hub.feed(this.primary);
		}
		Set<FlagSetId> known = flagSets();
		if (known.size() != 1) {
			throw new NoPrimaryFlagSetException(known);
		}
		return this.hub.feed(known.iterator().next());
	}

	@Override
	public FlagFeed flagSet(FlagSetId flagSet) {
		Set<FlagSetId> known = flagSets();
		if (!known.contains(flagSet)) {
			throw new IllegalArgumentException("flag set '" + flagSet + "' is not served here; there is " + known);
		}
		return this.hub.feed(flagSet);
	}

	@Override
	public FlagFeed sdkKey(SdkKey key) {
		SdkKeyDetails details = this.registry.known()
			.stream()
			.filter((known) -> known.key().equals(key))
			.findAny()
			.orElseThrow(() -> new IllegalArgumentException("SDK key '" + key + "' is not served here"));
		return this.hub.feed(details.key(), details.flagSet(), details.visible());
	}

	private Set<FlagSetId> flagSets() {
		Collection<SdkKeyDetails> keys = this.registry.known();
		Set<FlagSetId> result = new TreeSet<>();
		keys.forEach((details) -> result.add(details.flagSet()));
		if (this.primary != null) {
			result.add(this.primary);
		}
		return result;
	}

}
