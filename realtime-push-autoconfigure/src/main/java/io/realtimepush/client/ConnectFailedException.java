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

import io.realtimepush.flags.RealtimePushException;
import org.jspecify.annotations.Nullable;

/**
 * Signalled when a step on the way to a session fails.
 *
 * @since 0.1.0
 */
public final class ConnectFailedException extends RealtimePushException {

	private final transient ConnectFailure failure;

	public ConnectFailedException(ConnectFailure failure) {
		super(failure.toString(), failure.cause());
		this.failure = failure;
	}

	/**
	 * Return why a call failed.
	 * @param thrown what was thrown, or {@code null}
	 * @return the failure, or {@code null} if something else was thrown
	 */
	static @Nullable ConnectFailure failure(@Nullable Throwable thrown) {
		return (thrown instanceof ConnectFailedException failed) ? failed.failure : null;
	}

	/**
	 * Return why.
	 * @return the failure
	 */
	public ConnectFailure failure() {
		return this.failure;
	}

}
