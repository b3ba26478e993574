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
 * Signalled when a request to the server app has no result.
 *
 * @since 0.1.0
 */
public final class PushRequestException extends RealtimePushException {

	/**
	 * Code of a request that was not answered in time.
	 */
	public static final String TIMEOUT = "request_timeout";

	/**
	 * Code of a request whose session ended before the answer came. It may have been
	 * carried out.
	 */
	public static final String CONNECTION_LOST = "connection_lost";

	/**
	 * Code of a request that was not sent, because too many are waiting.
	 */
	public static final String TOO_MANY = "too_many";

	/**
	 * Code of a request that was not sent, because the client is closed.
	 */
	public static final String CLOSED = "closed";

	/**
	 * Code of an answer that does not fit the type that was asked for.
	 */
	public static final String BAD_PAYLOAD = "bad_payload";

	private final String method;

	private final String code;

	PushRequestException(String method, String code, String message, @Nullable Throwable cause) {
		super("request '" + method + "' failed with " + code + ": " + message, cause);
		this.method = method;
		this.code = code;
	}

	/**
	 * Return the method that was called.
	 * @return the method
	 */
	public String method() {
		return this.method;
	}

	/**
	 * Return what is wrong, machine-readable.
	 * @return a code of this class, or one of the server
	 */
	public String code() {
		return this.code;
	}

}
