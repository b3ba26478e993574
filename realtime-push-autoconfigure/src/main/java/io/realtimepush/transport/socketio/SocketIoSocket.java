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

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.realtimepush.transport.engineio.EngineHandshake;
import io.realtimepush.transport.engineio.EngineMessage;
import io.realtimepush.transport.engineio.EngineSession;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A client in a namespace.
 * <p>
 * Its state is confined to the thread the connection runs on, where all handlers are
 * called. Methods may be called by any thread unless they say otherwise; what one thread
 * asks for is done in this order.
 *
 * @since 0.1.0
 */
public final class SocketIoSocket implements Executor {

	private final SocketIoConnection connection;

	private final Namespace definition;

	private final String namespace;

	private final String id;

	/** As text, which is far smaller; {@code null} if the client has sent nothing. */
	private final @Nullable String auth;

	private volatile boolean connected;

	private volatile @Nullable Object attachment;

	/** Packets that have come before the socket was open; {@code null} since. */
	private @Nullable List<Packet> early = new ArrayList<>(0);

	private @Nullable Disposable deciding;

	/** Whether the client has been told that it is let in. */
	private boolean accepted;

	private @Nullable Consumer<String> disconnectListener;

	/** Kept immutable while empty, as in most sockets. */
	private Map<String, EventHandler> handlers = Map.of();

	private @Nullable AwaitedAcks awaitedAcks;

	private final Set<String> rooms = new HashSet<>(4);

	/** Of the rooms, and of everybody. */
	private final List<RoomGroup.Member> memberships = new ArrayList<>(2);

	SocketIoSocket(SocketIoConnection connection, Namespace definition, String namespace, String id,
			@Nullable JsonNode auth) {
		this.connection = connection;
		this.definition = definition;
		this.namespace = namespace;
		this.id = id;
		this.auth = (auth != null) ? auth.toString() : null;
	}

	/**
	 * Return the identifier of the socket, which is public.
	 * @return the identifier
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Return the name of the namespace.
	 * @return the name as the client has spelt it
	 */
	public String namespace() {
		return this.namespace;
	}

	/**
	 * Return what the client has sent to be let in. It is read anew at each call.
	 * @return an object, empty if it has sent nothing
	 */
	public JsonNode auth() {
		return (this.auth != null) ? this.definition.mapper().readTree(this.auth)
				: JsonNodeFactory.instance.objectNode();
	}

	/**
	 * Return the request that has opened the connection.
	 * @return the handshake
	 */
	public EngineHandshake handshake() {
		return this.connection.handshake();
	}

	/**
	 * Return the connection, which other namespaces may share.
	 * @return the session
	 */
	public EngineSession session() {
		return this.connection.session();
	}

	/**
	 * Return whether the client has been let in and has not left.
	 * @return whether it can be sent something
	 */
	public boolean isConnected() {
		return this.connected;
	}

	/**
	 * Return what the app has attached.
	 * @return the object, or {@code null} if there is none
	 */
	public @Nullable Object attachment() {
		return this.attachment;
	}

	/**
	 * Attach something of the app, such as who the client is.
	 * @param object the object
	 */
	public void attach(@Nullable Object object) {
		this.attachment = object;
	}

	/**
	 * Run a task on the thread of the connection: at once if the caller is there, else
	 * after all that the caller has asked for before.
	 * @param task the task
	 */
	@Override
	public void execute(Runnable task) {
		session().execute(task);
	}

	/**
	 * Have an event handled, beside what {@link Namespace#on} says. To be called on the
	 * thread of the connection.
	 * @param event the name
	 * @param handler the handler, in place of a former one
	 */
	public void on(String event, EventHandler handler) {
		if (this.handlers.isEmpty()) {
			this.handlers = new HashMap<>(4);
		}
		this.handlers.put(event, handler);
	}

	/**
	 * Be told when the socket has left. To be called on the thread of the connection.
	 * @param listener given the reason in the words of the protocol's reference
	 */
	public void onDisconnect(Consumer<String> listener) {
		this.disconnectListener = listener;
	}

	/**
	 * Send an event. Nothing happens unless the socket is connected.
	 * @param event the name
	 * @param args the arguments: a {@link JsonNode}, or whatever can be written as JSON;
	 * {@code byte[]} is sent as binary, also inside of another argument
	 * @throws IllegalArgumentException if that cannot be sent
	 */
	public void emit(String event, @Nullable Object... args) {
		send(Content.ofEvent(this.definition.mapper(), event, args)
			.packet(PacketType.EVENT, this.namespace, Packet.WITHOUT_ID));
	}

	/**
	 * Send an event that the client has to acknowledge.
	 * @param timeout how long to wait
	 * @param event the name
	 * @param args the arguments, as in {@link #emit}
	 * @return sends when it is subscribed to, and gives what the client has answered, on
	 * the thread of the connection; fails with a
	 * {@link java.util.concurrent.TimeoutException} if that takes too long, and with an
	 * {@link IllegalStateException} if the socket is not connected or leaves before
	 */
	public Mono<List<JsonNode>> emitWithAck(Duration timeout, String event, @Nullable Object... args) {
		Content content = Content.ofEvent(this.definition.mapper(), event, args);
		Mono<List<JsonNode>> answer = Mono.create((sink) -> execute(() -> sendAwaitingAck(content, sink)));
		return answer.timeout(timeout);
	}

	private void sendAwaitingAck(Content content, MonoSink<List<JsonNode>> sink) {
		if (!this.connected) {
			sink.error(new IllegalStateException("the socket is not connected"));
			return;
		}
		if (this.awaitedAcks == null) {
			this.awaitedAcks = new AwaitedAcks();
		}
		session().send(content.packet(PacketType.EVENT, this.namespace, this.awaitedAcks.await(this, sink)));
	}

	void acknowledge(long event, @Nullable Object... values) {
		send(Content.of(this.definition.mapper(), values).packet(PacketType.ACK, this.namespace, event));
	}

	private void send(EngineMessage message) {
		execute(() -> {
			if (this.connected) {
				session().send(message);
			}
		});
	}

	/**
	 * Join a room. Nothing happens unless the socket is connected.
	 * @param room the name
	 */
	public void join(String room) {
		execute(() -> {
			if (this.connected && this.rooms.add(room)) {
				this.memberships.add(loopRooms().join(this, room));
			}
		});
	}

	/**
	 * Leave a room.
	 * @param room the name
	 */
	public void leave(String room) {
		execute(() -> {
			if (this.rooms.remove(room)) {
				this.memberships.removeIf((member) -> member.leaveIfOf(room));
			}
		});
	}

	/**
	 * Return the rooms the socket is in. To be called on the thread of the connection.
	 * @return the names
	 */
	public Set<String> rooms() {
		return Set.copyOf(this.rooms);
	}

	/**
	 * Return those who are in at least one of some rooms, but for this socket.
	 * @param names the rooms
	 * @return whom to send to
	 */
	public BroadcastTarget to(String... names) {
		return new BroadcastTarget(this.definition, List.of(names), this);
	}

	/**
	 * Return all sockets of the namespace but this one.
	 * @return whom to send to
	 */
	public BroadcastTarget broadcast() {
		return to();
	}

	/**
	 * Leave the namespace. The client is told, and does not come back by itself.
	 */
	public void disconnect() {
		execute(() -> {
			if (this.connected) {
				session().send(Content.packet(PacketType.DISCONNECT, this.namespace, ""));
				this.connection.forget(this);
				closed("server namespace disconnect");
			}
		});
	}

	// What follows is called on the thread of the connection unless it says otherwise

	/** How much is kept of what the client has sent to be let in. */
	int authSize() {
		return (this.auth != null) ? this.auth.length() : 0;
	}

	/** How many packets wait. */
	int earlyCount() {
		return (this.early != null) ? this.early.size() : 0;
	}

	/** How large they are. */
	int earlySize() {
		return (this.early != null) ? this.early.stream().mapToInt(Packet::size).sum() : 0;
	}

	/** Begin to decide. */
	void decide(Disposable decision) {
		if (this.early != null) {
			this.deciding = decision;
		}
	}

	/** The client has been let in, which it is told at once. */
	void accepted() {
		session().send(Content.packet(PacketType.CONNECT, this.namespace, "{\"sid\":\"" + this.id + "\"}"));
		session().flush();
		this.accepted = true;
	}

	/** The client knows: take what has waited. */
	void opened() {
		List<Packet> waiting = (this.early != null) ? this.early : List.of();
		this.early = null;
		this.deciding = null;
		this.connected = true;
		this.memberships.add(loopRooms().add(this));
		this.definition.connected(this);
		waiting.forEach(this::receive);
	}

	void receive(Packet packet) {
		if (this.early != null && !this.connection.mayWait(packet)) {
			if (!this.accepted) {
				throw this.connection.tooEarly();
			}
			opened();
		}
		List<Packet> waiting = this.early;
		if (waiting != null) {
			waiting.add(packet);
		}
		else if (this.connected) {
			take(packet);
		}
	}

	private void take(Packet packet) {
		JsonNode data = packet.data();
		switch (packet.type()) {
			case DISCONNECT -> {
				this.connection.forget(this);
				closed("client namespace disconnect");
			}
			case EVENT, BINARY_EVENT -> {
				if (data != null) {
					handle(new SocketEvent(this, data, packet.id()));
				}
			}
			case ACK, BINARY_ACK -> {
				if (this.awaitedAcks != null && data != null) {
					this.awaitedAcks.answered(packet.id(), data);
				}
			}
			default -> throw PacketReader.malformed("a packet of type " + packet.type().digit() + " is not expected");
		}
	}

	private void handle(SocketEvent event) {
		EventHandler common = this.definition.handler(event.name());
		if (common != null) {
			common.handle(event);
		}
		EventHandler own = this.handlers.get(event.name());
		if (own != null) {
			own.handle(event);
		}
	}

	/** The socket has left, or was not let in. */
	void closed(String reason) {
		boolean told = this.connected;
		this.connected = false;
		this.early = null;
		if (this.deciding != null) {
			this.deciding.dispose();
		}
		this.memberships.forEach(RoomGroup.Member::leave);
		this.memberships.clear();
		this.rooms.clear();
		if (this.awaitedAcks != null) {
			this.awaitedAcks.fail(reason);
		}
		if (told && this.disconnectListener != null) {
			this.disconnectListener.accept(reason);
		}
	}

	private LoopRooms loopRooms() {
		return this.definition.rooms().of(session().carrier());
	}

	/**
	 * Send a broadcast.
	 * @return whether the buffer is as it was, see {@link EngineSession#sendShared}
	 */
	boolean deliver(EngineMessage message, ByteBuf frames) {
		return !this.connected || session().sendShared(message, frames);
	}

	/** Touch what {@link #deliver} needs, see {@link EngineSession#touch}. */
	int touch() {
		return this.connected ? session().touch() : 0;
	}

}
