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

package io.realtimepush.transport.engineio;

/**
 * Refusals of requests, as the protocol's reference words them.
 */
enum EngineError {

	UNKNOWN_TRANSPORT(0, "Transport unknown", 400),

	UNKNOWN_SESSION(1, "Session ID unknown", 400),

	BAD_HANDSHAKE_METHOD(2, "Bad handshake method", 400),

	BAD_REQUEST(3, "Bad request", 400),

	UNAVAILABLE(4, "Server takes no more sessions", 503),

	TOO_MANY(4, "Too many connections", 429),

	UNSUPPORTED_VERSION(5, "Unsupported protocol version", 400),

	TOO_LARGE(3, "Payload too large", 413),

	TIMED_OUT(3, "Request timeout", 408);

	private final int code;

	private final String message;

	private final int status;

	EngineError(int code, String message, int status) {
		this.code = code;
		this.message = message;
		this.status = status;
	}

	int status() {
		return this.status;
	}

	String message() {
		return this.message;
	}

	/** Whether nothing more is read of a body. */
	boolean isOfTheBody() {
		return this == TOO_LARGE || this == TIMED_OUT;
	}

	String json() {
		return "{\"code\":" + this.code + ",\"message\":\"" + this.message + "\"}";
	}

	EngineRefusalException refusal() {
		return new EngineRefusalException(this);
	}

	/**
	 * A request is answered with an error.
	 */
	static final class EngineRefusalException extends RuntimeException {

		private final EngineError error;

		private EngineRefusalException(EngineError error) {
			super(error.message, null, false, false);
			this.error = error;
		}

		EngineError error() {
			return this.error;
		}

	}

}
