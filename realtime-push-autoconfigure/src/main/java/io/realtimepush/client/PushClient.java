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

import java.util.List;
import java.util.Set;

import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.protocol.ClientMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A client of push servers: keeps one connection, and the flag sets of the app current.
 * <p>
 * Safe for use by many threads. Nothing blocks.
 *
 * @since 0.1.0
 */
public interface PushClient {

	/**
	 * Connect, and stay connected. A client is started once.
	 */
	void start();

	/**
	 * Leave the server, and stay away until {@link #resume()}. The flags stay as they
	 * are.
	 */
	void pause();

	/**
	 * Connect again after {@link #pause()}.
	 */
	void resume();

	/**
	 * Find out at once whether the connection still works; where that cannot be found
	 * out, or there is none, connect anew at once. To be called when there is reason to
	 * believe that the network has changed.
	 */
	void check();

	/**
	 * Have the toggles of a flag set evaluated for another user. The client logs in anew
	 * at once; until the server has answered, the flags are those of the former user.
	 * Nothing happens if the user is the same. A server that wants a user and was told
	 * none refuses the login; over WebSocket that has closed the client for good.
	 * @param flagSet the name that the app knows the flag set by
	 * @param user the user, or {@code null} for nobody
	 * @throws IllegalArgumentException if the client has no such flag set
	 */
	void changeUser(FlagSetId flagSet, @Nullable ClientUser user);

	/**
	 * Leave the server for good.
	 * @return completes when no connection and no thread is left
	 */
	Mono<Void> close();

	/**
	 * Return how the connection is.
	 * @return the present status
	 */
	ClientStatus status();

	/**
	 * Wait for the first session.
	 * @return the status when the client is {@link ClientStatus.State#LIVE live} for the
	 * first time, or a {@link PushClientClosedException} if it is closed before
	 */
	Mono<ClientStatus> whenLive();

	/**
	 * Return the names of the flag sets of the client.
	 * @return the names that the app knows them by, that of the login first
	 */
	Set<FlagSetId> flagSets();

	/**
	 * Return the flag sets of the client.
	 * @return the flag sets, which may be read and watched also while there is no
	 * connection
	 */
	FlagFeeds feeds();

	/**
	 * Call a method of the server app. A call that is made while there is no session
	 * waits for one. It is sent at most once.
	 * @param <T> the type of the result
	 * @param method the method
	 * @param payload what it is given: anything that Jackson writes, or {@code null}
	 * @param type the type of the result
	 * @return the result, empty if it is JSON {@code null}, or a
	 * {@link PushRequestException}. Each subscription is a call; cancelling it gives the
	 * call up. Signals come on the client's own thread, which must not be blocked
	 */
	<T> Mono<T> request(String method, @Nullable Object payload, Class<T> type);

	/**
	 * Pass on acknowledgements of those who have their flags from this app. They are sent
	 * over the present session as they are; without one, or if the server does not want
	 * this client to acknowledge, they are dropped.
	 * @param flagSet the flag set that they are of
	 * @param acks the acknowledgements
	 */
	void acknowledge(FlagSetId flagSet, List<ClientMessage.Ack> acks);

	/**
	 * Hear what the server app tells of a method, in this session and all later ones. It
	 * is told over WebSocket only.
	 * @param <T> the type of what is told
	 * @param method the method
	 * @param type the type of what is told
	 * @return an endless stream that begins with what is told from now on; what does not
	 * fit the type is logged and left out. A subscriber that is too slow misses the
	 * oldest. Signals come on the client's own thread, which must not be blocked. It
	 * completes when the client is closed
	 */
	<T> Flux<T> on(String method, Class<T> type);

}
