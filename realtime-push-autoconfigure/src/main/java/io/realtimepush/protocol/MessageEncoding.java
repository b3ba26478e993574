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

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

import org.springframework.util.ClassUtils;

/**
 * How the messages of a WebSocket are written as bytes. They are the same messages, made
 * by the same code, whatever the encoding.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public abstract class MessageEncoding {

	/**
	 * JSON, in text frames.
	 */
	public static final MessageEncoding JSON = new JsonTextEncoding();

	private static final boolean CBOR_PRESENT = ClassUtils.isPresent("tools.jackson.dataformat.cbor.CBORFactory",
			MessageEncoding.class.getClassLoader());

	private final String subprotocol;

	private final boolean binary;

	MessageEncoding(String subprotocol, boolean binary) {
		this.subprotocol = subprotocol;
		this.binary = binary;
	}

	/**
	 * Return CBOR, in binary frames.
	 * @return the encoding, or {@code null} if
	 * {@code tools.jackson.dataformat:jackson-dataformat-cbor} is not on the class path
	 */
	public static @Nullable MessageEncoding cbor() {
		return CBOR_PRESENT ? CborEncoding.INSTANCE : null;
	}

	/**
	 * Return the subprotocol that stands for the encoding.
	 * @return the name, as it stands in the handshake
	 */
	public final String subprotocol() {
		return this.subprotocol;
	}

	/**
	 * Return the kind of the frames.
	 * @return whether they are binary frames, else they are text frames
	 */
	public final boolean isBinary() {
		return this.binary;
	}

	/**
	 * Write a message.
	 * @param message the message
	 * @return its bytes
	 */
	public final byte[] write(ServerMessage message) {
		return MessageWriter.write(message, this);
	}

	/**
	 * Write a message.
	 * @param message the message
	 * @return its bytes
	 */
	public final byte[] write(ClientMessage message) {
		return ClientMessageWriter.write(message, this);
	}

	/**
	 * Bring a message that was received into the form that the readers take.
	 * @param message the bytes of the message
	 * @return the message as JSON, which the readers still have to check
	 * @throws ProtocolViolationException if the bytes are of another encoding, or hold
	 * what JSON has no place for
	 */
	public abstract byte[] toJson(byte[] message);

	abstract JsonGenerator generator(OutputStream out);

	/** Write a value whose name has been written. */
	abstract void writeValue(JsonGenerator to, FlagValue value);

	/** Write an object. The generator writes nearly all of them in one go. */
	final byte[] object(Consumer<JsonGenerator> fields) {
		ByteArrayOutputStream out = new ByteArrayOutputStream(0);
		try (JsonGenerator to = generator(out)) {
			to.writeStartObject();
			fields.accept(to);
			to.writeEndObject();
		}
		return out.toByteArray();
	}

}
