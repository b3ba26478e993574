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

/**
 * Signalled to whoever waits for a session that will not come: the client was closed, or
 * the server refuses it for good.
 *
 * @since 0.1.0
 */
public final class PushClientClosedException extends RealtimePushException {

	private final transient ClientStatus status;

	PushClientClosedException(ClientStatus status) {
		super("the push client is closed: " + status.reason());
		this.status = status;
	}

	/**
	 * Return how the client ended.
	 * @return its last status
	 */
	public ClientStatus status() {
		return this.status;
	}

}
