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
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

import io.realtimepush.protocol.AccessGrant;
import io.realtimepush.protocol.ClientMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * The credential of a client: its access token, or its SDK key where a server has no
 * tokens. While a session lasts the token is renewed ahead of its end.
 * <p>
 * Confined to the loop.
 */
final class AccessTokens {

	private static final Log logger = LogFactory.getLog(AccessTokens.class);

	/** A token that ends so soon is not worth to log in with. */
	private static final Duration LEAST = Duration.ofSeconds(5);

	/** A stream is ended half a minute before its token, and comes back with the next. */
	private static final Duration STREAM_MARGIN = Duration.ofSeconds(45);

	/** How long a server that has no tokens is not asked again. */
	private static final Duration ABSENCE = Duration.ofMinutes(10);

	private final String sdkKey;

	private final Effects effects;

	private final BackOff backOff;

	private final @Nullable TokenStore store;

	private final URI home;

	private final Consumer<AccessGrant> renewed;

	private @Nullable AccessGrant grant;

	/** What the present session has begun with, or nothing if that was the key. */
	private @Nullable AccessGrant used;

	private long expires;

	/** Where the last token was made; another server may only check it. */
	private URI issuer;

	/**
	 * Whether the issuer did not answer, so that the next token is asked for elsewhere.
	 */
	private boolean issuerFails;

	private boolean absent;

	private long absentUntil;

	private Disposable refresh = Disposables.disposed();

	/**
	 * Create the credential.
	 * @param sdkKey the SDK key
	 * @param effects the world outside
	 * @param backOff the delays between attempts to renew a token
	 * @param store where a token outlives the app, or {@code null}
	 * @param home the server that is asked first as long as none has made a token
	 * @param renewed is given the advice that comes with a token that is renewed
	 */
	AccessTokens(String sdkKey, Effects effects, BackOff backOff, @Nullable TokenStore store, URI home,
			Consumer<AccessGrant> renewed) {
		this.sdkKey = sdkKey;
		this.effects = effects;
		this.backOff = backOff;
		this.store = store;
		this.home = home;
		this.renewed = renewed;
		this.issuer = home;
	}

	/**
	 * Take the token of an earlier run of the app.
	 * @return its advice, if there is one
	 */
	Optional<AccessGrant> restore() {
		TokenStore.Stored stored = (this.store != null) ? this.store.load(this.sdkKey) : null;
		if (stored == null) {
			return Optional.empty();
		}
		this.grant = stored.grant();
		this.expires = now() + Duration.between(Instant.now(), stored.expires()).toNanos();
		return (token() != null) ? Optional.of(stored.grant()) : Optional.empty();
	}

	/**
	 * Return what to log in with.
	 */
	String credential() {
		String token = token();
		return (token != null) ? token : this.sdkKey;
	}

	private @Nullable String token() {
		AccessGrant present = this.grant;
		return (present != null && this.expires - now() > LEAST.toNanos()) ? present.token() : null;
	}

	/**
	 * Return the SDK key that is to be changed for a token before the next login.
	 * @return the key, or {@code null} if there is a token, or none to be had
	 */
	@Nullable String keyToExchange() {
		boolean stillAbsent = this.absent && this.absentUntil - now() > 0;
		return (token() != null || stillAbsent) ? null : this.sdkKey;
	}

	/**
	 * Return where to get a token.
	 * @param endpoint where the client is going to log in
	 * @return the base URL of the server to ask
	 */
	URI issuer(URI endpoint) {
		return this.issuerFails ? endpoint : this.issuer;
	}

	/**
	 * Take note that no token could be got, so that the next is asked for where the
	 * client logs in. A server there that has none may only check tokens: after a while
	 * the one that makes them is asked again.
	 * @return whether it was asked for elsewhere than where the client logs in
	 */
	boolean failed(URI endpoint) {
		boolean elsewhere = !this.issuerFails && !this.issuer.equals(endpoint);
		this.issuerFails = true;
		return elsewhere;
	}

	/**
	 * Take what a server has answered.
	 * @param from the base URL of the server
	 * @param answer the token and its advice, or {@code null} if the server has no tokens
	 */
	void granted(URI from, @Nullable AccessGrant answer) {
		this.issuerFails = false;
		this.absent = answer == null;
		if (answer == null) {
			this.absentUntil = now() + ABSENCE.toNanos();
			this.issuer = from.equals(this.issuer) ? this.home : this.issuer;
			return;
		}
		this.issuer = from;
		Duration lasts = Duration.ofMillis(Math.min(answer.expiresIn(), Duration.ofDays(365).toMillis()));
		this.grant = answer;
		this.expires = now() + lasts.toNanos();
		if (this.store != null) {
			this.store.store(this.sdkKey, new TokenStore.Stored(answer, Instant.now().plus(lasts)));
		}
	}

	/**
	 * Take note that a session begins with the present token, or with the key.
	 */
	void sessionBegins() {
		this.used = (token() != null) ? this.grant : null;
	}

	/**
	 * Forget the token: it was refused, or a stream was ended ahead of its end. One that
	 * has been got since is tried first.
	 */
	void expired() {
		if (this.grant != this.used) {
			return;
		}
		this.grant = null;
		if (this.store != null) {
			this.store.store(this.sdkKey, null);
		}
	}

	/**
	 * Renew the token as long as a session lasts: well ahead of its end, and not with all
	 * other clients. One that a session has begun with is renewed also if it ends too
	 * soon to begin another with it.
	 * @param session the session, which is told of the new token
	 */
	void keepFresh(ClientSession session) {
		long left = this.expires - now();
		if (this.used != null && this.grant != null && left > 0) {
			long wanted = (long) (left * (0.7 + 0.2 * this.effects.random().nextDouble()));
			long latest = Math.max(left - STREAM_MARGIN.toNanos(), left / 5);
			refreshAfter(Duration.ofNanos(Math.min(wanted, latest)), session);
		}
	}

	private void refreshAfter(Duration delay, ClientSession session) {
		this.refresh.dispose();
		this.refresh = this.effects.loop().schedule(delay, () -> refresh(session));
	}

	private void refresh(ClientSession session) {
		URI endpoint = issuer(session.route().endpoint());
		this.refresh = this.effects.tokens()
			.fetch(endpoint, this.sdkKey)
			.singleOptional()
			.subscribe((answer) -> refreshed(session, endpoint, answer.orElse(null), null),
					(ex) -> refreshed(session, endpoint, null, ex));
	}

	private void refreshed(ClientSession session, URI endpoint, @Nullable AccessGrant answer,
			@Nullable Throwable failure) {
		this.effects.loop().execute(() -> {
			if (!session.isLive()) {
				return;
			}
			if (answer != null) {
				this.backOff.reset();
				granted(endpoint, answer);
				session.send(new ClientMessage.Auth(answer.token()));
				this.renewed.accept(answer);
				keepFresh(session);
			}
			else {
				logger.debug("access token could not be renewed yet", failure);
				refreshAfter(this.backOff.next(ConnectFailedException.failure(failure)), session);
			}
		});
	}

	/**
	 * Stop to renew the token.
	 */
	void sessionEnded() {
		this.refresh.dispose();
	}

	private long now() {
		return this.effects.loop().nanoTime();
	}

}
