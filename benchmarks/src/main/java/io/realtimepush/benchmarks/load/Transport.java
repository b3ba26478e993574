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

package io.realtimepush.benchmarks.load;

import java.util.Arrays;

/**
 * How a client is connected.
 *
 * @since 0.1.0
 */
public enum Transport {

	/**
	 * WebSocket.
	 */
	WEBSOCKET("ws", "/ws"),

	/**
	 * Event stream.
	 */
	SSE("sse", "/sse"),

	/**
	 * Polls that wait, one after another on a connection.
	 */
	LONG_POLL("longpoll", "/poll"),

	/**
	 * Socket.IO over WebSocket.
	 */
	SOCKET_IO("socketio-ws", "/socket.io/?EIO=4&transport=websocket");

	private final String text;

	private final String path;

	Transport(String text, String path) {
		this.text = text;
		this.path = path;
	}

	/**
	 * Return the name on the command line and in results.
	 * @return the name
	 */
	public String text() {
		return this.text;
	}

	/**
	 * Return where servers have it by default.
	 * @return the path below that of the server
	 */
	public String path() {
		return this.path;
	}

	/**
	 * Find a transport.
	 * @param text its name on the command line
	 * @return the transport
	 */
	public static Transport of(String text) {
		return Arrays.stream(values())
			.filter((transport) -> transport.text.equals(text))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"transport must be ws, sse, longpoll or socketio-ws, but was " + text));
	}

}
