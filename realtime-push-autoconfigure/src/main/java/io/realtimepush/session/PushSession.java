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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageReader;
import io.realtimepush.protocol.ProtocolViolationException;
import io.realtimepush.protocol.ServerMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * One login of one client, until its connection ends.
 * <p>
 * Confined to the executor of its connection, but for {@link #execute(Runnable)} and
 * {@link #info()}.
 *
 * @since 0.1.0
 */
public final class PushSession {

	private static final Log logger = LogFactory.getLog(PushSession.class);

	/** Time between {@code goaway} and the close. */
	private static final Duration GOODBYE = Duration.ofMillis(500);

	/** Time between the notice on a stream and the end of its token. */
	static final Duration TOKEN_NOTICE = Duration.ofSeconds(30);

	/**
	 * A key that could not be looked at is looked at again after a time between these, in
	 * milliseconds.
	 */
	private static final long MIN_LOOK_DELAY = 5_000;

	private static final long MAX_LOOK_DELAY = 30_000;

	/** Messages that may come before the login is decided. */
	private static final int MAX_EARLY_MESSAGES = 64;

	private final PushHandler handler;

	private final PushConnection connection;

	private final MessageAllowance messages;

	private State state = State.HANDSHAKE;

	private @Nullable Handshake handshake;

	private volatile @Nullable Subscription first;

	/** By name; kept immutable while empty, as in most sessions. */
	private Map<String, Subscription> others = Map.of();

	/** By name, a token of the login that is under way. */
	private Map<String, Object> opening = Map.of();

	private volatile @Nullable SessionCalls calls;

	private boolean leaving;

	PushSession(PushHandler handler, PushConnection connection) {
		this.handler = handler;
		this.connection = connection;
		this.messages = context().newMessageAllowance();
	}

	SessionContext context() {
		return this.handler.context();
	}

	PushConnection connection() {
		return this.connection;
	}

	/**
	 * Return who is logged in.
	 * @return the session as listeners see it, or {@code null} before the login
	 */
	public @Nullable SessionInfo info() {
		Subscription subscription = this.first;
		return (subscription != null) ? subscription.login().info() : null;
	}

	/**
	 * Run something on the executor of the connection, unless the session has ended by
	 * then. The session has ended too if the event loop has, with the server.
	 * @param task what to run
	 * @return whether there is an executor to run it
	 */
	boolean execute(Runnable task) {
		try {
			this.connection.executor().execute(() -> {
				if (this.state != State.CLOSED) {
					task.run();
				}
			});
			return true;
		}
		catch (RejectedExecutionException ex) {
			logger.trace("the event loop of a session has ended", ex);
			return false;
		}
	}

	/** Wait for {@code hello}. */
	void awaitHello(PushRequest request, Admission.Ticket ticket) {
		Duration timeout = context().settings().handshakeTimeout();
		Disposable timer = context().timer()
			.schedule(() -> execute(() -> close(CloseReason.HANDSHAKE_TIMEOUT, null)), timeout.toMillis(),
					TimeUnit.MILLISECONDS);
		this.handshake = new Handshake(request, ticket, timer);
	}

	/** Begin with a login that has succeeded. */
	void open(PushLogin login) {
		endHandshake();
		this.state = State.OPEN;
		Subscription subscription = new Subscription(this, login, null);
		this.first = subscription;
		this.handler.opened(this, login.info());
		open(subscription);
	}

	private void open(Subscription subscription) {
		subscription.open();
		if (this.handler.hasChangedSince(subscription.login())) {
			keyChanged(subscription.key());
		}
	}

	void welcome(Subscription subscription, @Nullable FlagPosition resumed) {
		PushLogin login = subscription.login();
		this.connection.send(new ServerMessage.Welcome(login.info().id(), login.heartbeat(), login.mode(), resumed,
				subscription.form().sub()));
	}

	/**
	 * Take a message of the client.
	 * @param text the JSON text
	 */
	public void receive(String text) {
		Handshake waiting = this.handshake;
		if (this.state == State.CLOSED) {
			return;
		}
		if (!countsAsMessage()) {
			return;
		}
		if (this.state == State.LOGGING_IN && waiting != null) {
			if (waiting.early.size() >= MAX_EARLY_MESSAGES) {
				close(CloseReason.TOO_MANY,
						"more than " + MAX_EARLY_MESSAGES + " messages before the login is decided");
				return;
			}
			waiting.early.add(text);
		}
		else {
			read(text);
		}
	}

	/**
	 * Count something that the client has sent and that costs an answer, as a message or
	 * a ping of the transport does. Too many of them end the session.
	 * @return whether to answer it
	 */
	public boolean countsAsMessage() {
		if (this.state != State.CLOSED && !this.messages.take(context().millis())) {
			close(CloseReason.TOO_MANY,
					"more than " + context().settings().limits().maxMessagesPerSecond() + " messages per second");
		}
		return this.state != State.CLOSED;
	}

	private void read(String text) {
		try {
			ClientMessage message = MessageReader.read(text);
			if (this.state == State.HANDSHAKE) {
				login(message);
			}
			else {
				handle(message);
			}
		}
		catch (ProtocolViolationException ex) {
			close(ex.closeReason(), ex.getMessage());
		}
	}

	private void login(ClientMessage message) {
		Handshake waiting = this.handshake;
		if (waiting == null || !(message instanceof ClientMessage.Hello hello)) {
			throw new ProtocolViolationException(CloseReason.BAD_REQUEST, "the first message must be hello");
		}
		this.state = State.LOGGING_IN;
		waiting.timer.dispose();
		// Not cancelled if the client leaves: it ends soon, and what it holds is given
		// back then
		this.handler.login(waiting.request.with(hello), waiting.ticket)
			.subscribe((login) -> this.connection.executor().execute(() -> loggedIn(login)),
					(ex) -> execute(() -> loginRefused(ex)));
	}

	private void loggedIn(PushLogin login) {
		Handshake done = this.handshake;
		if (this.state == State.CLOSED || done == null) {
			login.close();
			return;
		}
		this.handshake = null;
		open(login);
		for (String text : done.early) {
			if (this.state == State.OPEN) {
				read(text);
			}
		}
	}

	private void loginRefused(Throwable ex) {
		SessionRejectedException rejected = this.handler.rejection(ex);
		close(rejected.closeReason(), rejected.getMessage());
	}

	private void handle(ClientMessage message) {
		if (message instanceof ClientMessage.Ping ping) {
			this.connection.send(new ServerMessage.Pong(ping.t()));
		}
		else if (message instanceof ClientMessage.Resync resync) {
			withSubscription(resync.sub(), (subscription) -> subscription.resync(resync.position()));
		}
		else if (message instanceof ClientMessage.Ack ack) {
			withSubscription(ack.sub(), (subscription) -> this.handler.acknowledged(subscription.login().info(), ack));
		}
		else if (message instanceof ClientMessage.Subscribe subscribe) {
			subscribe(subscribe);
		}
		else if (message instanceof ClientMessage.Unsubscribe unsubscribe) {
			unsubscribe(unsubscribe.sub());
		}
		else if (message instanceof ClientMessage.Request request) {
			request(request);
		}
		else if (message instanceof ClientMessage.Register register) {
			register(register.method());
		}
		else if (message instanceof ClientMessage.Unregister unregister) {
			calls().unregister(unregister.method());
		}
		else if (message instanceof ClientMessage.Auth auth) {
			renewToken(auth.token());
		}
		else if (message instanceof ClientMessage.Unknown unknown) {
			error("unknown_type", "type '" + unknown.type() + "' is not known", false, null);
		}
		else {
			throw new ProtocolViolationException(CloseReason.BAD_REQUEST,
					"the session is open; a second hello is not allowed");
		}
	}

	private SessionCalls calls() {
		SessionCalls present = this.calls;
		if (present == null) {
			present = new SessionCalls();
			this.calls = present;
		}
		return present;
	}

	private void request(ClientMessage.Request request) {
		SessionInfo info = info();
		SessionCalls own = calls();
		if (info == null || !own.takesRequests()) {
			this.connection
				.send(ClientRequests.failed(request, new ServerMessage.RequestError(CloseReason.TOO_MANY.code(),
						"at most " + SessionCalls.MAX_REQUESTS + " requests at a time")));
			return;
		}
		Disposable.Swap call = Disposables.swap();
		own.begin(call);
		call.update(this.handler.answer(info, request).subscribe((response) -> execute(() -> {
			own.end(call);
			this.connection.send(response);
		})));
	}

	private void register(String method) {
		if (!calls().register(method)) {
			error(CloseReason.TOO_MANY.code(),
					"a session registers for at most " + SessionCalls.MAX_REGISTERED + " methods", false, null);
		}
	}

	/**
	 * Whether the session wants notifications of a method. May be asked on any thread.
	 */
	boolean isRegistered(String method) {
		SessionCalls present = this.calls;
		return present != null && present.isRegistered(method);
	}

	/** Send a notification, or keep it for when the socket takes it. */
	void notify(ServerMessage.Notification notification) {
		if (this.connection.isReady()) {
			this.connection.send(notification);
		}
		else {
			calls().await(notification);
		}
	}

	/** Updates first, because each of them says all that there is to say. */
	private void sendWaiting() {
		SessionCalls present = this.calls;
		while (present != null && this.connection.isReady()) {
			ServerMessage.Notification next = present.nextWaiting();
			if (next == null) {
				return;
			}
			this.connection.send(next);
		}
	}

	/** A fresh token prolongs everything that its key has opened here. */
	private void renewToken(String token) {
		Subscription main = this.first;
		if (main == null) {
			return;
		}
		SessionInfo info = main.login().info();
		PushRequest request = new PushRequest(info.transport(), new Credential(token, false), info.peer(),
				ClientMessage.Options.NONE, null, info.client());
		this.handler.identify(request)
			.subscribe((identity) -> execute(() -> renewed(identity)), (ex) -> execute(() -> renewalRefused(ex)));
	}

	private void renewed(Identity identity) {
		TokenClaims token = identity.token();
		List<Subscription> prolonged = subscriptions().stream()
			.filter((subscription) -> subscription.key().equals(identity.details().key()))
			.toList();
		if (token == null || prolonged.isEmpty()) {
			error(CloseReason.UNAUTHORIZED.code(), "this is no token of a key that the session has logged in with",
					false, null);
			return;
		}
		prolonged.forEach((subscription) -> subscription.renew(token));
		long left = Duration.between(context().now(), token.expiresAt()).toMillis();
		this.connection.send(new ServerMessage.Auth(Math.max(0, left)));
	}

	/**
	 * The client has shown its credential again, and this is what counts from now on.
	 * @param identity who it is; the key must be that of the login
	 */
	public void renew(Identity identity) {
		Subscription subscription = this.first;
		if (subscription != null && this.state == State.OPEN) {
			subscription.renew(identity.token());
		}
	}

	private void renewalRefused(Throwable ex) {
		SessionRejectedException rejected = this.handler.rejection(ex);
		error(rejected.closeReason().code(), String.valueOf(rejected.getMessage()), rejected.closeReason().retry(),
				null);
	}

	/** A stream of events ends with a notice, because its client cannot see a code. */
	void tokenEnded(Subscription subscription) {
		if (subscription == this.first && !this.connection.takesMessages() && this.connection.beats()) {
			leave(CloseReason.TOKEN_EXPIRED, Duration.ZERO);
		}
		else {
			end(subscription, CloseReason.TOKEN_EXPIRED, null);
		}
	}

	private void withSubscription(@Nullable String name, Consumer<Subscription> action) {
		Subscription subscription = (name != null) ? this.others.get(name) : this.first;
		if (subscription != null) {
			action.accept(subscription);
		}
		else {
			error("unknown_sub", "there is no subscription of this name", false, name);
		}
	}

	private void error(String code, String message, boolean retry, @Nullable String sub) {
		this.connection.send(new ServerMessage.Error(code, message, retry, sub));
	}

	private void subscribe(ClientMessage.Subscribe message) {
		String name = message.sub();
		int max = context().settings().limits().maxSubscriptions();
		Subscription main = this.first;
		if (this.others.containsKey(name) || this.opening.containsKey(name)) {
			error("sub_in_use", "a subscription of this name is open", false, name);
		}
		else if (max > 0 && 1 + this.others.size() + this.opening.size() >= max) {
			error("too_many_subscriptions", "a connection has at most " + max + " subscriptions", false, name);
		}
		else if (main != null) {
			if (this.opening.isEmpty()) {
				this.opening = new HashMap<>();
			}
			Object token = new Object();
			this.opening.put(name, token);
			this.handler.loginAgain(main.login().info(), main.login().heartbeat(), message)
				.subscribe((login) -> this.connection.executor().execute(() -> subscribed(name, token, login)),
						(ex) -> execute(() -> subscribeRefused(name, token, ex)));
		}
	}

	private void subscribed(String name, Object token, PushLogin login) {
		if (this.state == State.CLOSED || !endOpening(name, token)) {
			login.close();
			return;
		}
		if (this.others.isEmpty()) {
			this.others = new HashMap<>();
		}
		Subscription subscription = new Subscription(this, login, name);
		this.others.put(name, subscription);
		open(subscription);
	}

	/** Whether the client has not unsubscribed meanwhile. */
	private boolean endOpening(String name, Object token) {
		return this.opening.get(name) == token && this.opening.remove(name, token);
	}

	private void subscribeRefused(String name, Object token, Throwable ex) {
		if (endOpening(name, token)) {
			SessionRejectedException rejected = this.handler.rejection(ex);
			error(rejected.closeReason().code(), String.valueOf(rejected.getMessage()), rejected.closeReason().retry(),
					name);
		}
	}

	private void unsubscribe(String name) {
		Subscription subscription = this.others.get(name);
		Object token = this.opening.get(name);
		if (subscription != null) {
			this.others.remove(name);
			subscription.end();
		}
		else if (token == null || !endOpening(name, token)) {
			error("unknown_sub", "there is no subscription of this name", false, name);
			return;
		}
		this.connection.send(new ServerMessage.Closed(CloseReason.NORMAL, name));
	}

	/**
	 * Nothing waits for the socket any more: send what was missed meanwhile.
	 */
	public void ready() {
		if (this.state == State.OPEN) {
			List<Subscription> all = subscriptions();
			// The first may fill the socket again: none is to be the first each time
			Collections.rotate(all, (all.size() > 1) ? ThreadLocalRandom.current().nextInt(all.size()) : 0);
			all.forEach(Subscription::catchUp);
			sendWaiting();
		}
	}

	/**
	 * Return where the first subscription has been brought to.
	 * @return the position, or {@code null} if it was sent nothing yet
	 */
	public @Nullable FlagPosition position() {
		Subscription subscription = this.first;
		return (subscription != null) ? subscription.position() : null;
	}

	/**
	 * Continue the first subscription from where the client says it is.
	 * @param position the position, or {@code null} for a snapshot
	 */
	public void continueFrom(@Nullable FlagPosition position) {
		Subscription subscription = this.first;
		if (subscription != null && this.state == State.OPEN) {
			subscription.continueFrom(position);
		}
	}

	/**
	 * Send on the first subscription whatever there is to say, at least a heartbeat.
	 */
	public void beat() {
		Subscription subscription = this.first;
		if (subscription != null && this.state == State.OPEN) {
			subscription.beat();
		}
	}

	private List<Subscription> subscriptions() {
		List<Subscription> all = new ArrayList<>(1 + this.others.size());
		Subscription subscription = this.first;
		if (subscription != null) {
			all.add(subscription);
		}
		all.addAll(this.others.values());
		return all;
	}

	/** Take the client back with a flag set that has gone back. */
	void goBack(FlagSetId flagSet) {
		for (Subscription subscription : subscriptions()) {
			if (subscription.view().flagSet().equals(flagSet)) {
				subscription.takeBack();
			}
		}
	}

	/** Look again at what a key allows that has changed. */
	void keyChanged(SdkKey key) {
		for (Subscription subscription : subscriptions()) {
			if (subscription.key().equals(key)) {
				lookAgain(subscription, true);
			}
		}
	}

	/** Look again at what all keys allow. Who cannot be looked at has no need to go. */
	void anyKeyMayHaveChanged() {
		subscriptions().forEach((subscription) -> lookAgain(subscription, false));
	}

	private void lookAgain(Subscription subscription, boolean changed) {
		int renewal = subscription.nextRenewal();
		this.handler.renew(subscription.login())
			.subscribe((login) -> this.connection.executor().execute(() -> follow(subscription, renewal, login)),
					(ex) -> execute(() -> {
						if (changed || isRefusal(ex)) {
							revoked(subscription, ex);
						}
						else {
							lookAgainLater(subscription, renewal);
						}
					}));
	}

	private void lookAgainLater(Subscription subscription, int renewal) {
		long delay = ThreadLocalRandom.current().nextLong(MIN_LOOK_DELAY, MAX_LOOK_DELAY);
		context().timer().schedule(() -> execute(() -> {
			if (subscription.awaitsRenewal(renewal)) {
				lookAgain(subscription, false);
			}
		}), delay, TimeUnit.MILLISECONDS);
	}

	private static boolean isRefusal(Throwable ex) {
		return ex instanceof SessionRejectedException rejected && !rejected.closeReason().retry();
	}

	private void follow(Subscription subscription, int renewal, PushLogin login) {
		if (this.state == State.OPEN && subscription.awaitsRenewal(renewal)) {
			subscription.follow(login);
		}
		else {
			login.releaseView();
		}
	}

	private void revoked(Subscription subscription, Throwable ex) {
		SessionRejectedException rejected = this.handler.rejection(ex);
		end(subscription, rejected.closeReason(), rejected.getMessage());
	}

	/** End one subscription, and with the first one the session. */
	private void end(Subscription subscription, CloseReason reason, @Nullable String detail) {
		String name = subscription.form().sub();
		if (name == null) {
			close(reason, detail);
		}
		else if (this.others.get(name) == subscription) {
			this.others.remove(name);
			subscription.end();
			this.connection.send(new ServerMessage.Closed(reason, name));
		}
	}

	/** Tell the client to leave and come back later; close soon after. */
	void goAway(Duration retryAfter) {
		leave(CloseReason.DRAINING, retryAfter);
	}

	private void leave(CloseReason reason, Duration retryAfter) {
		if (this.leaving) {
			return;
		}
		this.leaving = true;
		if (this.state == State.OPEN) {
			context().timer()
				.schedule(() -> execute(() -> close(reason, null)), GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
			this.connection.send(new ServerMessage.GoAway(reason, retryAfter.toMillis()));
		}
		else {
			close(reason, null);
		}
	}

	/**
	 * End the session and tell the client why.
	 * @param reason why
	 * @param detail text for the client, or {@code null} for that of the reason
	 */
	public void close(CloseReason reason, @Nullable String detail) {
		if (this.state != State.CLOSED) {
			end(reason);
			this.connection.close(reason, detail);
		}
	}

	/**
	 * The client has left.
	 */
	public void disconnected() {
		if (this.state != State.CLOSED) {
			end(CloseReason.NORMAL);
		}
	}

	private void end(CloseReason reason) {
		this.state = State.CLOSED;
		Handshake unfinished = this.handshake;
		if (unfinished != null) {
			endHandshake();
			unfinished.ticket.giveBack();
		}
		subscriptions().forEach(Subscription::end);
		this.others = Map.of();
		this.opening = Map.of();
		SessionCalls unfinishedCalls = this.calls;
		if (unfinishedCalls != null) {
			unfinishedCalls.cancel();
		}
		this.handler.closed(this, info(), reason);
	}

	private void endHandshake() {
		Handshake ended = this.handshake;
		if (ended != null) {
			ended.timer.dispose();
			this.handshake = null;
		}
	}

	/**
	 * Where a session is. Each state is left only for a later one.
	 */
	private enum State {

		/** The connection came without a credential; {@code hello} must follow. */
		HANDSHAKE,

		/** {@code hello} has come and is being checked. */
		LOGGING_IN,

		/** Logged in. */
		OPEN,

		/** Ended, by either side. */
		CLOSED

	}

	/**
	 * What is needed only until the login.
	 */
	private static final class Handshake {

		private final PushRequest request;

		private final Admission.Ticket ticket;

		private final Disposable timer;

		private final Queue<String> early = new ArrayDeque<>();

		Handshake(PushRequest request, Admission.Ticket ticket, Disposable timer) {
			this.request = request;
			this.ticket = ticket;
			this.timer = timer;
		}

	}

}
