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

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.realtimepush.transport.engineio.EngineMessage;
import org.jspecify.annotations.Nullable;

/**
 * One event for many. Safe for use by many threads.
 */
final class Broadcast {

	private final Content content;

	private final List<String> rooms;

	private final @Nullable SocketIoSocket except;

	private String encodedFor = "";

	private @Nullable EngineMessage encoded;

	Broadcast(Content content, List<String> rooms, @Nullable SocketIoSocket except) {
		this.content = content;
		this.rooms = rooms;
		this.except = except;
	}

	List<String> rooms() {
		return this.rooms;
	}

	private synchronized EngineMessage message(String namespace) {
		EngineMessage present = this.encoded;
		if (present == null || !this.encodedFor.equals(namespace)) {
			present = this.content.packet(PacketType.EVENT, namespace, Packet.WITHOUT_ID);
			this.encodedFor = namespace;
			this.encoded = present;
		}
		return present;
	}

	/**
	 * The pass of one event loop. Its frames are a buffer of its own, so that loops do
	 * not contend for one reference count.
	 */
	final class Pass implements AutoCloseable {

		/** Who has been sent it, if somebody may be in several of the rooms. */
		private final @Nullable Set<SocketIoSocket> seen = (Broadcast.this.rooms.size() > 1)
				? Collections.newSetFromMap(new IdentityHashMap<>()) : null;

		private String namespace = "";

		private @Nullable EngineMessage message;

		private @Nullable ByteBuf frames;

		/** Where the frames begin and end. */
		private int start;

		private int end;

		void send(SocketIoSocket socket) {
			if (socket == Broadcast.this.except || (this.seen != null && !this.seen.add(socket))) {
				return;
			}
			EngineMessage present = this.message;
			ByteBuf shared = this.frames;
			// Sockets of a namespace have nearly always spelt it the same way
			if (present == null || shared == null || !socket.namespace().equals(this.namespace)) {
				close();
				present = message(socket.namespace());
				shared = present.frames(ByteBufAllocator.DEFAULT);
				this.namespace = socket.namespace();
				this.message = present;
				this.frames = shared;
				this.start = shared.readerIndex();
				this.end = shared.writerIndex();
			}
			if (!socket.deliver(present, shared)) {
				// Kept by a socket that has taken a part of it
				this.frames = shared.retainedDuplicate().setIndex(this.start, this.end);
				shared.release();
			}
		}

		@Override
		public void close() {
			if (this.frames != null) {
				this.frames.release();
				this.frames = null;
			}
		}

	}

}
