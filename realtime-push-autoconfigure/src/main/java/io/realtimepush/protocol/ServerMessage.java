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

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;

/**
 * A message from server to client. {@code sub} names the further subscription it belongs
 * to, {@code null} the first one.
 *
 * @since 0.1.0
 */
public sealed interface ServerMessage {

	/**
	 * Return the value of {@code type} on the wire.
	 * @return the type
	 */
	String type();

	/**
	 * Return the subscription that the message belongs to.
	 * @return the name of a further subscription, or {@code null}
	 */
	default @Nullable String sub() {
		return null;
	}

	/**
	 * First message of a session and of each further subscription.
	 *
	 * @param session opaque id of the session
	 * @param heartbeat the heartbeat interval in force, in milliseconds
	 * @param mode what is sent when the flag set changes
	 * @param resumed the position that the client gave and that is continued, or
	 * {@code null}
	 * @param sub the further subscription
	 */
	record Welcome(String session, long heartbeat, SyncMode mode, @Nullable FlagPosition resumed,
			@Nullable String sub) implements ServerMessage {

		@Override
		public String type() {
			return "welcome";
		}

	}

	/**
	 * The whole flag set.
	 *
	 * @param snapshot the flags and their position
	 * @param reset whether the client takes it even if it is at a higher version
	 * @param sub the further subscription
	 */
	record Snapshot(FlagSnapshot snapshot, boolean reset, @Nullable String sub) implements ServerMessage {

		@Override
		public String type() {
			return "snapshot";
		}

	}

	/**
	 * What has changed between two versions.
	 *
	 * @param delta the changes
	 * @param sub the further subscription
	 */
	record Delta(FlagDelta delta, @Nullable String sub) implements ServerMessage {

		@Override
		public String type() {
			return "delta";
		}

	}

	/**
	 * The new position, for {@link SyncMode#NOTIFY}.
	 *
	 * @param position the position to pull
	 * @param sub the further subscription
	 */
	record Version(FlagPosition position, @Nullable String sub) implements ServerMessage {

		@Override
		public String type() {
			return "version";
		}

	}

	/**
	 * Nothing has been sent for a heartbeat interval.
	 *
	 * @param position the last position sent on this subscription
	 * @param sub the further subscription
	 */
	record Heartbeat(FlagPosition position, @Nullable String sub) implements ServerMessage {

		@Override
		public String type() {
			return "heartbeat";
		}

	}

	/**
	 * Leave, and come back later.
	 *
	 * @param reason why, machine-readable
	 * @param retryAfter when to come back, in milliseconds
	 */
	record GoAway(String reason, long retryAfter) implements ServerMessage {

		public GoAway(CloseReason reason, long retryAfter) {
			this(reason.code(), retryAfter);
		}

		@Override
		public String type() {
			return "goaway";
		}

	}

	/**
	 * A subscription has ended, or the stream will with this message.
	 *
	 * @param code why, as a WebSocket close code; see {@link CloseReason#closeCode()}
	 * @param reason why, for a developer
	 * @param retry whether the client should come back
	 * @param sub the further subscription
	 */
	record Closed(int code, String reason, boolean retry, @Nullable String sub) implements ServerMessage {

		public Closed(CloseReason reason, @Nullable String sub) {
			this(reason.closeCode(), reason.text(), reason.retry(), sub);
		}

		@Override
		public String type() {
			return "closed";
		}

	}

	/**
	 * A message of the client was refused; the connection stays.
	 *
	 * @param code what is wrong, machine-readable
	 * @param message what is wrong, for a developer
	 * @param retry whether to try again later
	 * @param sub the further subscription
	 */
	record Error(String code, String message, boolean retry, @Nullable String sub) implements ServerMessage {

		@Override
		public String type() {
			return "error";
		}

	}

	/**
	 * Answer to a {@code request}: either a payload or an error.
	 *
	 * @param id the id of the request
	 * @param payload the result, JSON {@code null} if there is none
	 * @param error why the request failed, or {@code null} if it succeeded
	 */
	record Response(String id, FlagValue payload, @Nullable RequestError error) implements ServerMessage {

		@Override
		public String type() {
			return "response";
		}

	}

	/**
	 * Something that the server app tells clients that have registered for it.
	 *
	 * @param method what it is about
	 * @param payload what is told, JSON {@code null} if there is nothing more
	 * @param sub the further subscription
	 */
	record Notification(String method, FlagValue payload, @Nullable String sub) implements ServerMessage {

		@Override
		public String type() {
			return "notification";
		}

	}

	/**
	 * The session's token was renewed.
	 *
	 * @param expiresIn how long the new token lasts, in milliseconds
	 */
	record Auth(long expiresIn) implements ServerMessage {

		@Override
		public String type() {
			return "auth";
		}

	}

	/**
	 * Answer to a {@code ping}.
	 *
	 * @param t what the ping carried
	 */
	record Pong(FlagValue t) implements ServerMessage {

		@Override
		public String type() {
			return "pong";
		}

	}

	/**
	 * A message that this client does not know, or that is about a subscription which it
	 * does not have.
	 *
	 * @param type the type
	 */
	record Unknown(String type) implements ServerMessage {

	}

	/**
	 * Why a request failed.
	 *
	 * @param code what is wrong, machine-readable
	 * @param message what is wrong, for a developer
	 */
	record RequestError(String code, String message) {

	}

}
