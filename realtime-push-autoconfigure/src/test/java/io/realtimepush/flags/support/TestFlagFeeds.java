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

package io.realtimepush.flags.support;

import java.util.LinkedHashMap;
import java.util.Map;

import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import org.jspecify.annotations.Nullable;

/**
 * The flag sets of a test.
 */
public final class TestFlagFeeds implements FlagFeeds {

	private final Map<FlagSetId, FlagFeed> flagSets = new LinkedHashMap<>();

	private final Map<SdkKey, FlagFeed> sdkKeys = new LinkedHashMap<>();

	private @Nullable FlagFeed primary;

	public TestFlagFeeds(FlagFeed... feeds) {
		for (FlagFeed feed : feeds) {
			this.flagSets.put(feed.flagSet(), feed);
		}
	}

	public TestFlagFeeds withPrimary(FlagFeed feed) {
		this.primary = feed;
		return this;
	}

	public TestFlagFeeds withSdkKey(String key, FlagFeed feed) {
		this.sdkKeys.put(SdkKey.server(key), feed);
		return this;
	}

	@Override
	public FlagFeed primary() {
		if (this.primary != null) {
			return this.primary;
		}
		if (this.flagSets.size() != 1) {
			throw new IllegalStateException("flag sets are " + this.flagSets.keySet());
		}
		return this.flagSets.values().iterator().next();
	}

	@Override
	public FlagFeed flagSet(FlagSetId flagSet) {
		return require(this.flagSets.get(flagSet),
				"flag set '" + flagSet + "' is unknown, there are " + this.flagSets.keySet());
	}

	@Override
	public FlagFeed sdkKey(SdkKey key) {
		return require(this.sdkKeys.get(key), "SDK key '" + key + "' is not known");
	}

	private static FlagFeed require(@Nullable FlagFeed feed, String message) {
		if (feed == null) {
			throw new IllegalArgumentException(message);
		}
		return feed;
	}

}
