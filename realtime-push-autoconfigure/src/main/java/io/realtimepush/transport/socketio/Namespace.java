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

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * A part of a server with clients, events and rooms of its own; or all namespaces of
 * which the names fulfil a condition, with common rooms.
 * <p>
 * Safe for use by many threads. To be set up before clients come.
 *
 * @since 0.1.0
 */
public final class Namespace {

	private final JsonMapper mapper;

	private final Rooms rooms = new Rooms();

	private final List<ConnectMiddleware> middlewares = new CopyOnWriteArrayList<>();

	private final List<Consumer<SocketIoSocket>> connectionListeners = new CopyOnWriteArrayList<>();

	private final Map<String, EventHandler> handlers = new ConcurrentHashMap<>();

	Namespace(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Have it decided whether a client may connect, after those that have been added
	 * before.
	 * @param middleware decides
	 * @return this namespace
	 */
	public Namespace use(ConnectMiddleware middleware) {
		this.middlewares.add(middleware);
		return this;
	}

	/**
	 * Be told of clients that have connected, on the thread the connection runs on.
	 * @param listener given the socket; must not block
	 * @return this namespace
	 */
	public Namespace onConnection(Consumer<SocketIoSocket> listener) {
		this.connectionListeners.add(listener);
		return this;
	}

	/**
	 * Have an event of all sockets handled.
	 * @param event the name
	 * @param handler the handler, in place of a former one
	 * @return this namespace
	 */
	public Namespace on(String event, EventHandler handler) {
		this.handlers.put(event, handler);
		return this;
	}

	/**
	 * Return those who are in at least one of some rooms.
	 * @param names the rooms, at least one
	 * @return whom to send to
	 */
	public BroadcastTarget to(String... names) {
		return new BroadcastTarget(this, List.of(names), null);
	}

	/**
	 * Send an event to all.
	 * @param event the name
	 * @param args the arguments, as in {@link SocketIoSocket#emit}
	 */
	public void emit(String event, @Nullable Object... args) {
		new BroadcastTarget(this, List.of(), null).emit(event, args);
	}

	JsonMapper mapper() {
		return this.mapper;
	}

	Rooms rooms() {
		return this.rooms;
	}

	@Nullable EventHandler handler(String event) {
		return this.handlers.get(event);
	}

	/** Ask the middlewares, one after another. */
	Mono<Void> decide(SocketIoSocket socket) {
		return this.middlewares.isEmpty() ? Mono.empty()
				: Flux.fromIterable(this.middlewares).concatMap((each) -> each.connect(socket)).then();
	}

	void connected(SocketIoSocket socket) {
		this.connectionListeners.forEach((listener) -> listener.accept(socket));
	}

}
