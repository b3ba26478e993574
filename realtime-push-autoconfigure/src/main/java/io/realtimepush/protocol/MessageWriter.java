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

import java.util.Collection;
import java.util.Map;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagValue;
import tools.jackson.core.JsonGenerator;

/**
 * Writes server messages, as JSON or in another {@link MessageEncoding}.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class MessageWriter {

	/**
	 * Version of the protocol that is spoken.
	 */
	public static final int PROTOCOL_VERSION = 1;

	private MessageWriter() {
	}

	/**
	 * Write a message.
	 * @param message the message
	 * @return its JSON on one line, in UTF-8
	 */
	public static byte[] write(ServerMessage message) {
		return write(message, MessageEncoding.JSON);
	}

	static byte[] write(ServerMessage message, MessageEncoding encoding) {
		return encoding.object((json) -> {
			json.writeStringProperty("type", message.type());
			if (message.sub() != null) {
				json.writeStringProperty("sub", message.sub());
			}
			writeFields(json, message, encoding);
		});
	}

	/**
	 * Write problem details (RFC 9457) with the code of the protocol.
	 * @param reason why the request is refused
	 * @param detail what is wrong, for a developer
	 * @return the JSON, in UTF-8
	 */
	public static byte[] writeProblem(CloseReason reason, String detail) {
		return MessageEncoding.JSON.object((json) -> {
			json.writeStringProperty("type", "about:blank");
			json.writeStringProperty("title", reason.text());
			json.writeNumberProperty("status", reason.httpStatus());
			json.writeStringProperty("detail", detail);
			json.writeStringProperty("code", reason.code());
			json.writeBooleanProperty("retry", reason.retry());
		});
	}

	/**
	 * Write what is answered to a request for an access token.
	 * @param grant the token and the advice
	 * @return the JSON on one line, in UTF-8
	 */
	public static byte[] writeGrant(AccessGrant grant) {
		return MessageEncoding.JSON.object((json) -> {
			json.writeStringProperty("token", grant.token());
			json.writeNumberProperty("expiresIn", grant.expiresIn());
			if (grant.heartbeat() != null) {
				json.writeNumberProperty("heartbeat", grant.heartbeat());
			}
			writeTexts(json, "transports", grant.transports());
			writeTexts(json, "endpoints", grant.endpoints());
			if (grant.addressFamily() != null) {
				json.writeStringProperty("addressFamily", grant.addressFamily());
			}
			if (grant.telemetry() != null) {
				json.writeNumberProperty("telemetry", grant.telemetry());
			}
		});
	}

	private static void writeFields(JsonGenerator json, ServerMessage message, MessageEncoding encoding) {
		if (message instanceof ServerMessage.Delta delta) {
			writeDelta(json, delta.delta(), encoding);
		}
		else if (message instanceof ServerMessage.Snapshot snapshot) {
			writePosition(json, snapshot.snapshot().position());
			if (snapshot.reset()) {
				json.writeBooleanProperty("reset", true);
			}
			writeFlags(json, "flags", snapshot.snapshot().flags().asMap(), encoding);
		}
		else if (message instanceof ServerMessage.Heartbeat heartbeat) {
			writePosition(json, heartbeat.position());
		}
		else if (message instanceof ServerMessage.Version version) {
			writePosition(json, version.position());
		}
		else if (message instanceof ServerMessage.Welcome welcome) {
			json.writeNumberProperty("protocol", PROTOCOL_VERSION);
			json.writeStringProperty("session", welcome.session());
			json.writeNumberProperty("heartbeat", welcome.heartbeat());
			json.writeStringProperty("mode", welcome.mode().wireName());
			json.writeBooleanProperty("resumed", welcome.resumed() != null);
		}
		else if (message instanceof ServerMessage.GoAway goAway) {
			json.writeStringProperty("reason", goAway.reason());
			json.writeNumberProperty("retryAfter", goAway.retryAfter());
		}
		else if (message instanceof ServerMessage.Closed closed) {
			json.writeNumberProperty("code", closed.code());
			json.writeStringProperty("reason", closed.reason());
			json.writeBooleanProperty("retry", closed.retry());
		}
		else if (message instanceof ServerMessage.Error error) {
			json.writeStringProperty("code", error.code());
			json.writeStringProperty("message", error.message());
			json.writeBooleanProperty("retry", error.retry());
		}
		else if (message instanceof ServerMessage.Response response) {
			writeResponse(json, response, encoding);
		}
		else if (message instanceof ServerMessage.Notification notification) {
			json.writeStringProperty("method", notification.method());
			writeValue(json, "payload", notification.payload(), encoding);
		}
		else if (message instanceof ServerMessage.Auth auth) {
			json.writeNumberProperty("expiresIn", auth.expiresIn());
		}
		else if (message instanceof ServerMessage.Pong pong) {
			writeValue(json, "t", pong.t(), encoding);
		}
	}

	private static void writeResponse(JsonGenerator json, ServerMessage.Response response, MessageEncoding encoding) {
		json.writeStringProperty("id", response.id());
		ServerMessage.RequestError error = response.error();
		if (error == null) {
			writeValue(json, "payload", response.payload(), encoding);
			return;
		}
		json.writeName("error");
		json.writeStartObject();
		json.writeStringProperty("code", error.code());
		json.writeStringProperty("message", error.message());
		json.writeEndObject();
	}

	private static void writeDelta(JsonGenerator json, FlagDelta delta, MessageEncoding encoding) {
		json.writeStringProperty("epoch", delta.from().epoch());
		json.writeNumberProperty("from", delta.from().version());
		json.writeNumberProperty("version", delta.version());
		writeFlags(json, "set", delta.set(), encoding);
		writeTexts(json, "removed", delta.removed());
	}

	private static void writePosition(JsonGenerator json, FlagPosition position) {
		json.writeStringProperty("epoch", position.epoch());
		json.writeNumberProperty("version", position.version());
	}

	private static void writeFlags(JsonGenerator json, String name, Map<String, FlagValue> flags,
			MessageEncoding encoding) {
		json.writeName(name);
		json.writeStartObject(null, flags.size());
		flags.forEach((key, value) -> writeValue(json, key, value, encoding));
		json.writeEndObject();
	}

	private static void writeTexts(JsonGenerator json, String name, Collection<String> texts) {
		json.writeName(name);
		json.writeStartArray(null, texts.size());
		texts.forEach(json::writeString);
		json.writeEndArray();
	}

	private static void writeValue(JsonGenerator json, String name, FlagValue value, MessageEncoding encoding) {
		json.writeName(name);
		encoding.writeValue(json, value);
	}

}
