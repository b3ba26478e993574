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

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.FlagView;
import io.realtimepush.session.Peer;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.engineio.EngineCloseReason;
import io.realtimepush.transport.engineio.EngineHandshake;
import io.realtimepush.transport.engineio.EngineSession;
import io.realtimepush.transport.http.PushRequestReader;
import io.realtimepush.transport.socketio.Namespace;
import io.realtimepush.transport.socketio.SocketEvent;
import io.realtimepush.transport.socketio.SocketIoServer;
import io.realtimepush.transport.socketio.SocketIoSocket;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Tells SDKs over Socket.IO that there is something new to pull. An SDK registers with
 * its key, is told once in any case, which closes the gap behind its first pull, and then
 * at each change of the flag set of its key. What has changed is not said.
 * <p>
 * An unknown key is told once like every other, so that nobody learns which keys there
 * are. Who is refused for now, by a limit for instance, is told once and then dropped, so
 * that the SDK comes back.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class UpdateNotifier {

	private static final Log logger = LogFactory.getLog(UpdateNotifier.class);

	private static final String REGISTER = "register";

	private static final String UPDATE = "update";

	/** One argument, and a string: some SDKs take nothing else for an event. */
	private static final String NOTHING = "";

	/** Browsers and mini programs name their key in another way than the others. */
	private static final List<String> KEY_FIELDS = List.of("key", "sdk_key");

	private final PushHandler handler;

	private final FlagHub hub;

	private final Namespace namespace;

	private final Map<FlagSetId, Room> rooms = new ConcurrentHashMap<>();

	/**
	 * Create a notifier. The namespaces are named by the paths that SDKs are given, so
	 * any is accepted; it is the key that decides. From now on the handler lets in the
	 * connections of the server, and its limits count them.
	 * @param server where SDKs connect
	 * @param handler checks the keys
	 * @param hub tells what has changed
	 */
	public UpdateNotifier(SocketIoServer server, PushHandler handler, FlagHub hub) {
		this.handler = handler;
		this.hub = hub;
		server.engine().admission(this::admit);
		this.namespace = server.of((name) -> true).on(REGISTER, this::register);
		// Told when all views have moved, so that SDKs can pull at once
		hub.addListener((change) -> changed(change.flagSet()));
	}

	private @Nullable SdkConnection admit(EngineHandshake handshake) {
		InetAddress address = PushRequestReader.address(handshake.remoteAddress());
		try {
			return new SdkConnection(this.handler.admit(SdkRequest.TRANSPORT, new Peer(address, null, true)), address,
					SdkRequest.sdk(handshake.headers()));
		}
		catch (SessionRejectedException ex) {
			logger.debug("an SDK was not let in: " + ex.getMessage());
			return null;
		}
	}

	private void changed(FlagSetId flagSet) {
		if (this.rooms.containsKey(flagSet)) {
			this.namespace.to(flagSet.name()).emit(UPDATE, NOTHING);
		}
	}

	/**
	 * Return how many flag sets are watched for somebody who has registered.
	 * @return the number of rooms
	 */
	public int roomCount() {
		return this.rooms.size();
	}

	private void register(SocketEvent event) {
		SocketIoSocket socket = event.socket();
		String key = key(event.arg(0));
		if (key == null) {
			socket.emit(UPDATE, NOTHING);
			return;
		}
		connection(socket).authenticate(key)
			.subscribe((identity) -> socket.execute(() -> joined(socket, identity.details().flagSet())),
					(ex) -> refused(socket, ex));
	}

	private static SdkConnection connection(SocketIoSocket socket) {
		return (SdkConnection) socket.session().ticket();
	}

	private void refused(SocketIoSocket socket, Throwable ex) {
		SessionRejectedException rejected = this.handler.rejection(ex);
		logger.debug("an SDK was not registered: " + rejected.getMessage());
		socket.emit(UPDATE, NOTHING);
		if (rejected.closeReason().retry()) {
			EngineSession session = socket.session();
			// In a task of its own, when what was sent has gone
			session.carrier().execute(() -> session.close(EngineCloseReason.TRY_AGAIN_LATER));
		}
	}

	private static @Nullable String key(JsonNode registration) {
		for (String field : KEY_FIELDS) {
			JsonNode key = registration.path(field);
			if (key.isString() && !key.asString().isBlank()) {
				return key.asString();
			}
		}
		return null;
	}

	/** First the room and then the update, so that nothing falls between. */
	private void joined(SocketIoSocket socket, FlagSetId flagSet) {
		if (socket.isConnected() && flagSets(socket).add(flagSet)) {
			socket.join(flagSet.name());
			this.rooms.compute(flagSet, (same,
					room) -> ((room != null) ? room : new Room(this.hub.acquire(same, FlagFilter.all()))).enter());
		}
		socket.emit(UPDATE, NOTHING);
	}

	/** Those that a socket has registered for, which its end gives back. */
	@SuppressWarnings("unchecked")
	private Set<FlagSetId> flagSets(SocketIoSocket socket) {
		Set<FlagSetId> present = (Set<FlagSetId>) socket.attachment();
		if (present != null) {
			return present;
		}
		Set<FlagSetId> none = new HashSet<>(2);
		socket.attach(none);
		socket.onDisconnect((reason) -> none
			.forEach((flagSet) -> this.rooms.computeIfPresent(flagSet, (same, room) -> room.leave())));
		return none;
	}

	/**
	 * Those who have registered for a flag set, which is watched as long as there is one.
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
