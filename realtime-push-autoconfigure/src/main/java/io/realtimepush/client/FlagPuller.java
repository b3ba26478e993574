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

import java.net.URI;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.SubscriptionLookup;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Gets the flag set itself, where a session tells of versions only. Safe for use by many
 * threads.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface FlagPuller {

	/**
	 * Get a flag set.
	 * @param endpoint the base URL of the server
	 * @param credential an SDK key or access token
	 * @param options the position to continue from, and the flags that are wanted
	 * @param minimum the version that is waited for, or {@code null}
	 * @param subscriptions the subscriptions of the client
	 * @return a snapshot or a delta, or a {@link ConnectFailedException}
	 */
	Mono<ServerMessage> pull(URI endpoint, String credential, ClientMessage.Options options,
			@Nullable FlagPosition minimum, SubscriptionLookup subscriptions);

}
