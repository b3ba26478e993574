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

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.util.concurrent.EventExecutor;

/**
 * Who of one event loop is in which room of a namespace. Confined to the loop.
 */
final class LoopRooms {

	private final EventExecutor executor;

	private final RoomGroup everybody = new RoomGroup(this, null);

	private final Map<String, RoomGroup> rooms = new HashMap<>();

	LoopRooms(EventExecutor executor) {
		this.executor = executor;
	}

	EventExecutor executor() {
		return this.executor;
	}

	RoomGroup.Member add(SocketIoSocket socket) {
		return this.everybody.add(socket);
	}

	RoomGroup.Member join(SocketIoSocket socket, String room) {
		return this.rooms.computeIfAbsent(room, (name) -> new RoomGroup(this, name)).add(socket);
	}

	void forget(String room) {
		this.rooms.remove(room);
	}

	void send(Broadcast broadcast) {
		List<String> names = broadcast.rooms();
		try (Broadcast.Pass pass = broadcast.new Pass()) {
			if (names.isEmpty()) {
				this.everybody.send(pass);
			}
			for (String name : names) {
				RoomGroup group = this.rooms.get(name);
				if (group != null) {
					group.send(pass);
				}
			}
		}
	}

}
