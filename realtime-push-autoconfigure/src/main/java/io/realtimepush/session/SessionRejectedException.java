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

package io.realtimepush.session;

import java.time.Duration;

import io.realtimepush.flags.RealtimePushException;
import io.realtimepush.protocol.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * A login was refused. The message is meant for the client and contains no key.
 *
 * @since 0.1.0
 */
public final class SessionRejectedException extends RealtimePushException {

	private final CloseReason reason;

	private final @Nullable Duration retryAfter;

	/**
	 * Refuse a login for a reason that says all.
	 * @param reason the code to answer with
	 */
	public SessionRejectedException(CloseReason reason) {
		this(reason, reason.text());
	}

	/**
	 * Refuse a login.
	 * @param reason the code to answer with
	 * @param message what is wrong and what to do about it
	 */
	public SessionRejectedException(CloseReason reason, String message) {
		this(reason, message, null);
	}

	/**
	 * Refuse a login for some time.
	 * @param reason the code to answer with
	 * @param message what is wrong and what to do about it
	 * @param retryAfter when to come back
	 */
	public SessionRejectedException(CloseReason reason, String message, @Nullable Duration retryAfter) {
		super(message);
		this.reason = reason;
		this.retryAfter = retryAfter;
	}

	/**
	 * Return the code to answer with.
	 * @return the close reason
	 */
	public CloseReason closeReason() {
		return this.reason;
	}

	/**
	 * Return when to come back.
	 * @return the time to wait, or {@code null} if nothing can be said
	 */
	public @Nullable Duration retryAfter() {
		return this.retryAfter;
	}

	@Override
	public synchronized Throwable fillInStackTrace() {
		return this;
	}

}
