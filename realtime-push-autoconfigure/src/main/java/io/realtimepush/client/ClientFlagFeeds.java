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

package io.realtimepush.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;

/**
 * The flag sets that a client app has: those it subscribes to. The primary one is that of
 * the login, unless another is named.
 */
final class ClientFlagFeeds implements FlagFeeds {

	private final Map<FlagSetId, FlagFeed> byFlagSet = new LinkedHashMap<>();

	private final Map<SdkKey, FlagFeed> byKey = new LinkedHashMap<>();

	ClientFlagFeeds(List<ClientSubscription> subscriptions) {
		for (ClientSubscription subscription : subscriptions) {
			FlagFeed feed = subscription.replica().feed();
			this.byFlagSet.put(feed.flagSet(), feed);
			this.byKey.putIfAbsent(SdkKey.server(subscription.settings().sdkKey()), feed);
		}
	}

	@Override
	public FlagFeed primary() {
		return this.byFlagSet.values().iterator().next();
	}

	@Override
	public FlagFeed flagSet(FlagSetId flagSet) {
		FlagFeed feed = this.byFlagSet.get(flagSet);
		if (feed == null) {
			throw new IllegalArgumentException(
					"flag set '" + flagSet + "' is none of the client's; there is " + this.byFlagSet.keySet());
		}
		return feed;
	}

	@Override
	public FlagFeed sdkKey(SdkKey key) {
		FlagFeed feed = this.byKey.get(key);
		if (feed == null) {
			throw new IllegalArgumentException("SDK key '" + key + "' is none of the client's");
		}
		return feed;
	}

}
