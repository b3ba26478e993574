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

import java.util.List;

import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes client messages, as JSON or in another {@link MessageEncoding}. What is
 * {@code null} is left out.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class ClientMessageWriter {

	private ClientMessageWriter() {
	}

	/**
	 * Write a message.
	 * @param message the message
	 * @return its JSON on one line, in UTF-8
	 */
	public static byte[] write(ClientMessage message) {
		return write(message, MessageEncoding.JSON);
	}

	static byte[] write(ClientMessage message, MessageEncoding encoding) {
		return encoding.object((json) -> writeFields(json, message, encoding));
	}

	/**
	 * Write the body of an acknowledgement that goes by HTTP.
	 * @param session the session, or {@code null} if the instance says who it is
	 * @param instance the instance, or {@code null} if the session says who it is
	 * @param ack the acknowledgement
	 * @return its JSON, in UTF-8
	 */
	public static byte[] writeAck(@Nullable String session, @Nullable String instance, ClientMessage.Ack ack) {
		return MessageEncoding.JSON.object((json) -> {
			writeText(json, "session", session);
			writeText(json, "instance", instance);
			writeAck(json, ack);
		});
	}

	private static void writeFields(JsonGenerator json, ClientMessage message, MessageEncoding encoding) {
		if (message instanceof ClientMessage.Hello hello) {
			writeHello(json, hello);
		}
		else if (message instanceof ClientMessage.Subscribe subscribe) {
			writeType(json, "subscribe", subscribe.sub());
			json.writeStringProperty("key", subscribe.key());
			writeOptions(json, subscribe.options());
		}
		else if (message instanceof ClientMessage.Unsubscribe unsubscribe) {
			writeType(json, "unsubscribe", unsubscribe.sub());
		}
		else if (message instanceof ClientMessage.Resync resync) {
			writeType(json, "resync", resync.sub());
			writeText(json, "position", (resync.position() != null) ? resync.position().toString() : null);
		}
		else if (message instanceof ClientMessage.Ack ack) {
			writeType(json, "ack", ack.sub());
			writeAck(json, ack);
		}
		else if (message instanceof ClientMessage.Request request) {
			writeType(json, "request", null);
			json.writeStringProperty("id", request.id());
			json.writeStringProperty("method", request.method());
			writeValue(json, "payload", request.payload(), encoding);
		}
		else if (message instanceof ClientMessage.Register register) {
			writeType(json, "register", null);
			json.writeStringProperty("method", register.method());
		}
		else if (message instanceof ClientMessage.Unregister unregister) {
			writeType(json, "unregister", null);
			json.writeStringProperty("method", unregister.method());
		}
		else if (message instanceof ClientMessage.Auth auth) {
			writeType(json, "auth", null);
			json.writeStringProperty("token", auth.token());
		}
		else if (message instanceof ClientMessage.Ping ping) {
			writeType(json, "ping", null);
			writeValue(json, "t", ping.t(), encoding);
		}
		else if (message instanceof ClientMessage.Unknown unknown) {
			writeType(json, unknown.type(), null);
		}
	}

	private static void writeHello(JsonGenerator json, ClientMessage.Hello hello) {
		writeType(json, "hello", null);
		json.writeStringProperty("key", hello.key());
		writeOptions(json, hello.options());
		if (hello.heartbeat() != null) {
			json.writeNumberProperty("heartbeat", hello.heartbeat());
		}
		ClientMessage.ClientInfo client = hello.client();
		if (client == null) {
			return;
		}
		json.writeName("client");
		json.writeStartObject();
		writeText(json, "instance", client.instance());
		writeText(json, "sdk", client.sdk());
		json.writeName("labels");
		json.writeStartObject();
		client.labels().forEach(json::writeStringProperty);
		json.writeEndObject();
		json.writeEndObject();
	}

	private static void writeType(JsonGenerator json, String type, @Nullable String sub) {
		json.writeStringProperty("type", type);
		writeText(json, "sub", sub);
	}

	private static void writeOptions(JsonGenerator json, ClientMessage.Options options) {
		writeText(json, "position", (options.position() != null) ? options.position().toString() : null);
		writeText(json, "mode", (options.mode() != null) ? options.mode().wireName() : null);
		List<String> flags = options.flags();
		if (flags != null) {
			json.writeName("flags");
			json.writeStartArray();
			flags.forEach(json::writeString);
			json.writeEndArray();
		}
		String user = options.user();
		if (user != null && user.startsWith("{")) {
			json.writeName("user");
			json.writeRawValue(user);
		}
		else {
			writeText(json, "user", user);
		}
	}

	private static void writeAck(JsonGenerator json, ClientMessage.Ack ack) {
		json.writeStringProperty("epoch", ack.position().epoch());
		json.writeNumberProperty("version", ack.position().version());
		json.writeStringProperty("status", ack.applied() ? "applied" : "failed");
		if (ack.took() != null) {
			json.writeNumberProperty("took", ack.took());
		}
		writeText(json, "error", ack.error());
		if (ack.clients() > 1) {
			json.writeNumberProperty("clients", ack.clients());
		}
	}

	private static void writeText(JsonGenerator json, String name, @Nullable String value) {
		if (value != null) {
			json.writeStringProperty(name, value);
		}
	}

	private static void writeValue(JsonGenerator json, String name, FlagValue value, MessageEncoding encoding) {
		json.writeName(name);
		encoding.writeValue(json, value);
	}

}
