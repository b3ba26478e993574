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

package io.realtimepush.flags;

/**
 * The flag sets that the app has: those it serves, or those it gets over its connection.
 *
 * @since 0.1.0
 */
public interface FlagFeeds {

	/**
	 * Return the feed of the only or the primary flag set.
	 * @return the feed
	 * @throws IllegalStateException if there are several flag sets and none is primary,
	 * or there is none; the message names them
	 */
	FlagFeed primary();

	/**
	 * Return the feed of a flag set.
	 * @param flagSet the flag set
	 * @return the feed of all its flags
	 * @throws IllegalArgumentException if the app does not have the flag set; the message
	 * names those it has
	 */
	FlagFeed flagSet(FlagSetId flagSet);

	/**
	 * Return the feed of what an SDK key sees.
	 * @param key the SDK key
	 * @return the feed of the flags that the key may see
	 * @throws IllegalArgumentException if the app does not have the key
	 */
	FlagFeed sdkKey(SdkKey key);

}
