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

import java.util.concurrent.Executor;

import io.realtimepush.hub.ViewUpdate;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * What a transport supplies to a session: a way to write and to close. All methods but
 * {@link #executor()} are called on the executor only.
 *
 * @since 0.1.0
 */
public interface PushConnection {

	/**
	 * Return where everything about this connection happens, one task after another: the
	 * event loop of its channel.
	 * @return the executor
	 */
	Executor executor();

	/**
	 * Return whether an update may be written: nothing that was written before waits for
	 * the socket. When that changes the transport calls {@link PushSession#ready()}.
	 * @return whether the connection takes an update
	 */
	boolean isReady();

	/**
	 * Return whether an idle subscription is sent heartbeats.
	 * @return {@code false} if the transport answers in time by itself
	 */
	default boolean beats() {
		return true;
	}

	/**
	 * Return whether the client can send messages over this connection, and so renew its
	 * token.
	 * @return {@code false} if the transport is one-way
	 */
	default boolean takesMessages() {
		return false;
	}

	/**
	 * Write a message that is for this connection alone.
	 * @param message the message
	 */
	void send(ServerMessage message);

	/**
	 * Write an update that many connections are sent; it is encoded once for all of them.
	 * @param update the update
	 * @param form how it is written
	 */
	void send(ViewUpdate update, UpdateForm form);

	/**
	 * Say goodbye in the way of the transport and close. The transport need not call
	 * {@link PushSession#disconnected()} afterwards.
	 * @param reason why
	 * @param detail text for the client, or {@code null} for that of the reason
	 */
	void close(CloseReason reason, @Nullable String detail);

}
