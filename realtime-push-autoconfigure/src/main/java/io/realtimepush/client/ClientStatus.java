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

import java.net.URI;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * How the connection of a client is.
 *
 * @param state the state
 * @param since when the client came to this state
 * @param reason why it is in this state, for people
 * @param failure what ended the last session or attempt, or {@code null} if nothing has
 * since the last one was live
 * @param step the step that is under way while {@link State#CONNECTING}, else
 * {@code null}
 * @param endpoint the server that it is connected or connecting to, or {@code null}
 * @param transport the transport of that connection, or {@code null}
 * @since 0.1.0
 */
public record ClientStatus(State state, Instant since, String reason, @Nullable ConnectFailure failure,
		@Nullable ConnectStep step, @Nullable URI endpoint, @Nullable String transport) {

	/**
	 * Return whether the flag sets are kept current.
	 * @return whether the state is {@link State#LIVE}
	 */
	public boolean isLive() {
		return this.state == State.LIVE;
	}

	/**
	 * What a client does.
	 */
	public enum State {

		/**
		 * It has not been started.
		 */
		INITIALIZING,

		/**
		 * It is on the way to a session. Left for {@link #LIVE}, {@link #INTERRUPTED} or
		 * {@link #CLOSED}.
		 */
		CONNECTING,

		/**
		 * It has a session, and had the server's flag set when that began.
		 */
		LIVE,

		/**
		 * It has no session, and will connect again: after a delay, or when it is
		 * resumed.
		 */
		INTERRUPTED,

		/**
		 * It has ended, because it was told to or because the server refuses it for good.
		 * Never left.
		 */
		CLOSED

	}

}
