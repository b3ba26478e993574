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

package io.realtimepush.benchmarks.peer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * All connections. A change is encoded once for each transport and costs one task per
 * event loop.
 */
final class RawFanout {

	private static final byte FINAL_TEXT = (byte) 0x81;

	private static final byte FINAL_PING = (byte) 0x89;

	private final Map<EventLoop, LoopConnections> loops = new ConcurrentHashMap<>();

	private final int heartbeat;

	/**
	 * Create a fan-out.
	 * @param heartbeat seconds between two heartbeats, or 0 for none
	 */
	RawFanout(int heartbeat) {
		this.heartbeat = heartbeat;
	}

	/** Called on the event loop of the connection. */
	void join(RawHandler connection, EventLoop loop) {
		this.loops.computeIfAbsent(loop, this::startLoop).of(connection.transport()).add(connection);
	}

	private LoopConnections startLoop(EventLoop loop) {
		LoopConnections connections = new LoopConnections();
		if (this.heartbeat > 0) {
			loop.scheduleAtFixedRate(() -> connections.beat(this.heartbeat), 1, 1, TimeUnit.SECONDS);
		}
		return connections;
	}

	/** Called on the event loop of the connection. */
	void leave(RawHandler connection, EventLoop loop) {
		LoopConnections connections = this.loops.get(loop);
		if (connections != null) {
			connections.of(connection.transport()).remove(connection);
		}
	}

	void publish(byte[] body) {
		for (Transport transport : Transport.values()) {
			ByteBuf frame = encode(transport, body);
			// A copy for each loop, so that they do not contend for one reference count
			this.loops.forEach((loop, connections) -> {
				ByteBuf copy = frame.copy();
				loop.execute(() -> {
					connections.of(transport).write(copy);
					copy.release();
				});
			});
			frame.release();
		}
	}

	private static ByteBuf encode(Transport transport, byte[] body) {
		ByteBuf frame = Unpooled.directBuffer(body.length + 128);
		return switch (transport) {
			case WEBSOCKET -> {
				frame.writeByte(FINAL_TEXT);
				if (body.length < 126) {
					frame.writeByte(body.length);
				}
				else {
					frame.writeByte(126).writeShort(body.length);
				}
				yield frame.writeBytes(body);
			}
			case SSE -> {
				writeText(frame, Integer.toHexString(body.length + 8) + "\r\ndata: ");
				frame.writeBytes(body);
				yield writeText(frame, "\n\n\r\n");
			}
			case LONG_POLL -> writeText(frame,
					"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + body.length + "\r\n\r\n")
				.writeBytes(body);
		};
	}

	static ByteBuf writeText(ByteBuf buffer, String text) {
		buffer.writeCharSequence(text, StandardCharsets.US_ASCII);
		return buffer;
	}

	private static ByteBuf heartbeat(Transport transport) {
		ByteBuf frame = Unpooled.directBuffer(8);
		if (transport == Transport.WEBSOCKET) {
			frame.writeByte(FINAL_PING).writeByte(0);
		}
		else {
			writeText(frame, "3\r\n:\n\n\r\n");
		}
		return frame;
	}

	/**
	 * How a connection is written to.
	 */
	enum Transport {

		WEBSOCKET, SSE, LONG_POLL

	}

	/**
	 * The connections of one event loop, and confined to it.
	 */
	private static final class LoopConnections {

		private final List<Connections> byTransport = new ArrayList<>();

		LoopConnections() {
			for (Transport transport : Transport.values()) {
				this.byTransport.add(new Connections(transport));
			}
		}

		Connections of(Transport transport) {
			return this.byTransport.get(transport.ordinal());
		}

		void beat(int parts) {
			of(Transport.WEBSOCKET).beat(parts);
			of(Transport.SSE).beat(parts);
		}

	}

	/**
	 * The connections of one event loop that are written the same bytes.
	 */
	private static final class Connections {

		private final List<RawHandler> members = new ArrayList<>();

		private final boolean once;

		private final @Nullable ByteBuf heartbeat;

		private int beaten;

		Connections(Transport transport) {
			this.once = transport == Transport.LONG_POLL;
			this.heartbeat = this.once ? null : heartbeat(transport);
		}

		void add(RawHandler connection) {
			connection.index = this.members.size();
			this.members.add(connection);
		}

		void remove(RawHandler connection) {
			if (connection.index >= 0) {
				RawHandler moved = this.members.remove(this.members.size() - 1);
				if (moved != connection) {
					this.members.set(connection.index, moved);
					moved.index = connection.index;
				}
				connection.index = -1;
			}
		}

		void write(ByteBuf frame) {
			for (int i = this.members.size() - 1; i >= 0; i--) {
				RawHandler connection = this.members.get(i);
				if (this.once) {
					this.members.remove(i);
					connection.index = -1;
				}
				connection.write(frame);
			}
		}

		/** A part of them each second, so that heartbeats never come in a heap. */
		void beat(int parts) {
			int count = (this.members.size() + parts - 1) / parts;
			for (int i = 0; i < count && !this.members.isEmpty() && this.heartbeat != null; i++) {
				this.beaten = (this.beaten + 1) % this.members.size();
				this.members.get(this.beaten).write(this.heartbeat);
			}
		}

	}

}
