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

package io.realtimepush.protocol;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import org.jspecify.annotations.Nullable;

/**
 * What a client knows about its subscriptions, and the server does not repeat in its
 * messages.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SubscriptionLookup {

	/**
	 * Find a subscription.
	 * @param sub its name, or {@code null} for the first one
	 * @return the subscription, or {@code null} if the client does not have it
	 */
	@Nullable Subscribed find(@Nullable String sub);

	/**
	 * A subscription of the client.
	 *
	 * @param flagSet the name that the client has given to its flag set
	 * @param position the position that it has given to the server, or {@code null}
	 */
	record Subscribed(FlagSetId flagSet, @Nullable FlagPosition position) {

	}

}
