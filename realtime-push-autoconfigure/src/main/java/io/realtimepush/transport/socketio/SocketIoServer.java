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

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import io.realtimepush.transport.engineio.EngineOptions;
import io.realtimepush.transport.engineio.EngineServer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.Assert;

/**
 * Serves Socket.IO, version 5 of the protocol.
 * <p>
 * Safe for use by many threads. To be set up before clients come.
 *
 * @since 0.1.0
 */
public final class SocketIoServer implements AutoCloseable {

	/** Time for a client to connect to a namespace, as in the protocol's reference. */
	public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(45);

	private static final int ID_BYTES = 15;

	private final Duration connectTimeout;

	private final JsonMapper mapper;

	private final EngineServer engine;

	private final Map<String, Namespace> namespaces = new ConcurrentHashMap<>();

	private final List<Dynamic> dynamic = new CopyOnWriteArrayList<>();

	private final SecureRandom random = new SecureRandom();

	/**
	 * Create a server, which is mounted nowhere yet.
	 * @param options the options of the connections
	 * @param connectTimeout time for a client to connect to a namespace
	 * @param mapper makes JSON of what is sent
	 */
	public SocketIoServer(EngineOptions options, Duration connectTimeout, JsonMapper mapper) {
		Assert.isTrue(connectTimeout.toMillis() > 0,
				() -> "'connectTimeout' must be at least 1ms, but was " + connectTimeout);
		this.connectTimeout = connectTimeout;
		this.mapper = mapper;
		this.engine = new EngineServer(options,
				(session, handshake) -> new SocketIoConnection(this, session, handshake));
	}

	/**
	 * Create a server as the protocol's reference has it.
	 */
	public SocketIoServer() {
		this(EngineOptions.DEFAULT, CONNECT_TIMEOUT, JsonMapper.shared());
	}

	/**
	 * Serve a path, as in {@link EngineServer#mount}. There may be several.
	 * @param path the path within the app, {@code /socket.io} as a rule
	 * @return this server
	 */
	public SocketIoServer mount(String path) {
		this.engine.mount(path);
		return this;
	}

	/**
	 * Return a namespace. Those that nobody has asked for do not exist for clients, not
	 * even the main one.
	 * @param name the name, such as {@code /} or {@code /custom}
	 * @return the namespace
	 */
	public Namespace of(String name) {
		String normal = name.startsWith("/") ? name : "/" + name;
		return this.namespaces.computeIfAbsent(normal, (key) -> new Namespace(this.mapper));
	}

	/**
	 * Accept all namespaces whose names fulfil a condition, and that do not exist
	 * otherwise. Their sockets have rooms in common, and each the name that its client
	 * has asked for.
	 * @param names the condition; must not block
	 * @return what those namespaces share
	 */
	public Namespace of(Predicate<String> names) {
		Namespace namespace = new Namespace(this.mapper);
		this.dynamic.add(new Dynamic(names, namespace));
		return namespace;
	}

	@Nullable Namespace find(String name) {
		Namespace present = this.namespaces.get(name);
		if (present != null) {
			return present;
		}
		for (Dynamic each : this.dynamic) {
			if (each.names().test(name)) {
				return each.namespace();
			}
		}
		return null;
	}

	/**
	 * Return what serves the connections.
	 * @return the Engine.IO server
	 */
	public EngineServer engine() {
		return this.engine;
	}

	Duration connectTimeout() {
		return this.connectTimeout;
	}

	JsonMapper mapper() {
		return this.mapper;
	}

	String newId() {
		byte[] id = new byte[ID_BYTES];
		this.random.nextBytes(id);
		return Base64.getUrlEncoder().encodeToString(id);
	}

	@Override
	public void close() {
		this.engine.close();
	}

	private record Dynamic(Predicate<String> names, Namespace namespace) {
	}

}
