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
import java.util.List;

import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.ConnectFailure.Kind;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.protocol.AccessGrant;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.SyncMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Keeps one live session, whatever happens. It decides what follows from each event:
 * <ol>
 * <li>A session that was refused is the last one.</li>
 * <li>Where the token has ended a new one is got, and the next attempt is made at once; a
 * second time in a row it is made after a delay.</li>
 * <li>A server that sends the client away has said when to come back.</li>
 * <li>A transport that does not get through is followed at once by the next one.</li>
 * <li>After any other failure the next attempt is made after a delay, which grows from
 * one failure to the next until a session has been stable.</li>
 * <li>While a session works over another way than the best, the best is tried beside it.
 * Such a {@link Probe} has no part in the session: it claims to be no instance, and
 * nothing that it receives is applied. If it works it ends, the session ends, and the
 * next one takes the better way.</li>
 * </ol>
 * <p>
 * A session is not begun before the former one has ended, with its connection. All events
 * come through the loop, one after another; so do calls of the app.
 */
final class SessionKeeper implements ClientSession.Owner {

	private static final Log logger = LogFactory.getLog(SessionKeeper.class);

	/** How long the answer to a check may take. */
	private static final Duration CHECK_PATIENCE = Duration.ofSeconds(5);

	/** A probe shall hear something soon. */
	private static final Duration PROBE_HEARTBEAT = Duration.ofSeconds(5);

	private final ClientSettings settings;

	private final Effects effects;

	private final ClientLoop loop;

	private final ClientIdentity identity;

	private final ClientReport report;

	private final Routes routes;

	private final AccessTokens tokens;

	private final BackOff backOff;

	private final ClientSubscriptions subscriptions;

	private final Requests requests;

	private final Notifications notifications = new Notifications();

	private final AckSender acks;

	private final BetterWay betterWay;

	/** Decides whether it is one of a share of clients, with each token the same way. */
	private final double lot;

	// Confined to the loop

	private @Nullable ClientSession session;

	private @Nullable Duration advisedHeartbeat;

	private AddressFamily advisedFamily = AddressFamily.ANY;

	private boolean paused;

	private boolean closing;

	private boolean tokenExpired;

	private boolean acknowledges = true;

	private long notLiveSince;

	private Disposable retryTimer = Disposables.disposed();

	SessionKeeper(ClientSettings settings, Effects effects, List<ClientTransport> transports, ClientIdentity identity,
			@Nullable TokenStore tokenStore, List<PushClientListener> listeners) {
		this.settings = settings;
		this.effects = effects;
		this.loop = effects.loop();
		this.identity = identity;
		this.lot = effects.random().nextDouble();
		this.report = new ClientReport(listeners);
		this.routes = new Routes(settings.endpoints(), transports, settings.retryTransportAfter(), effects.random());
		this.tokens = new AccessTokens(settings.subscriptions().get(0).sdkKey(), effects,
				settings.newBackOff(effects.random()), tokenStore, settings.endpoints().get(0), this::renewed);
		this.backOff = settings.newBackOff(effects.random());
		this.requests = new Requests(this.loop, settings.requestTimeout(), settings.maxRequests());
		this.acks = new AckSender(this.loop, settings.ackInterval());
		this.subscriptions = new ClientSubscriptions(settings, effects, this.tokens::credential, this::current,
				this.acks::progress);
		this.acks.subscriptions(this.subscriptions);
		this.betterWay = new BetterWay(effects, settings.timeouts(), this.routes, this.report, this::probeRequest,
				this::addressFamily, (route) -> leave("better", "going over to " + route));
	}

	ClientSubscriptions subscriptions() {
		return this.subscriptions;
	}

	Requests requests() {
		return this.requests;
	}

	Notifications notifications() {
		return this.notifications;
	}

	AckSender acks() {
		return this.acks;
	}

	ClientStatus status() {
		return this.report.status();
	}

	// What the app wants

	void start() {
		if (this.report.state() == State.INITIALIZING && !this.closing) {
			this.notLiveSince = this.loop.nanoTime();
			this.tokens.restore().ifPresent(this::advise);
			if (this.paused) {
				status(State.INTERRUPTED, "paused by the app", null);
			}
			else {
				connect("started");
			}
		}
	}

	void pause() {
		if (this.paused || this.closing) {
			return;
		}
		this.paused = true;
		this.retryTimer.dispose();
		leave("paused", "paused by the app");
		if (this.session == null && this.report.state() == State.INTERRUPTED) {
			status(State.INTERRUPTED, "paused by the app", status().failure());
		}
	}

	void resume() {
		if (!this.paused) {
			return;
		}
		this.paused = false;
		if (this.session == null && this.report.state() == State.INTERRUPTED) {
			connect("resumed by the app");
		}
	}

	/**
	 * Find out at once whether the session still works, or connect at once if there is
	 * none.
	 */
	void check(String why) {
		ClientSession present = this.session;
		if (present == null) {
			if (!this.retryTimer.isDisposed()) {
				this.retryTimer.dispose();
				connect(why);
			}
		}
		else if (present.isLive() && !present.check(CHECK_PATIENCE)) {
			leave("checked", why);
		}
	}

	/** Log in anew for another user, with whom all flag sets are subscribed to again. */
	void changeUser(FlagSetId flagSet, @Nullable ClientUser user) {
		boolean changes = false;
		for (ClientSubscription subscription : this.subscriptions.all()) {
			changes |= subscription.settings().flagSet().equals(flagSet) && subscription.changeUser(user);
		}
		if (changes) {
			leave("user", "logging in for another user");
		}
	}

	void close() {
		if (this.closing) {
			return;
		}
		this.closing = true;
		this.retryTimer.dispose();
		leave("closed", "closed by the app");
		if (this.session == null) {
			closed("closed by the app", null);
		}
	}

	private void leave(String code, String message) {
		this.betterWay.sessionEnded();
		if (this.session != null) {
			this.session.end(new ConnectFailure(Kind.LEFT, code, message));
		}
	}

	// The way to a session

	private void connect(String why) {
		this.retryTimer.dispose();
		Route route = this.routes.next(this.loop.nanoTime());
		ClientSession next = new ClientSession(this.effects, this.settings.timeouts(), route, this);
		this.session = next;
		status(State.CONNECTING, why, status().failure());
		next.start(this.tokens.keyToExchange(), this.tokens.issuer(route.endpoint()));
	}

	@Override
	public Route granted(URI issuer, @Nullable AccessGrant grant) {
		this.tokens.granted(issuer, grant);
		if (grant != null) {
			advise(grant);
		}
		return this.routes.next(this.loop.nanoTime());
	}

	/** What comes with a token that is renewed holds for the present session too. */
	private void renewed(AccessGrant grant) {
		boolean otherOrder = advise(grant);
		ClientSession present = this.session;
		if (present != null && present.isLive()) {
			this.acks.sessionLive(this.acknowledges ? present : null);
			if (otherOrder) {
				this.betterWay.orderChanged();
			}
		}
	}

	/**
	 * Take the advice of a server.
	 * @return whether it prefers other ways than before
	 */
	private boolean advise(AccessGrant grant) {
		Long heartbeat = grant.heartbeat();
		this.advisedHeartbeat = (heartbeat != null) ? Duration.ofMillis(heartbeat) : null;
		this.advisedFamily = AddressFamily.ofWireName(grant.addressFamily());
		Double share = grant.telemetry();
		this.acknowledges = share == null || this.lot < share;
		return this.routes.advise(Endpoints.advised(grant.endpoints(), this.settings.endpoints()), grant.transports());
	}

	@Override
	public AddressFamily addressFamily() {
		return (this.settings.addressFamily() != AddressFamily.ANY) ? this.settings.addressFamily()
				: this.advisedFamily;
	}

	@Override
	public TransportRequest request(URI endpoint) {
		ClientSubscription first = this.subscriptions.first();
		if (this.session != null) {
			this.subscriptions.begin(this.session);
			this.tokens.sessionBegins();
		}
		Duration heartbeat = (this.settings.heartbeat() != null) ? this.settings.heartbeat() : this.advisedHeartbeat;
		return new TransportRequest(endpoint, this.tokens::credential, first.options(first.settings().mode()),
				heartbeat, this.identity.info(), this.subscriptions);
	}

	@Override
	public void stepBegins(ClientSession session, ConnectStep step) {
		status(State.CONNECTING, status().reason(), status().failure());
	}

	@Override
	public void stepEnded(ClientSession session, ConnectStep step, Duration took, @Nullable ConnectFailure failure) {
		this.report.stepEnded(session.route(), step, took, failure);
		if (failure != null && this.session == session) {
			this.report.attemptFailed(session.route(), step, failure);
		}
	}

	// The session

	@Override
	public void received(ClientSession session, @Nullable String sub, ServerMessage message) {
		if (message instanceof ServerMessage.Welcome welcome && sub == null) {
			session.interval(Duration.ofMillis(welcome.heartbeat()));
			this.subscriptions.subscribe();
		}
		if (message instanceof ServerMessage.GoAway goAway) {
			session.end(ConnectFailure.of(goAway));
		}
		else if (message instanceof ServerMessage.Closed closed) {
			ended(session, sub, ConnectFailure.of(closed));
		}
		else if (message instanceof ServerMessage.Error error) {
			refused(sub, error);
		}
		else if (message instanceof ServerMessage.Response response) {
			this.requests.answered(response);
		}
		else if (message instanceof ServerMessage.Notification notification) {
			this.notifications.received(notification);
		}
		else {
			this.subscriptions.with(sub, (subscription) -> subscription.receive(message));
		}
	}

	private void ended(ClientSession session, @Nullable String sub, ConnectFailure failure) {
		if (sub != null) {
			subscriptionEnded(session, sub, failure);
		}
		else {
			session.end(failure);
		}
	}

	private void refused(@Nullable String sub, ServerMessage.Error error) {
		// Something was sent for a subscription that is not open; its end is told
		// otherwise
		if (sub != null && !error.code().equals("unknown_sub")) {
			Kind kind = error.retry() ? Kind.BUSY : Kind.REFUSED;
			this.subscriptions.with(sub,
					(subscription) -> subscription.ended(new ConnectFailure(kind, error.code(), error.message())));
		}
		else {
			logger.debug("the server has refused a message with " + error.code() + ": " + error.message());
		}
	}

	@Override
	public void subscriptionEnded(ClientSession session, String sub, ConnectFailure failure) {
		this.subscriptions.with(sub, (subscription) -> subscription.ended(failure));
	}

	/** The first flag set is as the server has it. */
	private void current() {
		ClientSession present = this.session;
		if (present == null || present.isLive()) {
			return;
		}
		present.live();
		if (!present.isLive()) {
			return;
		}
		Route route = present.route();
		this.tokenExpired = false;
		this.routes.succeeded(route);
		status(State.LIVE, "connected to " + route, null);
		Duration took = Duration.ofNanos(this.loop.nanoTime() - this.notLiveSince);
		this.report.live(route, took, "flag set " + this.subscriptions.first());
		this.tokens.keepFresh(present);
		this.acks.sessionLive(this.acknowledges ? present : null);
		this.notifications.sessionLive(present);
		this.requests.sessionLive(present);
		this.betterWay.sessionLive(present);
	}

	@Override
	public void ended(ClientSession ended, ConnectFailure failure) {
		this.session = null;
		this.betterWay.sessionEnded();
		this.subscriptions.end();
		this.tokens.sessionEnded();
		this.acks.sessionEnded();
		this.notifications.sessionEnded();
		this.requests.sessionEnded();
		if (ended.wasLive()) {
			noteEnd(ended, failure);
		}
		if (this.closing) {
			closed("closed by the app", null);
		}
		else if (failure.kind() == Kind.REFUSED) {
			closed(failure.message(), failure);
		}
		else if (this.paused) {
			status(State.INTERRUPTED, "paused by the app", failure);
		}
		else {
			connectAgain(ended, failure);
		}
	}

	private void noteEnd(ClientSession ended, ConnectFailure failure) {
		Duration lived = ended.lived();
		this.notLiveSince = this.loop.nanoTime();
		if (lived.compareTo(this.settings.stableAfter()) > 0) {
			this.backOff.reset();
		}
		if (failure.code().equals(ClientSession.SILENT) && ended.wasSilent()) {
			this.routes.unfit(ended.route(), this.notLiveSince);
		}
		this.report.sessionEnded(ended.route(), lived, failure);
	}

	private void connectAgain(ClientSession ended, ConnectFailure failure) {
		switch (failure.kind()) {
			case LEFT -> connect(failure.message());
			// The server has spread the times, but one that lets nobody in may not have
			case SENT_AWAY ->
				retryAfter(ended.wasLive() ? orZero(failure.retryAfter()) : this.backOff.next(failure), failure);
			case TOKEN_EXPIRED -> {
				this.tokens.expired();
				boolean again = this.tokenExpired;
				this.tokenExpired = true;
				retryAfter(again ? this.backOff.next() : Duration.ZERO, failure);
			}
			default -> {
				boolean elsewhere = ended.failedStep() == ConnectStep.TOKEN && !ended.wasLive()
						&& this.tokens.failed(ended.route().endpoint());
				boolean another = !elsewhere && !ended.wasLive()
						&& this.routes.failed(ended.route(), ended.failedStep(), failure, this.loop.nanoTime());
				retryAfter(another ? Duration.ZERO : this.backOff.next(failure), failure);
			}
		}
	}

	private void retryAfter(Duration delay, ConnectFailure failure) {
		status(State.INTERRUPTED, failure.message() + "; next attempt in " + delay.toMillis() + "ms", failure);
		this.retryTimer = this.loop.schedule(delay, () -> connect("connecting again"));
	}

	private static Duration orZero(@Nullable Duration duration) {
		return (duration != null) ? duration : Duration.ZERO;
	}

	private void closed(String reason, @Nullable ConnectFailure failure) {
		this.closing = true;
		if (failure != null) {
			this.report.refused(failure);
		}
		status(State.CLOSED, reason, failure);
		this.requests.close();
		this.notifications.close();
		this.subscriptions.complete();
	}

	private TransportRequest probeRequest(URI endpoint) {
		return new TransportRequest(endpoint, this.tokens::credential,
				this.subscriptions.first().options(SyncMode.NOTIFY), PROBE_HEARTBEAT, this.identity.anonymous(),
				this.subscriptions);
	}

	private void status(State state, String reason, @Nullable ConnectFailure failure) {
		this.report.status(state, reason, failure, this.session);
	}

}
