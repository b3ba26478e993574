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

package io.realtimepush.transport.socketio;

import io.realtimepush.flags.RealtimePushException;
import org.jspecify.annotations.Nullable;

/**
 * A client may not connect to a namespace. It is told the message and the data.
 *
 * @since 0.1.0
 */
public final class ConnectRefusedException extends RealtimePushException {

	private final transient @Nullable Object data;

	/**
	 * Create a refusal.
	 * @param message what the client is told
	 */
	public ConnectRefusedException(String message) {
		this(message, null);
	}

	/**
	 * Create a refusal with details.
	 * @param message what the client is told
	 * @param data details, to be written as JSON, or {@code null} if there are none
	 */
	public ConnectRefusedException(String message, @Nullable Object data) {
		super(message);
		this.data = data;
	}

	/**
	 * Return the details.
	 * @return the details, or {@code null} if there are none
	 */
	public @Nullable Object data() {
		return this.data;
	}

}
