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

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and checks client messages. What a client sends is bounded by the transport's
 * limit before it comes here, and in depth and counts here.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class MessageReader {

	/**
	 * Most flag keys or patterns of one subscription.
	 */
	public static final int MAX_PATTERNS = 100;

	/**
	 * Longest credential, in characters. An access token is longer than a key.
	 */
	public static final int MAX_CREDENTIAL_LENGTH = 4096;

	/**
	 * Shortest instance, in characters.
	 */
	public static final int MIN_INSTANCE_LENGTH = 16;

	private static final int MAX_DEPTH = 16;

	private static final int MAX_NAME_LENGTH = 64;

	private static final int MAX_METHOD_LENGTH = 128;

	private static final int MAX_INSTANCE_LENGTH = 128;

	private static final int MAX_LABELS = 16;

	private static final int MAX_TEXT_LENGTH = 1024;

	private static final JsonMapper JSON = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(
					StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxNumberLength(100).build())
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private MessageReader() {
	}

	/**
	 * Decode a text message.
	 * @param utf8 the bytes of the message
	 * @return the text
	 * @throws ProtocolViolationException if the bytes are not UTF-8
	 */
	public static String decode(ByteBuffer utf8) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
		}
		catch (CharacterCodingException ex) {
			throw new ProtocolViolationException(CloseReason.NOT_UTF8, "message is not UTF-8");
		}
	}

	/**
	 * Read a message.
	 * @param text the JSON text
	 * @return the message, {@link ClientMessage.Unknown} if its type is not known
	 * @throws ProtocolViolationException if the text is no JSON object with a
	 * {@code type}, or a field is missing, of the wrong type or out of its bounds
	 */
	public static ClientMessage read(String text) {
		Fields fields = new Fields(parse(text));
		String type = fields.requiredText("type", 1, MAX_TEXT_LENGTH);
		return switch (type) {
			case "hello" -> new ClientMessage.Hello(fields.credential(), fields.options(), fields.millis("heartbeat"),
					fields.client());
			case "subscribe" -> new ClientMessage.Subscribe(fields.requiredText("sub", 1, MAX_NAME_LENGTH),
					fields.credential(), fields.options());
			case "unsubscribe" -> new ClientMessage.Unsubscribe(fields.requiredText("sub", 1, MAX_NAME_LENGTH));
			case "resync" -> new ClientMessage.Resync(fields.position(), fields.text("sub", 1, MAX_NAME_LENGTH));
			case "ack" -> ack(fields);
			case "request" -> request(fields);
			case "register" -> new ClientMessage.Register(fields.requiredText("method", 1, MAX_METHOD_LENGTH));
			case "unregister" -> new ClientMessage.Unregister(fields.requiredText("method", 1, MAX_METHOD_LENGTH));
			case "auth" -> new ClientMessage.Auth(fields.requiredText("token", 1, MAX_CREDENTIAL_LENGTH));
			case "ping" -> new ClientMessage.Ping(fields.raw("t"));
			default -> new ClientMessage.Unknown(type.substring(0, Math.min(type.length(), MAX_NAME_LENGTH)));
		};
	}

	/**
	 * Read the body of an acknowledgement that comes by HTTP.
	 * @param text the JSON text, without a {@code type}
	 * @return the acknowledgement
	 * @throws ProtocolViolationException if the text is no acknowledgement, or names
	 * neither session nor instance
	 */
	public static ClientMessage.Ack readAck(String text) {
		Fields fields = new Fields(parse(text));
		String session = fields.text("session", 1, MAX_INSTANCE_LENGTH);
		String instance = fields.text("instance", MIN_INSTANCE_LENGTH, MAX_INSTANCE_LENGTH);
		if (session == null && instance == null) {
			throw violation("'session' or 'instance' is missing");
		}
		return ack(fields);
	}

	/**
	 * Read the body of a request that comes by HTTP.
	 * @param text the JSON text of the message
	 * @return the request
	 * @throws ProtocolViolationException if the text is no {@code request}
	 */
	public static ClientMessage.Request readRequest(String text) {
		Fields fields = new Fields(parse(text));
		if (!fields.requiredText("type", 1, MAX_TEXT_LENGTH).equals("request")) {
			throw violation("'type' must be request");
		}
		return request(fields);
	}

	private static ClientMessage.Request request(Fields fields) {
		return new ClientMessage.Request(fields.requiredText("id", 1, MAX_NAME_LENGTH),
				fields.requiredText("method", 1, MAX_METHOD_LENGTH), fields.raw("payload"));
	}

	private static ClientMessage.Ack ack(Fields fields) {
		String status = fields.requiredText("status", 1, MAX_NAME_LENGTH);
		if (!status.equals("applied") && !status.equals("failed")) {
			throw violation("'status' must be applied or failed");
		}
		String epoch = fields.requiredText("epoch", 1, MAX_NAME_LENGTH);
		return new ClientMessage.Ack(fields.positionOf(epoch, fields.requiredInteger("version")),
				status.equals("applied"), fields.millis("took"), fields.text("error", 0, MAX_TEXT_LENGTH),
				fields.text("sub", 1, MAX_NAME_LENGTH), fields.clients());
	}

	private static JsonNode parse(String text) {
		JsonNode node;
		try {
			node = JSON.readTree(text);
		}
		catch (JacksonException ex) {
			throw violation("message is not JSON, repeats a field, or is nested deeper than " + MAX_DEPTH + " levels");
		}
		if (!node.isObject()) {
			throw violation("message must be a JSON object");
		}
		return node;
	}

	/**
	 * Check patterns that came from a client.
	 * @param patterns flag keys or patterns
	 * @return the filter they make
	 * @throws ProtocolViolationException if there are too many or one is not valid
	 */
	public static FlagFilter filter(List<String> patterns) {
		if (patterns.size() > MAX_PATTERNS) {
			throw violation("'flags' must have at most " + MAX_PATTERNS + " patterns, but has " + patterns.size());
		}
		try {
			return FlagFilter.of(patterns);
		}
		catch (IllegalArgumentException ex) {
			throw violation("'flags': " + ex.getMessage());
		}
	}

	/**
	 * Check an instance name.
	 * @param instance the name
	 * @return the name
	 * @throws ProtocolViolationException if its length is not between 16 and 128
	 */
	public static String instance(String instance) {
		return checkLength("instance", instance, MIN_INSTANCE_LENGTH, MAX_INSTANCE_LENGTH);
	}

	private static String checkLength(String name, String value, int min, int max) {
		if (value.length() < min || value.length() > max) {
			throw violation("'%s' must have %d to %d characters, but has %d".formatted(name, min, max, value.length()));
		}
		return value;
	}

	private static ProtocolViolationException violation(String message) {
		return new ProtocolViolationException(CloseReason.BAD_REQUEST, message);
	}

	/**
	 * Typed access to the fields of a message. JSON {@code null} counts as absent.
	 */
	private record Fields(JsonNode node) {

		@Nullable JsonNode get(String name) {
			JsonNode value = this.node.get(name);
			return (value == null || value.isNull()) ? null : value;
		}

		@Nullable String text(String name, int min, int max) {
			JsonNode value = get(name);
			if (value == null) {
				return null;
			}
			if (!value.isString()) {
				throw violation("'" + name + "' must be a string");
			}
			return checkLength(name, value.stringValue(), min, max);
		}

		String requiredText(String name, int min, int max) {
			String value = text(name, min, max);
			if (value == null) {
				throw violation("'" + name + "' is missing");
			}
			return value;
		}

		String credential() {
			return requiredText("key", 1, MAX_CREDENTIAL_LENGTH);
		}

		@Nullable Long millis(String name) {
			JsonNode value = get(name);
			if (value == null) {
				return null;
			}
			if (!value.isIntegralNumber() || value.bigIntegerValue().signum() < 0) {
				throw violation("'" + name + "' must be a whole number of milliseconds, at least 0");
			}
			// What is too large is cut to the range anyway
			return value.canConvertToLong() ? value.longValue() : Long.MAX_VALUE;
		}

		long requiredInteger(String name) {
			JsonNode value = get(name);
			if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
				throw violation("'" + name + "' must be a whole number");
			}
			return value.longValue();
		}

		int clients() {
			if (get("clients") == null) {
				return 1;
			}
			long count = requiredInteger("clients");
			if (count < 1 || count > ClientMessage.Ack.MAX_CLIENTS) {
				throw violation("'clients' must be between 1 and " + ClientMessage.Ack.MAX_CLIENTS);
			}
			return (int) count;
		}

		FlagPosition positionOf(String epoch, long version) {
			try {
				return new FlagPosition(epoch, version);
			}
			catch (IllegalArgumentException ex) {
				throw violation("'epoch' and 'version': " + ex.getMessage());
			}
		}

		@Nullable FlagPosition position() {
			String value = text("position", 1, MAX_NAME_LENGTH);
			try {
				return (value != null) ? FlagPosition.parse(value) : null;
			}
			catch (IllegalArgumentException ex) {
				throw violation("'position' must be '<epoch>:<version>'");
			}
		}

		ClientMessage.Options options() {
			String mode = text("mode", 1, MAX_NAME_LENGTH);
			SyncMode syncMode = (mode != null) ? SyncMode.ofWireName(mode) : null;
			if (mode != null && syncMode == null) {
				throw violation("'mode' must be delta, snapshot or notify");
			}
			return new ClientMessage.Options(position(), syncMode, patterns(), user());
		}

		@Nullable String user() {
			JsonNode value = get("user");
			if (value == null) {
				return null;
			}
			if (!value.isString() && !value.isObject()) {
				throw violation("'user' must be an object, or a string with Base64 of one");
			}
			return value.isString() ? value.stringValue() : value.toString();
		}

		@Nullable List<String> patterns() {
			JsonNode value = get("flags");
			if (value == null) {
				return null;
			}
			if (!value.isArray()) {
				throw violation("'flags' must be an array of strings");
			}
			List<String> patterns = new ArrayList<>();
			for (JsonNode pattern : value) {
				if (!pattern.isString()) {
					throw violation("'flags' must be an array of strings");
				}
				patterns.add(pattern.stringValue());
			}
			filter(patterns);
			return patterns;
		}

		ClientMessage.@Nullable ClientInfo client() {
			JsonNode value = get("client");
			if (value == null) {
				return null;
			}
			if (!value.isObject()) {
				throw violation("'client' must be an object");
			}
			Fields client = new Fields(value);
			return new ClientMessage.ClientInfo(client.text("instance", MIN_INSTANCE_LENGTH, MAX_INSTANCE_LENGTH),
					client.text("sdk", 1, MAX_INSTANCE_LENGTH), client.labels());
		}

		Map<String, String> labels() {
			JsonNode value = get("labels");
			if (value == null) {
				return Map.of();
			}
			if (!value.isObject() || value.size() > MAX_LABELS) {
				throw violation("'labels' must be an object of at most " + MAX_LABELS + " strings");
			}
			Fields fields = new Fields(value);
			Map<String, String> labels = new LinkedHashMap<>();
			for (String name : value.propertyNames()) {
				checkLength("labels", name, 1, MAX_NAME_LENGTH);
				labels.put(name, fields.requiredText(name, 0, MAX_INSTANCE_LENGTH));
			}
			return labels;
		}

		FlagValue raw(String name) {
			JsonNode value = this.node.get(name);
			try {
				return (value != null) ? FlagValue.ofJson(JSON.writeValueAsString(value)) : FlagValue.NULL;
			}
			catch (IllegalArgumentException | JacksonException ex) {
				throw violation("'" + name + "' is no text that can be sent back");
			}
		}

	}

}
