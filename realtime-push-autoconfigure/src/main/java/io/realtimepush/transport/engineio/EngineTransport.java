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

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * How the messages of a session travel.
 *
 * @since 0.1.0
 */
public enum EngineTransport {

	/** HTTP long-polling. */
	POLLING,

	/** WebSocket. */
	WEBSOCKET;

	/**
	 * Return the name of the transport in requests and packets.
	 * @return the name
	 */
	public String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

	static @Nullable EngineTransport of(@Nullable String name) {
		for (EngineTransport transport : values()) {
			if (transport.wireName().equals(name)) {
				return transport;
			}
		}
		return null;
	}

}
