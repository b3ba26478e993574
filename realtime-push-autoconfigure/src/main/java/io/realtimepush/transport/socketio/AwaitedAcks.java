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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import reactor.core.publisher.MonoSink;
import tools.jackson.databind.JsonNode;

/**
 * The acknowledgements that a socket waits for. Confined to the thread of the connection.
 */
final class AwaitedAcks {

	private final Map<Long, MonoSink<List<JsonNode>>> sinks = new HashMap<>(2);

	private long last = -1;

	/**
	 * Wait for one more.
	 * @param socket whose acknowledgements these are
	 * @param sink given what the client answers
	 * @return the number that the client has to name
	 */
	long await(SocketIoSocket socket, MonoSink<List<JsonNode>> sink) {
		long number = ++this.last;
		this.sinks.put(number, sink);
		sink.onDispose(() -> socket.execute(() -> this.sinks.remove(number)));
		return number;
	}

	/** The client has answered; nothing happens if nobody waits for it any more. */
	void answered(long number, JsonNode data) {
		MonoSink<List<JsonNode>> sink = this.sinks.remove(number);
		if (sink != null) {
			List<JsonNode> values = new ArrayList<>(data.size());
			data.forEach(values::add);
			sink.success(values);
		}
	}

	/** The socket has left. */
	void fail(String reason) {
		List<MonoSink<List<JsonNode>>> waiting = List.copyOf(this.sinks.values());
		waiting.forEach((sink) -> sink.error(new IllegalStateException("the socket has left: " + reason)));
	}

}
