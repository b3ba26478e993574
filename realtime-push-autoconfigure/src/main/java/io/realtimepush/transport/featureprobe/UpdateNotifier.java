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
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.session.Peer;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.session.SdkKeyListener;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.engineio.EngineCloseReason;
import io.realtimepush.transport.engineio.EngineHandshake;
import io.realtimepush.transport.engineio.EngineServer;
import io.realtimepush.transport.engineio.EngineSession;
import io.realtimepush.transport.featureprobe.SdkConnection.Registration;
import io.realtimepush.transport.http.PushRequestReader;
import io.realtimepush.transport.socketio.Namespace;
import io.realtimepush.transport.socketio.SocketEvent;
import io.realtimepush.transport.socketio.SocketIoServer;
import io.realtimepush.transport.socketio.SocketIoSocket;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/**
 * Tells SDKs over Socket.IO that there is something new to pull. An SDK registers with
 * its key, is told once in any case, which closes the gap behind its first pull, and then
 * at each change of the flag set of its key. What has changed is not said.
 * <p>
 * An unknown key is told once like every other, so that nobody learns which keys there
 * are; one that is revoked is told nothing more. Who is refused for now, by a limit for
 * instance, is told once and then dropped, so that the SDK comes back. Whoever does not
 * register in time is dropped too, as it counts in the limits.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class UpdateNotifier {

	private static final Log logger = LogFactory.getLog(UpdateNotifier.class);

	/** A key that could not be looked at is looked at again after this time. */
	private static final Duration RETRY = Duration.ofSeconds(15);

	private static final String REGISTER = "register";

	private static final String UPDATE = "update";

	/** One argument, and a string: some SDKs take nothing else for an event. */
	private static final String NOTHING = "";

	/** Browsers and mini programs name their key in another way than the others. */
	private static final List<String> KEY_FIELDS = List.of("key", "sdk_key");

	private final PushHandler handler;

	private final EngineServer engine;

	private final Namespace namespace;

	private final SdkRooms rooms;

	/**
	 * Looked at one after another, so that what is known last counts. Takes from many
	 * threads at once, of which nobody waits.
	 */
	private final FluxSink<Question> questions;

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
		this.engine = server.engine().admission(this::admit);
		this.namespace = server.of((name) -> true).onConnection(this::connected).on(REGISTER, this::register);
		this.rooms = new SdkRooms(hub);
		// Told when all views have moved, so that SDKs can pull at once
		hub.addListener((change) -> changed(change.flagSet()));
		AtomicReference<@Nullable FluxSink<Question>> asked = new AtomicReference<>();
		Flux.<Question>create(asked::set).concatMap(this::look).subscribe();
		this.questions = Objects.requireNonNull(asked.get());
		handler.onKeyChange(new KeyChanges());
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
		if (this.rooms.contains(flagSet)) {
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

	private void connected(SocketIoSocket socket) {
		SdkConnection connection = connection(socket);
		EngineSession session = socket.session();
		connection.awaitRegistration(() -> session.execute(() -> {
			if (connection.isAwaited()) {
				logger.debug("an SDK has not registered within " + this.handler.settings().handshakeTimeout().toMillis()
						+ "ms, closing");
				session.close(EngineCloseReason.FORCED_CLOSE);
			}
		}));
	}

	private void register(SocketEvent event) {
		SocketIoSocket socket = event.socket();
		String key = key(event.arg(0));
		if (key == null) {
			update(socket);
			return;
		}
		SdkConnection connection = connection(socket);
		connection.registering();
		int asOf = this.handler.keyChanges();
		connection.authenticate(key)
			.subscribe((identity) -> socket.execute(() -> registered(socket, identity.details(), asOf)),
					(ex) -> refused(socket, ex));
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

	private static void update(SocketIoSocket socket) {
		socket.emit(UPDATE, NOTHING);
	}

	private static SdkConnection connection(SocketIoSocket socket) {
		return (SdkConnection) socket.session().ticket();
	}

	private void refused(SocketIoSocket socket, Throwable ex) {
		SessionRejectedException rejected = this.handler.rejection(ex);
		logger.debug("an SDK was not registered: " + rejected.getMessage());
		update(socket);
		if (rejected.closeReason().retry()) {
			drop(socket.session());
		}
	}

	/** In a task of its own, when what was sent has gone. */
	private static void drop(EngineSession session) {
		session.carrier().execute(() -> session.close(EngineCloseReason.TRY_AGAIN_LATER));
	}

	/** First the room and then the update, so that nothing falls between. */
	private void registered(SocketIoSocket socket, SdkKeyDetails details, int asOf) {
		SdkConnection connection = connection(socket);
		if (socket.isConnected() && mayAdd(connection, socket, details.key())) {
			if (connection.of(socket).isEmpty()) {
				socket.onDisconnect((reason) -> left(connection, socket));
			}
			join(connection, socket, details.flagSet());
			connection.add(new Registration(socket, details));
			if (this.handler.keyChanges() != asOf) {
				this.questions.next(new Question(details.key(), socket, false));
			}
		}
		update(socket);
	}

	private boolean mayAdd(SdkConnection connection, SocketIoSocket socket, SdkKey key) {
		int max = this.handler.settings().limits().maxSubscriptions();
		return connection.of(key).stream().noneMatch((each) -> each.socket() == socket)
				&& (max <= 0 || connection.size() < max);
	}

	/** To be called before the registration is there. */
	private void join(SdkConnection connection, SocketIoSocket socket, FlagSetId flagSet) {
		if (!connection.hears(socket, flagSet)) {
			this.rooms.join(socket, flagSet);
		}
	}

	/** To be called when the registration is gone. */
	private void leave(SdkConnection connection, SocketIoSocket socket, FlagSetId flagSet) {
		if (!connection.hears(socket, flagSet)) {
			this.rooms.leave(socket, flagSet);
		}
	}

	private void left(SdkConnection connection, SocketIoSocket socket) {
		connection.of(socket).forEach((registration) -> remove(connection, registration));
	}

	private void remove(SdkConnection connection, Registration registration) {
		connection.remove(registration);
		leave(connection, registration.socket(), registration.details().flagSet());
	}

	/** Look again at what a key allows that has changed. */
	private Mono<Void> look(Question question) {
		return this.handler.details(question.key())
			.map(Optional::of)
			.defaultIfEmpty(Optional.empty())
			.doOnNext((details) -> forEach(question,
					(connection, registration) -> follow(connection, registration, details.orElse(null))))
			.onErrorResume((ex) -> {
				if (question.precaution()) {
					logger.debug("SDK key '" + question.key() + "' could not be looked at again yet", ex);
					Schedulers.parallel()
						.schedule(() -> this.questions.next(question), RETRY.toMillis(), TimeUnit.MILLISECONDS);
					return Mono.empty();
				}
				logger.error(
						"SDK key '" + question.key() + "' could not be looked at again; its SDKs have to come back",
						ex);
				forEach(question, (connection, registration) -> drop(registration.socket().session()));
				return Mono.empty();
			})
			.then();
	}

	/** Do something with each registration, on the thread of its connection. */
	private void forEach(Question question, BiConsumer<SdkConnection, Registration> task) {
		SocketIoSocket only = question.only();
		Collection<EngineSession> sessions = (only != null) ? List.of(only.session()) : this.engine.sessions();
		sessions.forEach((session) -> onRegistrations(session,
				(connection) -> connection.of(question.key())
					.stream()
					.filter((registration) -> only == null || only == registration.socket())
					.forEach((registration) -> task.accept(connection, registration))));
	}

	private static void onRegistrations(EngineSession session, Consumer<SdkConnection> task) {
		session.execute(() -> {
			if (session.ticket() instanceof SdkConnection connection) {
				task.accept(connection);
			}
		});
	}

	private void follow(SdkConnection connection, Registration registration, @Nullable SdkKeyDetails details) {
		SdkKeyDetails before = registration.details();
		SocketIoSocket socket = registration.socket();
		if (details == null) {
			remove(connection, registration);
			return;
		}
		join(connection, socket, details.flagSet());
		connection.replace(registration, details);
		leave(connection, socket, before.flagSet());
		if (!details.flagSet().equals(before.flagSet()) || !details.visible().equals(before.visible())
				|| details.key().kind() != before.key().kind()) {
			update(socket);
		}
	}

	/**
	 * Has keys looked at again.
	 */
	private final class KeyChanges implements SdkKeyListener {

		@Override
		public void keyChanged(SdkKey key) {
			UpdateNotifier.this.questions.next(new Question(key, null, false));
		}

		@Override
		public void anyKeyMayHaveChanged() {
			Set<SdkKey> told = ConcurrentHashMap.newKeySet();
			UpdateNotifier.this.engine.sessions()
				.forEach((session) -> onRegistrations(session, (connection) -> connection.keys().forEach((key) -> {
					if (told.add(key)) {
						UpdateNotifier.this.questions.next(new Question(key, null, true));
					}
				})));
		}

	}

	/**
	 * What does a key allow now?
	 *
	 * @param key the key
	 * @param only who wants to know, or {@code null} for all who have registered with it
	 * @param precaution whether nothing has been told of a change
	 */
	private record Question(SdkKey key, @Nullable SocketIoSocket only, boolean precaution) {

	}

}
