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

import java.util.Base64;

import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ProtocolViolationException;
import org.jspecify.annotations.Nullable;

/**
 * A packet of a client.
 *
 * @param type the type
 * @param text its text, empty if it is binary
 * @param binary its bytes, or {@code null} if it is text
 */
record EnginePacket(Type type, String text, byte @Nullable [] binary) {

	private static final char BASE64 = 'b';

	static EnginePacket binary(byte[] bytes) {
		return new EnginePacket(Type.MESSAGE, "", bytes);
	}

	/**
	 * Decode a packet.
	 * @param encoded the packet as text
	 * @return the packet
	 * @throws ProtocolViolationException if it is none
	 */
	static EnginePacket decode(String encoded) {
		if (encoded.isEmpty()) {
			throw malformed("a packet is empty");
		}
		char first = encoded.charAt(0);
		if (first == BASE64) {
			return binary(decodeBase64(encoded.substring(1)));
		}
		int ordinal = first - '0';
		if (ordinal < 0 || ordinal >= Type.ALL.length) {
			throw malformed("the type of a packet is not known");
		}
		return new EnginePacket(Type.ALL[ordinal], encoded.substring(1), null);
	}

	private static byte[] decodeBase64(String encoded) {
		try {
			// Some clients end it with a line feed
			return Base64.getDecoder().decode(encoded.stripTrailing());
		}
		catch (IllegalArgumentException ex) {
			throw malformed("a binary packet is not Base64");
		}
	}

	static ProtocolViolationException malformed(String message) {
		return new ProtocolViolationException(CloseReason.PROTOCOL_ERROR, message);
	}

	/**
	 * Types, in the order of their numbers.
	 */
	enum Type {

		OPEN, CLOSE, PING, PONG, MESSAGE, UPGRADE, NOOP;

		private static final Type[] ALL = values();

		char digit() {
			return (char) ('0' + ordinal());
		}

	}

}
