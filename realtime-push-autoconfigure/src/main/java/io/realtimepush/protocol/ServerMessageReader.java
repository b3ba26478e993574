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

import java.util.LinkedHashSet;
import java.util.List;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks server messages. What the protocol requires must be there and be of
 * its type; fields that the protocol does not know are passed over. The length of a
 * message is bounded by whoever receives it.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class ServerMessageReader {

	private static final String POSITION = "'epoch', 'from' and 'version'";

	private ServerMessageReader() {
	}

	/**
	 * Read a message.
	 * @param utf8 the JSON text
	 * @param subscriptions the subscriptions of the client
	 * @return the message, {@link ServerMessage.Unknown} if its type is not known or its
	 * subscription is none of the client's
	 * @throws ProtocolViolationException if the text is no JSON object with a
	 * {@code type}, or a field is missing, of the wrong type or out of its bounds
	 */
	public static ServerMessage read(byte[] utf8, SubscriptionLookup subscriptions) {
		MessageFields fields = MessageFields.parse(utf8);
		String type = fields.text("type");
		String sub = fields.optionalText("sub");
		SubscriptionLookup.Subscribed subscribed = subscriptions.find(sub);
		if (subscribed == null) {
			return new ServerMessage.Unknown(type);
		}
		return switch (type) {
			case "welcome" -> welcome(fields, subscribed.position(), sub);
			case "snapshot" -> snapshot(fields, subscribed.flagSet(), sub);
			case "delta" -> new ServerMessage.Delta(delta(fields), sub);
			case "version" -> new ServerMessage.Version(position(fields), sub);
			case "heartbeat" -> new ServerMessage.Heartbeat(position(fields), sub);
			case "goaway" -> new ServerMessage.GoAway(fields.text("reason"), fields.millis("retryAfter"));
			case "closed" -> closed(fields, sub);
			case "error" ->
				new ServerMessage.Error(fields.text("code"), fields.text("message"), fields.flag("retry"), sub);
			case "response" -> response(fields);
			case "notification" -> new ServerMessage.Notification(fields.text("method"), fields.raw("payload"), sub);
			case "auth" -> new ServerMessage.Auth(fields.millis("expiresIn"));
			case "pong" -> new ServerMessage.Pong(fields.raw("t"));
			default -> new ServerMessage.Unknown(type);
		};
	}

	/**
	 * Read problem details.
	 * @param utf8 the JSON text
	 * @return the problem, or {@code null} if these are no problem details of this
	 * protocol
	 */
	public static @Nullable Problem readProblem(byte[] utf8) {
		try {
			MessageFields fields = MessageFields.parse(utf8);
			return new Problem(fields.text("code"), fields.optionalText("detail"));
		}
		catch (ProtocolViolationException ex) {
			return null;
		}
	}

	/**
	 * Read what is answered to a request for an access token.
	 * @param utf8 the JSON text
	 * @return the token and the advice
	 * @throws ProtocolViolationException if the text is no such answer
	 */
	public static AccessGrant readGrant(byte[] utf8) {
		MessageFields fields = MessageFields.parse(utf8);
		Double telemetry = fields.optionalNumber("telemetry");
		if (telemetry != null && !(telemetry >= 0 && telemetry <= 1)) {
			throw MessageFields.violation("'telemetry' must be between 0 and 1, but was " + telemetry);
		}
		return new AccessGrant(fields.text("token"), fields.millis("expiresIn"), fields.optionalMillis("heartbeat"),
				fields.optionalTexts("transports"), fields.optionalTexts("endpoints"),
				fields.optionalText("addressFamily"), telemetry);
	}

	private static ServerMessage welcome(MessageFields fields, @Nullable FlagPosition given, @Nullable String sub) {
		long protocol = fields.whole("protocol");
		if (protocol != MessageWriter.PROTOCOL_VERSION) {
			throw MessageFields
				.violation("'protocol' must be " + MessageWriter.PROTOCOL_VERSION + ", but was " + protocol);
		}
		SyncMode mode = SyncMode.ofWireName(fields.text("mode"));
		if (mode == null) {
			throw MessageFields.violation("'mode' must be delta, snapshot or notify");
		}
		boolean resumed = fields.flag("resumed");
		if (resumed && given == null) {
			throw MessageFields.violation("'resumed' must be false, because no position was given");
		}
		return new ServerMessage.Welcome(fields.text("session"), fields.millis("heartbeat"), mode,
				resumed ? given : null, sub);
	}

	private static ServerMessage snapshot(MessageFields fields, FlagSetId flagSet, @Nullable String sub) {
		FlagSet flags = MessageFields.checked("'flags'", () -> FlagSet.of(fields.values("flags")));
		boolean reset = fields.has("reset") && fields.flag("reset");
		return new ServerMessage.Snapshot(new FlagSnapshot(flagSet, position(fields), flags), reset, sub);
	}

	private static FlagDelta delta(MessageFields fields) {
		FlagPosition from = MessageFields.checked(POSITION,
				() -> new FlagPosition(fields.text("epoch"), fields.whole("from")));
		long version = fields.whole("version");
		FlagSet set = MessageFields.checked("'set'", () -> FlagSet.of(fields.values("set")));
		List<String> removed = fields.texts("removed");
		return MessageFields.checked("delta",
				() -> new FlagDelta(from, version, set.asMap(), new LinkedHashSet<>(removed)));
	}

	private static FlagPosition position(MessageFields fields) {
		return MessageFields.checked(POSITION, () -> new FlagPosition(fields.text("epoch"), fields.whole("version")));
	}

	private static ServerMessage closed(MessageFields fields, @Nullable String sub) {
		return new ServerMessage.Closed((int) Math.min(fields.whole("code"), Integer.MAX_VALUE), fields.text("reason"),
				fields.flag("retry"), sub);
	}

	private static ServerMessage response(MessageFields fields) {
		String id = fields.text("id");
		MessageFields error = fields.optionalFields("error");
		if (error != null) {
			return new ServerMessage.Response(id, FlagValue.NULL,
					new ServerMessage.RequestError(error.text("code"), error.text("message")));
		}
		return new ServerMessage.Response(id, fields.raw("payload"), null);
	}

}
