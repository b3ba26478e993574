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

package io.realtimepush.transport.websocket;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.realtimepush.protocol.MessageEncoding;
import org.jspecify.annotations.Nullable;

/**
 * The subprotocols that are spoken, and the encodings that they stand for.
 */
final class Subprotocols {

	private final Map<String, MessageEncoding> encodings = new LinkedHashMap<>();

	private final List<String> names;

	Subprotocols() {
		add(MessageEncoding.JSON);
		MessageEncoding cbor = MessageEncoding.cbor();
		if (cbor != null) {
			add(cbor);
		}
		this.names = List.copyOf(this.encodings.keySet());
	}

	private void add(MessageEncoding encoding) {
		this.encodings.put(encoding.subprotocol(), encoding);
	}

	/** Their names. */
	List<String> names() {
		return this.names;
	}

	/**
	 * Return an encoding.
	 * @param selected the subprotocol that was selected, if one was
	 */
	MessageEncoding encoding(@Nullable String selected) {
		return (selected != null) ? this.encodings.getOrDefault(selected, MessageEncoding.JSON) : MessageEncoding.JSON;
	}

}
