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
import java.util.Arrays;

import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt to connect failed, or a session ended.
 *
 * @param kind what follows from it
 * @param code what it is, machine-readable: a code of the protocol, or one of the
 * client's own such as {@code unreachable}
 * @param message what it is, for people
 * @param retryAfter the least time until the next attempt, or {@code null}
 * @param cause what was thrown, or {@code null}
 * @since 0.1.0
 */
public record ConnectFailure(Kind kind, String code, String message, @Nullable Duration retryAfter,
		@Nullable Throwable cause) {

	/**
	 * Create a failure without a time or a cause.
	 * @param kind what follows from it
	 * @param code what it is, machine-readable
	 * @param message what it is, for people
	 */
	public ConnectFailure(Kind kind, String code, String message) {
		this(kind, code, message, null, null);
	}

	/**
	 * Create the failure for a connection or subscription that the server has ended.
	 * @param closed what the server said
	 * @return the failure
	 */
	public static ConnectFailure of(ServerMessage.Closed closed) {
		CloseReason reason = reason(closed.code());
		String code = (reason != null) ? reason.code() : String.valueOf(closed.code());
		return new ConnectFailure(kind(reason, closed.retry()), code, "closed by the server: " + closed.reason());
	}

	/**
	 * Create the failure for a WebSocket that has ended.
	 * @param code the close code
	 * @param text the text of the close frame
	 * @return the failure
	 */
	public static ConnectFailure ofCloseCode(int code, String text) {
		CloseReason reason = reason(code);
		if (reason == null || reason == CloseReason.NORMAL) {
			return new ConnectFailure(Kind.BROKEN, "closed",
					"closed with " + code + (text.isEmpty() ? "" : ": " + text));
		}
		return new ConnectFailure(kind(reason, reason.retry()), reason.code(),
				"closed with " + code + ": " + (text.isEmpty() ? reason.text() : text));
	}

	/**
	 * Create the failure for a request that was answered with a problem of the protocol.
	 * @param status the HTTP status
	 * @param code the code of the problem
	 * @param detail what the server said, or {@code null}
	 * @param retryAfter the value of {@code Retry-After}, or {@code null}
	 * @return the failure
	 */
	public static ConnectFailure ofProblem(int status, String code, @Nullable String detail,
			@Nullable Duration retryAfter) {
		CloseReason reason = Arrays.stream(CloseReason.values())
			.filter((candidate) -> candidate.code().equals(code) && candidate.httpStatus() == status)
			// Broken frames have the same status and code, but come over WebSocket only
			.findFirst()
			.orElse(null);
		String message = "answered with " + status + ((detail != null) ? ": " + detail : "");
		return new ConnectFailure(kind(reason, reason == null || reason.retry()), code, message, retryAfter, null);
	}

	/**
	 * Create the failure for a request that was answered by something else than a push
	 * server.
	 * @param status the HTTP status
	 * @param retryAfter the value of {@code Retry-After}, or {@code null}
	 * @return the failure
	 */
	public static ConnectFailure ofStatus(int status, @Nullable Duration retryAfter) {
		return new ConnectFailure(Kind.BROKEN, "http_" + status,
				"answered with " + status + ", but not by a push server", retryAfter, null);
	}

	/**
	 * Create the failure for a server that tells the client to leave.
	 * @param goAway what the server said
	 * @return the failure
	 */
	public static ConnectFailure of(ServerMessage.GoAway goAway) {
		boolean expired = goAway.reason().equals(CloseReason.TOKEN_EXPIRED.code());
		return new ConnectFailure(expired ? Kind.TOKEN_EXPIRED : Kind.SENT_AWAY, goAway.reason(),
				"sent away by the server: " + goAway.reason(),
				Duration.ofMillis(Math.min(goAway.retryAfter(), Duration.ofDays(1).toMillis())), null);
	}

	private static @Nullable CloseReason reason(int closeCode) {
		for (CloseReason reason : CloseReason.values()) {
			if (reason.closeCode() == closeCode) {
				return reason;
			}
		}
		return null;
	}

	private static Kind kind(@Nullable CloseReason reason, boolean retry) {
		if (reason == CloseReason.TOKEN_EXPIRED) {
			return Kind.TOKEN_EXPIRED;
		}
		return retry ? Kind.BUSY : Kind.REFUSED;
	}

	@Override
	public String toString() {
		return this.code + ": " + this.message;
	}

	/**
	 * What follows from a failure.
	 */
	public enum Kind {

		/**
		 * The server refuses this client for good. There is no further attempt.
		 */
		REFUSED,

		/**
		 * The access token has ended. The client gets a new one, and connects anew at
		 * once.
		 */
		TOKEN_EXPIRED,

		/**
		 * The server has said when to come back.
		 */
		SENT_AWAY,

		/**
		 * The server cannot serve the client now.
		 */
		BUSY,

		/**
		 * No connection to the server could be made.
		 */
		UNREACHABLE,

		/**
		 * There was a connection, but it broke, nothing was heard over it any more, or
		 * something in front of the server answered.
		 */
		BROKEN,

		/**
		 * The transport does not work on the way to this server; another one may.
		 */
		UNFIT,

		/**
		 * The client itself has ended the session, and goes on at once.
		 */
		LEFT

	}

}
