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

package io.realtimepush.transport.engineio;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.channel.Channel;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.realtimepush.transport.channel.NativeResponse;
import io.realtimepush.transport.engineio.EnginePacket.Type;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.util.Assert;
import org.springframework.web.server.ServerWebExchange;

/**
 * Serves Engine.IO, version 4 of the protocol, on the port of the app. Made reachable by
 * an {@link EngineHandlerMapping}.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class EngineServer implements AutoCloseable {

	private static final int ID_BYTES = 15;

	private final EngineOptions options;

	private final EngineHandler handler;

	private final EngineExchanges exchanges;

	private final Set<String> paths = ConcurrentHashMap.newKeySet();

	private final Map<String, EngineSession> sessions = new ConcurrentHashMap<>();

	private final Map<EventExecutor, Deadlines.Heartbeats> heartbeats = new ConcurrentHashMap<>();

	private final SecureRandom random = new SecureRandom();

	private volatile EngineAdmission admission = EngineAdmission.ALL;

	/** For web servers without event loops. Guarded by this. */
	private @Nullable EventExecutorGroup executors;

	private volatile boolean stopped;

	/**
	 * Create a server, which is mounted nowhere yet.
	 * @param options the options
	 * @param handler takes the sessions
	 */
	public EngineServer(EngineOptions options, EngineHandler handler) {
		this.options = options;
		this.handler = handler;
		this.exchanges = new EngineExchanges(this);
	}

	/**
	 * Serve a path, with or without a slash at its end. Repeated slashes in what a client
	 * asks for count as one.
	 * @param path the path within the app, such as {@code /engine.io}
	 * @return this server
	 */
	public EngineServer mount(String path) {
		Assert.isTrue(path.startsWith("/"), () -> "'path' must begin with a slash, but was '" + path + "'");
		this.paths.add(normalize(path));
		return this;
	}

	/**
	 * Set who lets sessions in, everybody unless set. To be set before clients come.
	 * @param decides decides, and counts sessions
	 * @return this server
	 */
	public EngineServer admission(EngineAdmission decides) {
		this.admission = decides;
		return this;
	}

	/**
	 * Return whether a path is served.
	 * @param path the path within the app, as a client may spell it
	 * @return whether the server is mounted there
	 */
	public boolean isMountedAt(String path) {
		return this.paths.contains(normalize(path));
	}

	static String normalize(String path) {
		String normal = withSingleSlashes(path);
		return (normal.length() > 1 && normal.endsWith("/")) ? normal.substring(0, normal.length() - 1) : normal;
	}

	/**
	 * Return a path in which repeated slashes are one.
	 * @param path the path as a client has spelt it
	 * @return the same text if there are none
	 */
	public static String withSingleSlashes(String path) {
		if (!path.contains("//")) {
			return path;
		}
		StringBuilder single = new StringBuilder(path.length());
		for (int i = 0; i < path.length(); i++) {
			if (path.charAt(i) != '/' || i == 0 || path.charAt(i - 1) != '/') {
				single.append(path.charAt(i));
			}
		}
		return single.toString();
	}

	/**
	 * Return the options.
	 * @return the options
	 */
	public EngineOptions options() {
		return this.options;
	}

	/**
	 * Return the sessions that have not ended.
	 * @return the sessions, as they are now
	 */
	public Collection<EngineSession> sessions() {
		return new ArrayList<>(this.sessions.values());
	}

	/**
	 * Return how many sessions there are.
	 * @return the number of sessions that have not ended
	 */
	public int sessionCount() {
		return this.sessions.size();
	}

	/**
	 * Serve a request.
	 * @param exchange the exchange
	 * @return completes when the request has been served
	 */
	public Mono<Void> handle(ServerWebExchange exchange) {
		return this.exchanges.handle(exchange);
	}

	EngineHandler handler() {
		return this.handler;
	}

	boolean isStopped() {
		return this.stopped;
	}

	boolean takesSessions() {
		return !this.stopped && this.sessions.size() < this.options.maxSessions();
	}

	@Nullable EngineSession session(String id) {
		return this.sessions.get(id);
	}

	void remove(EngineSession session) {
		this.sessions.remove(session.id());
	}

	Deadlines.Heartbeats heartbeats(EventExecutor executor) {
		return this.heartbeats.computeIfAbsent(executor, (key) -> Deadlines.Heartbeats.of(key, this.options));
	}

	synchronized EventExecutor anyExecutor() {
		if (this.executors == null) {
			this.executors = new DefaultEventExecutorGroup(Runtime.getRuntime().availableProcessors(),
					new DefaultThreadFactory("realtime-push-engine", true));
		}
		return this.executors.next();
	}

	EventExecutor executorOf(ServerWebExchange exchange) {
		Channel channel = NativeResponse.channel(exchange.getResponse());
		return (channel != null) ? channel.eventLoop() : anyExecutor();
	}

	/**
	 * Let a session in.
	 * @return the ticket, to be used for a session or given back
	 */
	EngineTicket admit(EngineHandshake handshake) {
		EngineTicket ticket = this.admission.admit(handshake);
		if (ticket == null) {
			throw EngineError.TOO_MANY.refusal();
		}
		return ticket;
	}

	/** Open a session that begins with a request. */
	void open(ServerWebExchange exchange, Reply reply) {
		EngineHandshake handshake = EngineHandshake.of(exchange.getRequest());
		create(executorOf(exchange), null, handshake, admit(handshake), reply);
	}

	/** Open a session that begins with a WebSocket. */
	void open(EngineSocket socket, EngineHandshake handshake, EngineTicket ticket) {
		create(socket.executor(), socket, handshake, ticket, null);
	}

	private void create(EventExecutor carrier, @Nullable EngineSocket socket, EngineHandshake handshake,
			EngineTicket ticket, @Nullable Reply reply) {
		byte[] id = new byte[ID_BYTES];
		this.random.nextBytes(id);
		EngineSession session = new EngineSession(this, Base64.getUrlEncoder().encodeToString(id), carrier, ticket,
				socket);
		if (socket != null) {
			socket.attach(session);
		}
		this.sessions.put(session.id(), session);
		session.execute(() -> session.open(handshake, answer(session, socket == null), reply));
		if (this.stopped) {
			session.close(EngineCloseReason.SERVER_STOPPING);
		}
	}

	private EngineMessage answer(EngineSession session, boolean upgradeable) {
		boolean upgrade = upgradeable && this.options.transports().contains(EngineTransport.WEBSOCKET);
		return EngineMessage.packet(Type.OPEN,
				"{\"sid\":\"" + session.id() + "\",\"upgrades\":[" + (upgrade ? "\"websocket\"" : "")
						+ "],\"pingInterval\":" + this.options.pingInterval().toMillis() + ",\"pingTimeout\":"
						+ this.options.pingTimeout().toMillis() + ",\"maxPayload\":" + this.options.maxPayload() + "}");
	}

	/**
	 * Take no more sessions, and end those that there are: polls are answered, WebSockets
	 * dropped without a close frame.
	 */
	@Override
	public void close() {
		this.stopped = true;
		sessions().forEach((session) -> session.close(EngineCloseReason.SERVER_STOPPING));
		synchronized (this) {
			if (this.executors != null) {
				this.executors.shutdownGracefully();
			}
		}
	}

}
