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

import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;

/**
 * Flag sets of which another is the primary one.
 */
final class PrimaryFlagFeeds implements FlagFeeds {

	private final FlagFeeds feeds;

	private final FlagFeed primary;

	private PrimaryFlagFeeds(FlagFeeds feeds, FlagFeed primary) {
		this.feeds = feeds;
		this.primary = primary;
	}

	/**
	 * Make a flag set the primary one.
	 * @throws ConfigurationProblemException if it is none of the flag sets
	 */
	static FlagFeeds of(FlagFeeds feeds, FlagSetId primary) {
		try {
			return new PrimaryFlagFeeds(feeds, feeds.flagSet(primary));
		}
		catch (IllegalArgumentException ex) {
			throw PropertyCheck.wrong("realtime-push.primary-flag-set", "cannot be used: " + ex.getMessage(),
					"'" + primary + "'", ex);
		}
	}

	@Override
	public FlagFeed primary() {
		return this.primary;
	}

	@Override
	public FlagFeed flagSet(FlagSetId flagSet) {
		return this.feeds.flagSet(flagSet);
	}

	@Override
	public FlagFeed sdkKey(SdkKey key) {
		return this.feeds.sdkKey(key);
	}

}
