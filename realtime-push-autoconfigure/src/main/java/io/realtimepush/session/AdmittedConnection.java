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

import java.util.concurrent.TimeUnit;

import io.realtimepush.flags.SdkKey;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * A connection that was let in and carries no session, because its client shows its keys,
 * and is told of changes, in a way of its own. The limits count it as those that carry
 * one.
 *
 * @since 0.1.0
 */
public final class AdmittedConnection {

	private final PushHandler handler;

	private final Admission.Ticket ticket;

	private final MessageAllowance messages;

	AdmittedConnection(PushHandler handler, Admission.Ticket ticket) {
		this.handler = handler;
		this.ticket = ticket;
		this.messages = handler.context().newMessageAllowance();
	}

	/**
	 * Count something that the client has sent. Called by whoever reads the connection,
	 * one after another.
	 * @return whether to take it; the connection is to be closed if not
	 */
	public boolean countsAsMessage() {
		return this.messages.take(this.handler.context().millis());
	}

	/**
	 * Find out who is asking and whether the interceptors let it in. The connection
	 * counts for the first key that is.
	 * @param request who asks
	 * @return who that is, or the error {@link SessionRejectedException}
	 */
	public Mono<Identity> authenticate(PushRequest request) {
		return this.handler.authenticate(request, this.ticket);
	}

	/**
	 * Give the client the time of a handshake to show a key.
	 * @param task run when the time is over, by a thread of the timer
	 * @return to be disposed of when a key has been shown
	 */
	public Disposable onHandshakeTimeout(Runnable task) {
		SessionContext context = this.handler.context();
		return context.timer().schedule(task, context.settings().handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * A key is used here no more, so the connection does not count for it.
	 * @param key the key
	 */
	public void forget(SdkKey key) {
		this.ticket.withdraw(key);
	}

	/**
	 * The connection has ended. Safe to call twice.
	 */
	public void close() {
		this.ticket.giveBack();
	}

}
