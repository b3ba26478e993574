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

package io.realtimepush.transport.socketio;

import java.util.List;
import java.util.Set;

import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ProtocolViolationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BinaryNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one packet.
 */
final class PacketReader {

	static final int MAX_ATTACHMENTS = 10;

	static final String MAIN = "/";

	/** Names of events that only the library itself may use. */
	static final Set<String> RESERVED = Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener",
			"removeListener");

	/** As many digits as every language takes for a number. */
	private static final int MAX_DIGITS = 15;

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private final String text;

	private int at;

	private PacketReader(String text) {
		this.text = text;
	}

	/**
	 * Read a packet.
	 * @param text the packet, without its attachments
	 * @return the packet
	 * @throws ProtocolViolationException if it is none that a client may send
	 */
	static Packet read(String text) {
		return new PacketReader(text).read();
	}

	static ProtocolViolationException malformed(String message) {
		return new ProtocolViolationException(CloseReason.PROTOCOL_ERROR, message);
	}

	private Packet read() {
		PacketType type = type();
		int attachments = type.isBinary() ? attachments() : 0;
		String namespace = namespace();
		long id = isDigit() ? number() : Packet.WITHOUT_ID;
		JsonNode data = (this.at < this.text.length()) ? parse(this.text.substring(this.at)) : null;
		check(type, id, data);
		return new Packet(type, namespace, id, data, attachments, this.text.length());
	}

	private PacketType type() {
		int ordinal = this.text.isEmpty() ? -1 : this.text.charAt(0) - '0';
		if (ordinal < 0 || ordinal >= PacketType.ALL.length) {
			throw malformed("the type of a packet is not known");
		}
		this.at = 1;
		return PacketType.ALL[ordinal];
	}

	private int attachments() {
		if (!isDigit()) {
			throw malformed("a binary packet does not tell how many attachments follow");
		}
		long count = number();
		if (this.at >= this.text.length() || this.text.charAt(this.at) != '-' || count > MAX_ATTACHMENTS) {
			throw malformed("a packet has at most " + MAX_ATTACHMENTS + " attachments, a number before a dash");
		}
		this.at++;
		return (int) count;
	}

	private String namespace() {
		if (this.at >= this.text.length() || this.text.charAt(this.at) != '/') {
			return MAIN;
		}
		int comma = this.text.indexOf(',', this.at);
		int end = (comma >= 0) ? comma : this.text.length();
		String name = this.text.substring(this.at, end);
		this.at = (comma >= 0) ? end + 1 : end;
		return name;
	}

	private boolean isDigit() {
		return this.at < this.text.length() && this.text.charAt(this.at) >= '0' && this.text.charAt(this.at) <= '9';
	}

	private long number() {
		int start = this.at;
		while (isDigit()) {
			this.at++;
		}
		if (this.at - start > MAX_DIGITS) {
			throw malformed("a number has more than " + MAX_DIGITS + " digits");
		}
		return Long.parseLong(this.text, start, this.at, 10);
	}

	private static JsonNode parse(String json) {
		try {
			return MAPPER.readTree(json);
		}
		catch (JacksonException ex) {
			throw malformed("what a packet carries is not JSON");
		}
	}

	private static void check(PacketType type, long id, @Nullable JsonNode data) {
		boolean valid = switch (type) {
			case CONNECT -> data == null || data.isObject();
			case DISCONNECT -> data == null;
			case EVENT, BINARY_EVENT -> data != null && data.isArray() && isEventName(data.path(0));
			case ACK, BINARY_ACK -> data != null && data.isArray() && id != Packet.WITHOUT_ID;
			case CONNECT_ERROR -> false;
		};
		if (!valid) {
			throw malformed("a packet of type " + type.digit() + " carries what it must not");
		}
	}

	private static boolean isEventName(JsonNode name) {
		return name.isIntegralNumber() || (name.isString() && !RESERVED.contains(name.stringValue()));
	}

	/**
	 * Put attachments where they belong.
	 * @param node what the packet carries; changed in place
	 * @param attachments the attachments
	 * @return the node, or the attachment it has stood for
	 * @throws ProtocolViolationException if the node asks for an attachment that is not
	 * there
	 */
	static JsonNode fill(JsonNode node, List<byte[]> attachments) {
		if (node instanceof ObjectNode object) {
			if (object.path("_placeholder").asBoolean(false)) {
				int number = object.path("num").asInt(-1);
				if (number < 0 || number >= attachments.size()) {
					throw malformed("there is no such attachment");
				}
				return BinaryNode.valueOf(attachments.get(number));
			}
			for (String name : List.copyOf(object.propertyNames())) {
				object.set(name, fill(object.path(name), attachments));
			}
		}
		else if (node instanceof ArrayNode array) {
			for (int i = 0; i < array.size(); i++) {
				array.set(i, fill(array.path(i), attachments));
			}
		}
		return node;
	}

}
