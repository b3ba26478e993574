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

import java.util.function.Function;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.hub.FlagView;
import io.realtimepush.hub.ViewState;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.SyncMode;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.util.Assert;

/**
 * A login that has succeeded: who is there, what it may see, and the loaded view. Either
 * a session is opened with it, or it is closed.
 *
 * @since 0.1.0
 */
public final class PushLogin {

	private final SessionInfo info;

	private final SdkKeyDetails details;

	private @Nullable TokenLease lease;

	/** With the position of the client until the subscription opens. */
	private ClientMessage.Options options;

	private final int heartbeat;

	/** Given back when it becomes {@code null}. */
	private @Nullable FlagView view;

	private final int asOf;

	private final Admission.@Nullable Ticket ticket;

	PushLogin(SessionInfo info, Identity identity, ClientMessage.Options options, int heartbeat, FlagView view,
			int asOf, Admission.@Nullable Ticket ticket) {
		this(info, identity.details(), (identity.token() != null) ? new TokenLease(identity.token()) : null, options,
				heartbeat, view, asOf, ticket);
	}

	private PushLogin(SessionInfo info, SdkKeyDetails details, @Nullable TokenLease lease,
			ClientMessage.Options options, int heartbeat, FlagView view, int asOf, Admission.@Nullable Ticket ticket) {
		this.info = info;
		this.details = details;
		this.lease = lease;
		this.options = options;
		this.heartbeat = heartbeat;
		this.view = view;
		this.asOf = asOf;
		this.ticket = ticket;
	}

	/**
	 * Return the same login with what the key allows now.
	 */
	PushLogin with(SdkKeyDetails changed, FlagView changedView, int changedAsOf) {
		SessionInfo same = new SessionInfo(this.info.id(), changed.key(), changed.flagSet(), this.info.transport(),
				this.info.client(), this.info.peer(), this.info.since());
		return new PushLogin(same, changed, this.lease, this.options, this.heartbeat, changedView, changedAsOf,
				this.ticket);
	}

	/**
	 * Return the session as listeners see it.
	 * @return the session
	 */
	public SessionInfo info() {
		return this.info;
	}

	SdkKeyDetails details() {
		return this.details;
	}

	/** How long the token lasts, or {@code null} if the key itself was shown. */
	@Nullable TokenLease lease() {
		return this.lease;
	}

	/** Go on with another token of the same key, or with the key itself. */
	void renew(@Nullable TokenClaims fresh) {
		if (this.lease != null) {
			this.lease.cancel();
		}
		this.lease = (fresh != null) ? new TokenLease(fresh) : null;
	}

	ClientMessage.Options options() {
		return this.options;
	}

	@Nullable FlagPosition takePosition() {
		FlagPosition taken = this.options.position();
		this.options = this.options.withoutPosition();
		return taken;
	}

	SyncMode mode() {
		SyncMode wished = this.options.mode();
		return (wished != null) ? wished : SyncMode.DELTA;
	}

	/**
	 * Return the heartbeat interval in force.
	 * @return the interval in milliseconds
	 */
	public int heartbeat() {
		return this.heartbeat;
	}

	FlagView view() {
		FlagView present = this.view;
		Assert.state(present != null, "the view of the login has been given back");
		return present;
	}

	/**
	 * The present state of the view, which has been loaded before the login succeeded.
	 */
	ViewState state() {
		ViewState state = view().state();
		Assert.state(state != null, "the view of a login is loaded");
		return state;
	}

	/** How many changes of keys had been told when the key was looked at. */
	int asOf() {
		return this.asOf;
	}

	synchronized void releaseView() {
		FlagView held = this.view;
		if (held != null) {
			this.view = null;
			held.release();
		}
	}

	/**
	 * Go on with the login. If that fails before there is anything to subscribe to, the
	 * login is closed.
	 * @param <T> the type of the result
	 * @param next what to do; closes the login or opens a session with it, from the
	 * subscription on
	 * @return what was returned
	 */
	public <T> Mono<T> use(Function<PushLogin, Mono<T>> next) {
		try {
			return next.apply(this);
		}
		catch (RuntimeException ex) {
			close();
			throw ex;
		}
	}

	/**
	 * Give back what the login holds. Safe to call twice.
	 */
	public void close() {
		releaseView();
		if (this.ticket != null) {
			this.ticket.giveBack();
		}
	}

}
