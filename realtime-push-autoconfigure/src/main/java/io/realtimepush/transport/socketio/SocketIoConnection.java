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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

import io.netty.util.concurrent.Future;
import io.realtimepush.protocol.ProtocolViolationException;
import io.realtimepush.transport.engineio.EngineCloseReason;
import io.realtimepush.transport.engineio.EngineHandshake;
import io.realtimepush.transport.engineio.EngineListener;
import io.realtimepush.transport.engineio.EngineSession;
import io.realtimepush.transport.engineio.EngineTransport;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What one client has to do with namespaces. Confined to the carrier of the session.
 */
final class SocketIoConnection implements EngineListener {

	private static final Log logger = LogFactory.getLog(SocketIoConnection.class);

	private static final int MAX_NAMESPACES = 32;

	/** Longest name of a namespace, in characters. */
	private static final int MAX_NAME = 256;

	/**
	 * Largest packet that connects, in bytes: what it carries is kept for each namespace,
	 * mostly before anybody knows who it is.
	 */
	private static final int MAX_CONNECT = 16 * 1024;

	/** What such packets may carry for all namespaces together. */
	private static final int MAX_AUTH = 4 * MAX_CONNECT;

	/** Packets that may wait for decisions, for all namespaces together. */
	private static final int MAX_EARLY = 64;

	/**
	 * Time for a client on a WebSocket to learn that it is let in, before the app can
	 * send it something, unless it sends so much that it must have learnt that. One that
	 * waits for message after message, as the protocol's conformance suite does, would
	 * miss the second of two that come in one read.
	 */
	private static final int PAUSE_MILLIS = 2;

	private final SocketIoServer server;

	private final EngineSession session;

	private final EngineHandshake handshake;

	/** By the name as the client spells it. */
	private final Map<String, SocketIoSocket> sockets = new HashMap<>(2);

	private @Nullable Future<?> connectTimer;

	/** Whether the client has tried to connect to whatever namespace. */
	private boolean tried;

	/** A packet whose attachments have not all come. */
	private @Nullable Packet partial;

	private List<byte[]> attachments = List.of();

	SocketIoConnection(SocketIoServer server, EngineSession session, EngineHandshake handshake) {
		this.server = server;
		this.session = session;
		this.handshake = handshake;
		this.connectTimer = session.carrier()
			.schedule(() -> session.execute(this::connectTimedOut), server.connectTimeout().toMillis(),
					TimeUnit.MILLISECONDS);
	}

	EngineSession session() {
		return this.session;
	}

	EngineHandshake handshake() {
		return this.handshake;
	}

	private void connectTimedOut() {
		if (this.connectTimer != null) {
			logger.debug("a client has connected to no namespace within " + this.server.connectTimeout().toMillis()
					+ "ms, closing");
			this.session.close(EngineCloseReason.FORCED_CLOSE);
		}
	}

	private void cancelTimer() {
		if (this.connectTimer != null) {
			this.connectTimer.cancel(false);
			this.connectTimer = null;
		}
	}

	@Override
	public void onText(String text) {
		if (this.partial != null) {
			throw PacketReader.malformed("an attachment was expected, not text");
		}
		Packet packet = PacketReader.read(text);
		if (packet.attachments() > 0) {
			this.partial = packet;
			this.attachments = new ArrayList<>(packet.attachments());
		}
		else {
			receive(packet);
		}
	}

	@Override
	public void onBinary(byte[] bytes) {
		Packet present = this.partial;
		if (present == null) {
			throw PacketReader.malformed("no attachment was expected");
		}
		this.attachments.add(bytes);
		if (this.attachments.size() == present.attachments()) {
			List<byte[]> all = this.attachments;
			this.partial = null;
			this.attachments = List.of();
			JsonNode data = present.data();
			int size = present.size() + all.stream().mapToInt((each) -> each.length).sum();
			receive(new Packet(present.type(), present.namespace(), present.id(),
					(data != null) ? PacketReader.fill(data, all) : null, all.size(), size));
		}
	}

	private void receive(Packet packet) {
		if (packet.type() == PacketType.CONNECT) {
			connect(packet);
			return;
		}
		SocketIoSocket socket = this.sockets.get(packet.namespace());
		if (socket != null) {
			socket.receive(packet);
		}
		else if (!this.tried) {
			throw PacketReader.malformed("a client has to connect to a namespace first");
		}
		// Else it may have been sent before the client knew that it was not let in
	}

	private void connect(Packet packet) {
		this.tried = true;
		String name = packet.namespace();
		if (name.length() > MAX_NAME || packet.size() > MAX_CONNECT) {
			throw PacketReader.malformed("a namespace has at most " + MAX_NAME
					+ " characters, and a packet that connects to one at most " + MAX_CONNECT + " bytes");
		}
		if (this.sockets.containsKey(name)) {
			throw PacketReader.malformed("a client connects to a namespace once");
		}
		Namespace namespace = this.server.find(name);
		if (namespace == null) {
			refuse(name, new ConnectRefusedException("Invalid namespace"));
		}
		else if (this.sockets.size() == MAX_NAMESPACES) {
			refuse(name, new ConnectRefusedException("a connection has at most " + MAX_NAMESPACES + " namespaces"));
		}
		else if (total(SocketIoSocket::authSize) + packet.size() > MAX_AUTH) {
			refuse(name, new ConnectRefusedException(
					"what connects to namespaces has at most " + MAX_AUTH + " bytes for all together"));
		}
		else {
			SocketIoSocket socket = new SocketIoSocket(this, namespace, name, this.server.newId(), packet.data());
			this.sockets.put(name, socket);
			socket.decide(
					namespace.decide(socket).subscribe(null, (ex) -> decided(socket, ex), () -> decided(socket, null)));
		}
	}

	private int total(ToIntFunction<SocketIoSocket> number) {
		return this.sockets.values().stream().mapToInt(number).sum();
	}

	/** Whether one more packet may wait for a decision. */
	boolean mayWait(Packet packet) {
		return total(SocketIoSocket::earlyCount) < MAX_EARLY
				&& total(SocketIoSocket::earlySize) + (long) packet.size() <= this.session.maxPayload();
	}

	ProtocolViolationException tooEarly() {
		return PacketReader.malformed("more than " + MAX_EARLY + " packets, or " + this.session.maxPayload()
				+ " bytes, came before connections were decided");
	}

	private void decided(SocketIoSocket socket, @Nullable Throwable refusal) {
		this.session.execute(() -> {
			if (this.sockets.get(socket.namespace()) != socket) {
				return;
			}
			if (refusal != null) {
				forget(socket);
				socket.closed("refused");
				refuse(socket.namespace(), refusal);
			}
			else {
				cancelTimer();
				accept(socket);
			}
		});
	}

	private void accept(SocketIoSocket socket) {
		socket.accepted();
		if (this.session.transport() == EngineTransport.POLLING) {
			open(socket);
		}
		else {
			this.session.carrier()
				.schedule(() -> this.session.execute(() -> open(socket)), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
		}
	}

	/** Outside of what the session guards. */
	private void open(SocketIoSocket socket) {
		if (this.sockets.get(socket.namespace()) != socket || socket.isConnected()) {
			return;
		}
		try {
			socket.opened();
		}
		catch (ProtocolViolationException ex) {
			logger.debug("a client has sent what is not understood: " + ex.getMessage());
			this.session.close(EngineCloseReason.PARSE_ERROR);
		}
		catch (RuntimeException ex) {
			logger.error("a connection is closed because the app has failed", ex);
			this.session.close(EngineCloseReason.SERVER_ERROR);
		}
	}

	private void refuse(String name, Throwable ex) {
		this.session.send(Content.packet(PacketType.CONNECT_ERROR, name, error(ex)));
	}

	private String error(Throwable ex) {
		if (!(ex instanceof ConnectRefusedException refused)) {
			logger.error("a client was not let in because the app has failed", ex);
			return this.server.mapper().writeValueAsString(Map.of("message", "Internal error"));
		}
		Map<String, Object> error = new LinkedHashMap<>();
		error.put("message", String.valueOf(refused.getMessage()));
		if (refused.data() != null) {
			error.put("data", refused.data());
		}
		try {
			return this.server.mapper().writeValueAsString(error);
		}
		catch (JacksonException failure) {
			return error(failure);
		}
	}

	void forget(SocketIoSocket socket) {
		this.sockets.remove(socket.namespace(), socket);
	}

	@Override
	public void onClosed(EngineCloseReason reason) {
		cancelTimer();
		this.partial = null;
		this.attachments = List.of();
		List<SocketIoSocket> all = List.copyOf(this.sockets.values());
		this.sockets.clear();
		all.forEach((socket) -> socket.closed(reason.text()));
	}

}
