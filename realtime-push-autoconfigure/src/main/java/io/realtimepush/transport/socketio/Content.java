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

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.realtimepush.transport.engineio.EngineMessage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.JsonGeneratorDelegate;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.Assert;

/**
 * What an event or acknowledgement carries, encoded: JSON with placeholders, and what
 * they stand for. The same for whichever namespace it is sent to.
 *
 * @param json the JSON
 * @param attachments what was binary
 */
record Content(String json, List<byte[]> attachments) {

	/**
	 * Encode an event.
	 * @param mapper makes JSON of values
	 * @param event the name
	 * @param args the arguments
	 * @return the event
	 * @throws IllegalArgumentException if the name is reserved, there are too many
	 * attachments, or an argument cannot be written as JSON
	 */
	static Content ofEvent(JsonMapper mapper, String event, @Nullable Object... args) {
		Assert.isTrue(!PacketReader.RESERVED.contains(event), () -> "event name '" + event + "' is reserved");
		@Nullable Object[] array = new Object[args.length + 1];
		array[0] = event;
		System.arraycopy(args, 0, array, 1, args.length);
		return of(mapper, array);
	}

	/**
	 * Encode arguments.
	 * @param mapper makes JSON of values
	 * @param args the arguments
	 * @return the arguments
	 */
	static Content of(JsonMapper mapper, @Nullable Object... args) {
		List<byte[]> attachments = new ArrayList<>(0);
		StringWriter json = new StringWriter();
		try (JsonGenerator generator = new AttachmentGenerator(mapper.createGenerator(json), attachments)) {
			mapper.writeValue(generator, args);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("an argument cannot be written as JSON", ex);
		}
		Assert.isTrue(attachments.size() <= PacketReader.MAX_ATTACHMENTS, () -> "a packet has at most "
				+ PacketReader.MAX_ATTACHMENTS + " attachments, but there are " + attachments.size());
		return new Content(json.toString(), attachments);
	}

	/**
	 * Encode the packet.
	 * @param type {@link PacketType#EVENT} or {@link PacketType#ACK}
	 * @param namespace the namespace, as the client has spelt it
	 * @param id number of the acknowledgement, or {@link Packet#WITHOUT_ID}
	 * @return the message
	 */
	EngineMessage packet(PacketType type, String namespace, long id) {
		boolean binary = !this.attachments.isEmpty();
		StringBuilder text = new StringBuilder(this.json.length() + namespace.length() + 16);
		text.append((binary ? type.binary() : type).digit());
		if (binary) {
			text.append(this.attachments.size()).append('-');
		}
		appendNamespace(text, namespace);
		if (id != Packet.WITHOUT_ID) {
			text.append(id);
		}
		return EngineMessage.of(text.append(this.json).toString(), this.attachments);
	}

	/** Encode a packet of another type. */
	static EngineMessage packet(PacketType type, String namespace, String json) {
		StringBuilder text = new StringBuilder().append(type.digit());
		return EngineMessage.of(appendNamespace(text, namespace).append(json).toString());
	}

	private static StringBuilder appendNamespace(StringBuilder text, String namespace) {
		return namespace.equals(PacketReader.MAIN) ? text : text.append(namespace).append(',');
	}

	/**
	 * Writes placeholders for what is binary, wherever it is.
	 */
	private static final class AttachmentGenerator extends JsonGeneratorDelegate {

		private final List<byte[]> attachments;

		AttachmentGenerator(JsonGenerator delegate, List<byte[]> attachments) {
			super(delegate, false);
			this.attachments = attachments;
		}

		@Override
		public JsonGenerator writeBinary(Base64Variant variant, byte[] data, int offset, int length) {
			writeStartObject();
			writeBooleanProperty("_placeholder", true);
			writeNumberProperty("num", this.attachments.size());
			writeEndObject();
			this.attachments.add(Arrays.copyOfRange(data, offset, offset + length));
			return this;
		}

	}

}
