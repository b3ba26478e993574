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

import java.time.Instant;

import io.realtimepush.protocol.AccessGrant;
import org.jspecify.annotations.Nullable;

/**
 * Where an access token outlives the app. Safe for use by many threads; called on the
 * loop of the client, which must not be blocked, but for {@link #load(String)}.
 *
 * @since 0.1.0
 */
public interface TokenStore {

	/**
	 * Read the token.
	 * @param sdkKey the SDK key that it was made from
	 * @return the token, or {@code null} if there is none that can be used
	 */
	@Nullable Stored load(String sdkKey);

	/**
	 * Keep a token, or forget it.
	 * @param sdkKey the SDK key that it was made from
	 * @param token the token, or {@code null} if it is of no use any more
	 */
	void store(String sdkKey, @Nullable Stored token);

	/**
	 * A token.
	 *
	 * @param grant the token and its advice
	 * @param expires when it ends
	 */
	record Stored(AccessGrant grant, Instant expires) {

	}

}
