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

import io.realtimepush.flags.FlagSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * Where the last flag set outlives the app. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public interface FlagCache {

	/**
	 * Read the last flag set. May block.
	 * @param subscription what it was received for
	 * @return the flag set, or {@code null} if there is none that can be used
	 */
	@Nullable FlagSnapshot load(SubscriptionSettings subscription);

	/**
	 * Keep a flag set. Called on the loop of the client, which must not be blocked.
	 * @param subscription what it was received for
	 * @param snapshot the flag set
	 */
	void store(SubscriptionSettings subscription, FlagSnapshot snapshot);

}
