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
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * An event of a client.
 *
 * @since 0.1.0
 */
public final class SocketEvent {

	private final SocketIoSocket socket;

	private final String name;

	private final List<JsonNode> args;

	private final long id;

	private final AtomicBoolean acknowledged = new AtomicBoolean();

	SocketEvent(SocketIoSocket socket, JsonNode data, long id) {
		this.socket = socket;
		this.name = data.path(0).asString();
		List<JsonNode> list = new ArrayList<>(data.size());
		data.forEach(list::add);
		this.args = List.copyOf(list.subList(1, list.size()));
		this.id = id;
	}

	/**
	 * Return who has sent the event.
	 * @return the socket
	 */
	public SocketIoSocket socket() {
		return this.socket;
	}

	/**
	 * Return the name of the event.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Return the arguments. Those that were binary are {@linkplain JsonNode#isBinary()
	 * binary} nodes.
	 * @return the arguments
	 */
	public List<JsonNode> args() {
		return this.args;
	}

	/**
	 * Return an argument.
	 * @param index which one, from 0
	 * @return the argument, a {@linkplain JsonNode#isMissingNode() missing} node if there
	 * are fewer
	 */
	public JsonNode arg(int index) {
		return (index < this.args.size()) ? this.args.get(index) : MissingNode.getInstance();
	}

	/**
	 * Return whether the client waits for an acknowledgement.
	 * @return whether {@link #ack} has an effect
	 */
	public boolean wantsAck() {
		return this.id != Packet.WITHOUT_ID;
	}

	/**
	 * Acknowledge the event. May be called by any thread; only the first call counts, and
	 * none if the client waits for nothing.
	 * @param values what to answer, as in {@link SocketIoSocket#emit}
	 */
	public void ack(@Nullable Object... values) {
		if (wantsAck() && this.acknowledged.compareAndSet(false, true)) {
			this.socket.acknowledge(this.id, values);
		}
	}

}
