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

package io.realtimepush.protocol;

/**
 * Why a connection, a subscription or a request ends: as WebSocket close code, as HTTP
 * status with a machine-readable code, and whether the client should come back.
 *
 * @since 0.1.0
 */
public enum CloseReason {

	/**
	 * The client left, or ended the subscription.
	 */
	NORMAL(1000, 200, "normal", false, "closed by the client"),

	/**
	 * A message or an option was not understood.
	 */
	BAD_REQUEST(4400, 400, "bad_request", false, "message or option not understood"),

	/**
	 * A request carries more than one credential.
	 */
	SEVERAL_CREDENTIALS(4400, 400, "several_credentials", false, "more than one credential"),

	/**
	 * A server key stands in a URL, where it would be logged.
	 */
	SERVER_KEY_IN_URL(4400, 400, "server_key_in_url", false, "a server key must not be sent in a URL"),

	/**
	 * The credential is missing, unknown or revoked.
	 */
	UNAUTHORIZED(4401, 401, "unauthorized", false, "credential missing, unknown or revoked"),

	/**
	 * The access token has ended; a new one helps.
	 */
	TOKEN_EXPIRED(4402, 401, "token_expired", true, "access token expired"),

	/**
	 * The key may not be used from the origin of the request.
	 */
	ORIGIN(4403, 403, "origin", false, "origin not allowed for this key"),

	/**
	 * An interceptor of the app refused the login.
	 */
	FORBIDDEN(4403, 403, "forbidden", false, "not allowed for this key"),

	/**
	 * No {@code hello} came in time.
	 */
	HANDSHAKE_TIMEOUT(4408, 408, "handshake_timeout", true, "no hello in time"),

	/**
	 * A newer session of the same instance has taken over.
	 */
	SUPERSEDED(4409, 409, "superseded", false, "superseded by a newer session of this instance"),

	/**
	 * A message or body is larger than the limit.
	 */
	TOO_LARGE(1009, 413, "too_large", false, "larger than the limit"),

	/**
	 * A WebSocket frame is broken.
	 */
	PROTOCOL_ERROR(1002, 400, "bad_request", true, "broken frame"),

	/**
	 * A text message is not UTF-8.
	 */
	NOT_UTF8(1007, 400, "bad_request", true, "text is not UTF-8"),

	/**
	 * A fault of the server. The client learns no detail.
	 */
	INTERNAL(4500, 500, "internal", true, "internal error"),

	/**
	 * The server is leaving.
	 */
	DRAINING(4503, 503, "draining", true, "server is draining"),

	/**
	 * The flag set has not been loaded yet.
	 */
	NOT_READY(4503, 503, "not_ready", true, "flag set is not loaded yet"),

	/**
	 * The socket took no byte for too long while data waited.
	 */
	SLOW(4508, 503, "slow", true, "took no byte while data waited"),

	/**
	 * Too many connections, connects or messages.
	 */
	TOO_MANY(4529, 429, "too_many", true, "too many connections or messages"),

	/**
	 * There is no such endpoint.
	 */
	NOT_FOUND(4400, 404, "not_found", false, "no such endpoint"),

	/**
	 * The endpoint does not know the HTTP method.
	 */
	METHOD_NOT_ALLOWED(4400, 405, "method_not_allowed", false, "method not allowed");

	private final int closeCode;

	private final int httpStatus;

	private final String code;

	private final boolean retry;

	private final String text;

	CloseReason(int closeCode, int httpStatus, String code, boolean retry, String text) {
		this.closeCode = closeCode;
		this.httpStatus = httpStatus;
		this.code = code;
		this.retry = retry;
		this.text = text;
	}

	/**
	 * Return the WebSocket close code, which is the {@code code} of a {@code closed}
	 * message too.
	 * @return the close code
	 */
	public int closeCode() {
		return this.closeCode;
	}

	/**
	 * Return the status of an HTTP answer.
	 * @return the HTTP status
	 */
	public int httpStatus() {
		return this.httpStatus;
	}

	/**
	 * Return the code in problem details and {@code error} messages.
	 * @return the machine-readable code
	 */
	public String code() {
		return this.code;
	}

	/**
	 * Return whether the client should come back.
	 * @return whether to come back
	 */
	public boolean retry() {
		return this.retry;
	}

	/**
	 * Return the text of the close frame.
	 * @return the text, shorter than the 123 bytes that a close frame holds
	 */
	public String text() {
		return this.text;
	}

}
