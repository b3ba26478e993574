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

import io.realtimepush.flags.RealtimePushException;

/**
 * A request of a client cannot be answered. Code and message are sent to the client.
 *
 * @since 0.1.0
 */
public class ClientRequestException extends RealtimePushException {

	private final String code;

	/**
	 * Refuse a request.
	 * @param code what is wrong, machine-readable
	 * @param message what is wrong, for a developer
	 */
	public ClientRequestException(String code, String message) {
		super(message);
		this.code = code;
	}

	/**
	 * Return what is wrong.
	 * @return the code that the client is told
	 */
	public String code() {
		return this.code;
	}

}
