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

package io.realtimepush.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.ConnectFailure.Kind;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a client tells of itself: its status, its listeners, and the log, where the first
 * failure of an outage is a warning and the others are details.
 * <p>
 * Confined to the loop, but for {@link #status()}.
 */
final class ClientReport {

	private static final Log logger = LogFactory.getLog(ClientReport.class);

	private final List<PushClientListener> listeners;

	private volatile ClientStatus status = new ClientStatus(State.INITIALIZING, Instant.now(), "not started", null,
			null, null, null);

	private boolean troubled;

	ClientReport(List<PushClientListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	ClientStatus status() {
		return this.status;
	}

	State state() {
		return this.status.state();
	}

	void status(State state, String reason, @Nullable ConnectFailure failure, @Nullable ClientSession session) {
		ClientStatus before = this.status;
		Instant since = (before.state() != state) ? Instant.now() : before.since();
		Route route = (session != null) ? session.route() : null;
		ClientStatus after = new ClientStatus(state, since, reason, failure, (session != null) ? session.step() : null,
				(route != null) ? route.endpoint() : null, (route != null) ? route.transport().name() : null);
		this.status = after;
		tell((listener) -> listener.statusChanged(after));
	}

	void stepEnded(Route route, ConnectStep step, Duration took, @Nullable ConnectFailure failure) {
		tell((listener) -> listener.stepEnded(step, route.transport().name(), took, failure));
	}

	void live(Route route, Duration took, String flagSets) {
		logger.info((this.troubled ? "connected again to " : "connected to ") + route + ", " + flagSets);
		this.troubled = false;
		tell((listener) -> listener.sessionLive(route.transport().name(), took));
	}

	void sessionEnded(Route route, Duration lived, ConnectFailure failure) {
		log("session with " + route + " ended: " + failure, failure);
		tell((listener) -> listener.sessionEnded(route.transport().name(), lived, failure));
	}

	void attemptFailed(Route route, ConnectStep step, ConnectFailure failure) {
		log("no session with " + route + ", step " + step + " failed: " + failure, failure);
	}

	private void log(String message, ConnectFailure failure) {
		boolean expected = failure.kind() == Kind.LEFT || failure.kind() == Kind.SENT_AWAY;
		boolean toldElsewhere = failure.kind() == Kind.REFUSED;
		if (expected || toldElsewhere || this.troubled) {
			logger.debug(message, failure.cause());
		}
		else {
			this.troubled = true;
			logger.warn(message + "; connecting again until it works");
			logger.debug("cause of the failure", failure.cause());
		}
	}

	void refused(ConnectFailure failure) {
		logger.error("the client is closed, because the server refuses it: " + failure.message()
				+ "; flags stay as they are");
	}

	private void tell(Consumer<PushClientListener> event) {
		for (PushClientListener listener : this.listeners) {
			try {
				event.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.warn(listener.getClass().getName() + " failed to take note of what happened to the client", ex);
			}
		}
	}

}
