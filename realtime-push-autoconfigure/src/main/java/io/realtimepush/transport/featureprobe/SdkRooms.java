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

package io.realtimepush.transport.featureprobe;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.FlagView;
import io.realtimepush.transport.socketio.SocketIoSocket;
import org.jspecify.annotations.Nullable;

/**
 * A room for each flag set that somebody has registered for, which is watched as long.
 * <p>
 * Safe for use by many threads.
 */
final class SdkRooms {

	private final FlagHub hub;

	private final Map<FlagSetId, Room> rooms = new ConcurrentHashMap<>();

	SdkRooms(FlagHub hub) {
		this.hub = hub;
	}

	boolean contains(FlagSetId flagSet) {
		return this.rooms.containsKey(flagSet);
	}

	int size() {
		return this.rooms.size();
	}

	/** A socket joins that is not in the room. */
	void join(SocketIoSocket socket, FlagSetId flagSet) {
		socket.join(flagSet.name());
		this.rooms.compute(flagSet,
				(same, room) -> ((room != null) ? room : new Room(this.hub.acquire(same, FlagFilter.all()))).enter());
	}

	/** A socket leaves that is in the room, or has left with its connection. */
	void leave(SocketIoSocket socket, FlagSetId flagSet) {
		socket.leave(flagSet.name());
		this.rooms.computeIfPresent(flagSet, (same, room) -> room.leave());
	}

	/**
	 * Touched only while its entry is computed.
	 */
	private static final class Room {

		private final FlagView view;

		private int members;

		Room(FlagView view) {
			this.view = view;
		}

		Room enter() {
			this.members++;
			return this;
		}

		@Nullable Room leave() {
			this.members--;
			if (this.members > 0) {
				return this;
			}
			this.view.release();
			return null;
		}

	}

}
