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

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Is told what happens to a client, on the client's loop, which must not be blocked.
 *
 * @since 0.1.0
 */
public interface PushClientListener {

	/**
	 * The status has changed.
	 * @param status the new status
	 */
	default void statusChanged(ClientStatus status) {
	}

	/**
	 * A step on the way to a session has ended. Attempts to find a better transport take
	 * the same steps.
	 * @param step the step
	 * @param transport the transport that was on its way
	 * @param took how long it took
	 * @param failure why it failed, or {@code null} if it succeeded
	 */
	default void stepEnded(ConnectStep step, String transport, Duration took, @Nullable ConnectFailure failure) {
	}

	/**
	 * A session is live.
	 * @param transport its transport
	 * @param took how long the flag sets were not kept current before it
	 */
	default void sessionLive(String transport, Duration took) {
	}

	/**
	 * A live session has ended.
	 * @param transport its transport
	 * @param lived how long it was live
	 * @param failure why it ended
	 */
	default void sessionEnded(String transport, Duration lived, ConnectFailure failure) {
	}

}
