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

import java.util.Arrays;

import io.realtimepush.transport.channel.SocketWriter;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one event loop that are in a room, in an array. Confined to the loop.
 */
final class RoomGroup {

	private final LoopRooms loop;

	/** The room, or {@code null} if it is everybody. */
	private final @Nullable String room;

	private Member[] members = new Member[2];

	private int size;

	/** Kept so that the compiler does not leave out what it was computed from. */
	private int touched;

	RoomGroup(LoopRooms loop, @Nullable String room) {
		this.loop = loop;
		this.room = room;
	}

	Member add(SocketIoSocket socket) {
		if (this.size == this.members.length) {
			this.members = Arrays.copyOf(this.members, this.size + Math.max(2, this.size >> 1));
		}
		Member member = new Member(this, socket, this.size);
		this.members[this.size++] = member;
		return member;
	}

	private void remove(Member member) {
		int last = --this.size;
		Member moved = this.members[last];
		this.members[member.index] = moved;
		moved.index = member.index;
		clearLast(last);
		if (last == 0 && this.room != null) {
			this.loop.forget(this.room);
		}
	}

	@SuppressWarnings("NullAway") // the slot is behind the end
	private void clearLast(int last) {
		this.members[last] = null;
	}

	void send(Broadcast.Pass pass) {
		// From the end, because one that fails is replaced by the last one
		int untouched = this.size;
		for (int i = this.size - 1; i >= 0; i--) {
			if (i < this.size) {
				if (i < untouched) {
					untouched = Math.max(0, i + 1 - SocketWriter.TOUCHED_AHEAD);
					touch(untouched, i);
				}
				pass.send(this.members[i].socket);
			}
		}
	}

	/** Have what these members need fetched from memory, for all of them at once. */
	private void touch(int from, int to) {
		int sum = 0;
		for (int i = to; i >= from; i--) {
			sum += this.members[i].socket.touch();
		}
		this.touched = sum;
	}

	/**
	 * A socket in the group. Confined to the loop of the group.
	 */
	static final class Member {

		private final RoomGroup group;

		private final SocketIoSocket socket;

		private int index;

		Member(RoomGroup group, SocketIoSocket socket, int index) {
			this.group = group;
			this.socket = socket;
			this.index = index;
		}

		void leave() {
			this.group.remove(this);
		}

		boolean leaveIfOf(String room) {
			boolean same = room.equals(this.group.room);
			if (same) {
				leave();
			}
			return same;
		}

	}

}
