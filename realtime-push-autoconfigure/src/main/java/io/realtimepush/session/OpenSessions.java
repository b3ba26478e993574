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

package io.realtimepush.session;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagHubListener;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The sessions of this node, and what is told to all of them.
 * <p>
 * Safe for use by many threads.
 */
final class OpenSessions implements FlagHubListener {

	private final SessionContext context;

	private final Set<PushSession> sessions = ConcurrentHashMap.newKeySet();

	private final Map<Instance, PushSession> byInstance = new ConcurrentHashMap<>();

	private final Sinks.Empty<Void> drained = Sinks.empty();

	private volatile boolean draining;

	OpenSessions(SessionContext context) {
		this.context = context;
	}

	/** A connection has one from now on, logged in or not yet. */
	void add(PushSession session) {
		this.sessions.add(session);
	}

	/** For a session that slipped in while the drain began. */
	void leaveIfDraining(PushSession session) {
		if (this.draining) {
			session.goAway(retryAfterDrain());
		}
	}

	void opened(PushSession session, SessionInfo info) {
		Instance instance = Instance.of(info);
		if (instance != null) {
			PushSession former = this.byInstance.put(instance, session);
			if (former != null) {
				former.execute(() -> former.close(CloseReason.SUPERSEDED, null));
			}
		}
		this.context.tell((listener) -> listener.opened(info));
	}

	void closed(PushSession session, @Nullable SessionInfo info, CloseReason reason) {
		this.sessions.remove(session);
		if (info != null) {
			Instance instance = Instance.of(info);
			if (instance != null) {
				this.byInstance.remove(instance, session);
			}
			this.context.tell((listener) -> listener.closed(info, reason));
		}
		if (this.draining && this.sessions.isEmpty()) {
			this.drained.tryEmitEmpty();
		}
	}

	/** A flag set that goes back within its epoch takes its clients with it. */
	@Override
	public void onReset(FlagSetId flagSet) {
		this.sessions.forEach((session) -> session.execute(() -> session.goBack(flagSet)));
	}

	@Override
	public void onChange(FlagChange change) {
	}

	void keyChanged(SdkKey key) {
		this.sessions.forEach((session) -> session.execute(() -> session.keyChanged(key)));
	}

	void anyKeyMayHaveChanged() {
		this.sessions.forEach((session) -> session.execute(session::anyKeyMayHaveChanged));
	}

	/** The session that the same process holds here, or the caller itself. */
	SessionInfo of(SessionInfo caller) {
		Instance instance = Instance.of(caller);
		PushSession session = (instance != null) ? this.byInstance.get(instance) : null;
		SessionInfo info = (session != null) ? session.info() : null;
		return (info != null) ? info : caller;
	}

	int notify(SessionSelector selector, String method, FlagValue payload) {
		ServerMessage.Notification notification = new ServerMessage.Notification(method, payload, null);
		int count = 0;
		for (PushSession session : this.sessions) {
			SessionInfo info = session.isRegistered(method) ? session.info() : null;
			if (info != null && selector.matches(info) && session.execute(() -> session.notify(notification))) {
				count++;
			}
		}
		return count;
	}

	/** Those that are logged in. */
	List<SessionInfo> infos() {
		return this.sessions.stream().map(PushSession::info).filter(Objects::nonNull).toList();
	}

	/**
	 * Let nobody in while the server drains.
	 * @throws SessionRejectedException if it does
	 */
	void requireNotDraining() {
		if (this.draining) {
			throw new SessionRejectedException(CloseReason.DRAINING, CloseReason.DRAINING.text(), retryAfterDrain());
		}
	}

	/**
	 * Tell all sessions to leave and come back, spread over the drain time.
	 * @return completes when the last session has ended, at the latest after the drain
	 * time
	 */
	Mono<Void> drain() {
		return Mono.defer(() -> {
			this.draining = true;
			this.sessions.forEach((session) -> session.execute(() -> session.goAway(retryAfterDrain())));
			if (this.sessions.isEmpty()) {
				this.drained.tryEmitEmpty();
			}
			return this.drained.asMono()
				.timeout(this.context.settings().drainTime(), Mono.empty(), this.context.timer());
		});
	}

	boolean isDraining() {
		return this.draining;
	}

	/** A random time, so that clients do not come back all at once. */
	private Duration retryAfterDrain() {
		long millis = Math.max(1000, this.context.settings().drainTime().toMillis());
		return Duration.ofMillis(ThreadLocalRandom.current().nextLong(500, millis + 500));
	}

	/**
	 * A client's process.
	 */
	private record Instance(SdkKey key, String name) {

		static @Nullable Instance of(SessionInfo info) {
			String name = info.client().instance();
			return (name != null) ? new Instance(info.key(), name) : null;
		}

	}

}
