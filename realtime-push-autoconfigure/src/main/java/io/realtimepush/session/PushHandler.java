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

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.hub.ViewState;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ProtocolViolationException;
import io.realtimepush.protocol.ServerMessage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Serves push sessions whatever transport carries them: a transport translates what a
 * client sends into {@link PushRequest}s and messages, and supplies a
 * {@link PushConnection}.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class PushHandler {

	private static final Log logger = LogFactory.getLog(PushHandler.class);

	private static final SecureRandom RANDOM = new SecureRandom();

	/** The hash of no key. */
	private static final String NOBODY = SdkKey.sha256("");

	private static final Duration REGISTRY_BACK_OFF = Duration.ofSeconds(1);

	private static final Duration MAX_REGISTRY_BACK_OFF = Duration.ofSeconds(30);

	private final SessionContext context;

	private final SdkKeyRegistry registry;

	private final Authenticator authenticator;

	private final ViewLoader views;

	private final List<PushInterceptor> interceptors;

	private final ClientRequests requests;

	private final Admission admission;

	private final OpenSessions sessions;

	private final List<SdkKeyListener> keyListeners = new CopyOnWriteArrayList<>();

	private Disposable registryChanges = Disposables.disposed();

	/** How many changes of keys have been told; written by the registry's stream only. */
	private volatile int keyChanges;

	private PushHandler(Builder builder) {
		this.context = new SessionContext(builder.hub, builder.fanout, builder.settings, builder.timer,
				builder.listeners);
		this.registry = builder.registry;
		this.interceptors = builder.interceptors;
		this.requests = new ClientRequests(builder.requestHandlers, builder.requestTimeout, builder.timer);
		this.admission = new Admission(this.context);
		this.authenticator = new Authenticator(builder.registry, builder.tokens, this.admission, this.context);
		this.views = new ViewLoader(builder.evaluation, this.context);
		this.sessions = new OpenSessions(this.context);
	}

	/**
	 * Begin to build a handler.
	 * @param hub where the views are
	 * @param registry the keys that are let in
	 * @param fanout who tells subscriptions of moves
	 * @param timer for time-outs
	 * @return the builder
	 */
	public static Builder builder(FlagHub hub, SdkKeyRegistry registry, Fanout fanout, Scheduler timer) {
		return new Builder(hub, registry, fanout, timer);
	}

	/**
	 * Begin to follow the registry.
	 */
	public void start() {
		AtomicBoolean again = new AtomicBoolean();
		AtomicBoolean failing = new AtomicBoolean();
		this.registryChanges = Flux.defer(() -> {
			Flux<Optional<SdkKey>> changes = this.registry.changes()
				.map(Optional::of)
				.doOnNext((key) -> failing.set(false))
				.concatWith(Mono.error(() -> new IllegalStateException("the changes have ended, which they must not")));
			return again.getAndSet(true) ? changes.mergeWith(registryAnswers().thenReturn(Optional.empty())) : changes;
		}).doOnError((ex) -> {
			if (!failing.getAndSet(true)) {
				logger.error("SDK key registry failed to tell of changes; it will be asked again", ex);
			}
		})
			.retryWhen(registryBackOff())
			.subscribe((key) -> key.ifPresentOrElse(this::keyChanged, this::anyKeyMayHaveChanged));
	}

	/** Completes when the registry can be asked again, for a key that there is not. */
	private Mono<Boolean> registryAnswers() {
		return this.authenticator.find(NOBODY).hasElement().retryWhen(registryBackOff());
	}

	private Retry registryBackOff() {
		return Retry.backoff(Long.MAX_VALUE, REGISTRY_BACK_OFF)
			.maxBackoff(MAX_REGISTRY_BACK_OFF)
			.scheduler(this.context.timer());
	}

	/**
	 * End what {@link #start()} began.
	 */
	public void stop() {
		this.registryChanges.dispose();
	}

	SessionContext context() {
		return this.context;
	}

	/**
	 * Return the times and limits in force.
	 * @return the settings
	 */
	public SessionSettings settings() {
		return this.context.settings();
	}

	/**
	 * Log in with the credential of a request.
	 * @param request who asks for what
	 * @return the login, to be opened or closed; or the error
	 * {@link SessionRejectedException}
	 */
	public Mono<PushLogin> login(PushRequest request) {
		return Mono.defer(() -> login(request, admit(request)));
	}

	private Admission.Ticket admit(PushRequest request) {
		return admit(request.peer());
	}

	private Admission.Ticket admit(Peer peer) {
		this.sessions.requireNotDraining();
		return this.admission.admit(peer.address());
	}

	/**
	 * Let in a connection that will carry no session.
	 * @param transport name of the transport, for listeners
	 * @param peer where the connection comes from
	 * @return the connection, to be closed at its end
	 * @throws SessionRejectedException if a limit has been reached, or the server drains
	 */
	public AdmittedConnection admit(String transport, Peer peer) {
		try {
			return new AdmittedConnection(this, admit(peer));
		}
		catch (SessionRejectedException ex) {
			refused(transport, ex.closeReason());
			throw ex;
		}
	}

	Mono<PushLogin> login(PushRequest request, Admission.Ticket ticket) {
		int asOf = this.keyChanges;
		return identify(request).doOnNext((identity) -> ticket.assign(identity.details().key()))
			.flatMap((identity) -> enter(request, identity, newId(), asOf, ticket))
			.onErrorMap((ex) -> rejection(ex))
			.doOnError((ex) -> ticket.giveBack())
			.doOnCancel(ticket::giveBack)
			.doOnError(SessionRejectedException.class, (ex) -> refused(request.transport(), ex.closeReason()));
	}

	/** Log in for one more subscription of a session. */
	Mono<PushLogin> loginAgain(SessionInfo session, int heartbeat, ClientMessage.Subscribe subscribe) {
		PushRequest first = new PushRequest(session.transport(), null, session.peer(),
				new ClientMessage.Options(null, null, null), (long) heartbeat, session.client());
		PushRequest request = first.with(subscribe);
		int asOf = this.keyChanges;
		return identify(request).flatMap((identity) -> enter(request, identity, session.id(), asOf, null))
			.onErrorMap((ex) -> rejection(ex));
	}

	/** Look again at what the key of a login allows. */
	Mono<PushLogin> renew(PushLogin login) {
		SdkKeyDetails before = login.details();
		int asOf = this.keyChanges;
		return this.authenticator.find(before.key().sha256())
			.switchIfEmpty(Mono.error(() -> new SessionRejectedException(CloseReason.UNAUTHORIZED)))
			.doOnNext((details) -> Authenticator.checkOrigin(login.info().peer(), details))
			.filter((details) -> !details.flagSet().equals(before.flagSet())
					|| !details.visible().equals(before.visible()) || details.key().kind() != before.key().kind())
			.flatMap((details) -> this.views.load(details, login.options())
				.map((view) -> login.with(details, view, asOf)))
			.onErrorMap((ex) -> rejection(ex));
	}

	/**
	 * Find out who is asking, without opening a session. An unknown credential counts as
	 * a failed login.
	 * @param request who asks
	 * @return the key and the token, or the error {@link SessionRejectedException}
	 */
	public Mono<Identity> identify(PushRequest request) {
		return this.authenticator.identify(request).onErrorMap(TimeoutException.class, this::rejection);
	}

	/**
	 * Change an SDK key for an access token.
	 * @param request who asks; may name the process that the token shall be for
	 * @param lifetime how long the token shall last
	 * @return the token, or the error {@link SessionRejectedException}
	 */
	public Mono<String> issueToken(PushRequest request, Duration lifetime) {
		return tellIfRefused(request, identify(request)
			.map((identity) -> this.authenticator.issueToken(identity, request.client().instance(), lifetime)));
	}

	private Mono<PushLogin> enter(PushRequest request, Identity identity, String id, int asOf,
			Admission.@Nullable Ticket ticket) {
		SdkKeyDetails details = identity.details();
		SessionInfo info = new SessionInfo(id, details.key(), details.flagSet(), request.transport(),
				client(request.client(), identity), request.peer(), Instant.now());
		int heartbeat = settings().heartbeatFor(request.heartbeat());
		return intercept(info).then(Mono.defer(() -> this.views.load(details, request.options())))
			.map((view) -> new PushLogin(info, identity, request.options(), heartbeat, view, asOf, ticket));
	}

	/**
	 * The name of a process counts if its holder can be trusted not to take another's:
	 * with a server key, or a token that was made for it.
	 */
	private static ClientMessage.ClientInfo client(ClientMessage.ClientInfo claimed, Identity identity) {
		String named = (identity.token() != null) ? identity.token().instance() : null;
		if (named == null && identity.details().key().kind() == SdkKey.Kind.SERVER) {
			return claimed;
		}
		boolean same = Objects.equals(named, claimed.instance());
		return same ? claimed : new ClientMessage.ClientInfo(named, claimed.sdk(), claimed.labels());
	}

	private Mono<Void> intercept(SessionInfo info) {
		if (this.interceptors.isEmpty()) {
			return Mono.empty();
		}
		return this.context.await(
				Flux.fromIterable(this.interceptors).concatMap((interceptor) -> interceptor.intercept(info)).then(),
				settings().handshakeTimeout());
	}

	/**
	 * Turn whatever went wrong into what the client may know of it. What the client has
	 * not caused is logged.
	 * @param ex what went wrong
	 * @return the refusal
	 */
	public SessionRejectedException rejection(Throwable ex) {
		if (ex instanceof SessionRejectedException rejected) {
			return rejected;
		}
		if (ex instanceof ProtocolViolationException violation) {
			return new SessionRejectedException(violation.closeReason(), String.valueOf(violation.getMessage()));
		}
		if (ex instanceof TimeoutException) {
			return new SessionRejectedException(CloseReason.NOT_READY);
		}
		logger.error("login failed", ex);
		return new SessionRejectedException(CloseReason.INTERNAL);
	}

	/**
	 * Open a session with a login.
	 * @param login the login
	 * @param connection the connection; must be called on its executor
	 * @return the session
	 */
	public PushSession open(PushLogin login, PushConnection connection) {
		PushSession session = new PushSession(this, connection);
		this.sessions.add(session);
		session.open(login);
		this.sessions.leaveIfDraining(session);
		return session;
	}

	/**
	 * Let in a connection whose first message will be the login.
	 * @param request the request, which carries no credential
	 * @return the login that is to come, to be opened or closed; or the error
	 * {@link SessionRejectedException}
	 */
	public Mono<PendingLogin> expectHello(PushRequest request) {
		return Mono.fromSupplier(() -> new PendingLogin(request, admit(request)))
			.doOnError(SessionRejectedException.class, (ex) -> refused(request.transport(), ex.closeReason()));
	}

	/**
	 * Open a session that logs in by its first message.
	 * @param login the login that is to come
	 * @param connection the connection; must be called on its executor
	 * @return the session
	 */
	public PushSession open(PendingLogin login, PushConnection connection) {
		PushSession session = new PushSession(this, connection);
		this.sessions.add(session);
		session.awaitHello(login.request(), login.ticket());
		this.sessions.leaveIfDraining(session);
		return session;
	}

	/**
	 * Read the flags that a request may see, without a session. If it is to wait for
	 * where the client says it is, and the source says otherwise meanwhile, the client is
	 * taken back: the state is one behind it.
	 * @param <T> the type of the answer
	 * @param request who asks
	 * @param min the position to wait for, or {@code null}
	 * @param answer makes the answer of the state
	 * @return the answer, or the error {@link SessionRejectedException}
	 */
	public <T> Mono<T> read(PushRequest request, @Nullable FlagPosition min, Function<ViewState, T> answer) {
		return tellIfRefused(request, Mono.defer(() -> {
			this.sessions.requireNotDraining();
			return identify(request);
		}).flatMap((identity) -> enter(request, identity, newId(), this.keyChanges, null)).flatMap((login) -> {
			ViewState state = login.state();
			Mono<ViewState> reached = (min == null || !min.isAheadOf(state.position())) ? Mono.just(state)
					: reach(login, min, min.equals(request.options().position()));
			return reached.map(answer).doFinally((signal) -> login.close());
		}));
	}

	private Mono<ViewState> reach(PushLogin login, FlagPosition min, boolean claimed) {
		long asOf = this.context.hub().questions();
		return this.views.await(login.view(), min)
			.onErrorResume(
					(ex) -> (claimed && mayTakeBack(login, min, asOf)) ? Mono.just(login.state()) : Mono.error(ex));
	}

	/** A new epoch that may be asked for takes all back, so it comes first. */
	private boolean mayTakeBack(PushLogin login, FlagPosition claimed, long asOf) {
		return this.context.hub().isConfirmed(login.view().flagSet(), asOf)
				&& !this.context.asksForNewEpoch(login, claimed);
	}

	/**
	 * Find out who is asking and whether the interceptors let it in, without opening a
	 * session.
	 * @param request who asks
	 * @return who that is, or the error {@link SessionRejectedException}
	 */
	public Mono<Identity> authenticate(PushRequest request) {
		return tellIfRefused(request, letIn(request));
	}

	Mono<Identity> authenticate(PushRequest request, Admission.Ticket ticket) {
		return tellIfRefused(request, letIn(request).doOnNext((identity) -> ticket.assign(identity.details().key())));
	}

	private Mono<Identity> letIn(PushRequest request) {
		return identify(request).flatMap((identity) -> intercept(caller(request, identity)).thenReturn(identity));
	}

	/**
	 * Read flags for a caller that decides itself what of them the request may see. A
	 * server that drains goes on answering.
	 * @param <T> the type of the answer
	 * @param request who asks
	 * @param needed tells which flags the caller needs
	 * @param answer makes the answer of the state of these flags
	 * @return the answer, or the error {@link SessionRejectedException}
	 */
	public <T> Mono<T> read(PushRequest request, Function<Identity, FlagFilter> needed,
			BiFunction<Identity, ViewState, T> answer) {
		return tellIfRefused(request, letIn(request)
			.flatMap((identity) -> this.views.load(identity.details().flagSet(), needed.apply(identity)).map((view) -> {
				try {
					return answer.apply(identity, ViewLoader.state(view));
				}
				finally {
					view.release();
				}
			})));
	}

	/** Only a relay speaks for others, and it has a server key. */
	void acknowledged(SessionInfo session, ClientMessage.Ack ack) {
		ClientMessage.Ack counted = (session.key().kind() == SdkKey.Kind.SERVER) ? ack : ack.of(1);
		this.context.tell((listener) -> listener.acknowledged(session, session.flagSet(), counted));
	}

	/**
	 * Take an acknowledgement that comes without a session.
	 * @param request who sends it
	 * @param identity who that is
	 * @param ack the acknowledgement
	 */
	public void acknowledged(PushRequest request, Identity identity, ClientMessage.Ack ack) {
		acknowledged(this.sessions.of(caller(request, identity)), ack);
	}

	private static SessionInfo caller(PushRequest request, Identity identity) {
		SdkKeyDetails details = identity.details();
		return new SessionInfo(newId(), details.key(), details.flagSet(), request.transport(),
				client(request.client(), identity), request.peer(), Instant.now());
	}

	/** Answer a request of a session. */
	Mono<ServerMessage.Response> answer(SessionInfo session, ClientMessage.Request request) {
		return this.requests.answer(session, request);
	}

	/**
	 * Answer a request that comes without a session.
	 * @param request who asks
	 * @param identity who that is
	 * @param call the request
	 * @return the response, or the error {@link SessionRejectedException}
	 */
	public Mono<ServerMessage.Response> answer(PushRequest request, Identity identity, ClientMessage.Request call) {
		SessionInfo caller = caller(request, identity);
		return tellIfRefused(request, intercept(caller).then(Mono.defer(() -> answer(this.sessions.of(caller), call))));
	}

	/**
	 * Return whether a browser may send a request from an origin with any key.
	 * @param origin the value of the {@code Origin} header
	 * @return whether to allow it, or the error {@link SessionRejectedException} if
	 * nobody says so in time
	 */
	public Mono<Boolean> allowsOrigin(String origin) {
		return this.context.await(Mono.defer(() -> this.registry.allowsOrigin(origin)), settings().loadTimeout())
			.onErrorMap(TimeoutException.class, this::rejection);
	}

	/**
	 * Return the open connections.
	 * @return the number of connections that were let in
	 */
	public int connections() {
		return this.admission.connections();
	}

	/**
	 * Return the sessions that are logged in.
	 * @return the sessions as listeners see them
	 */
	public List<SessionInfo> sessions() {
		return this.sessions.infos();
	}

	/** Send a notification to those that have registered for it, and say to how many. */
	int notify(SessionSelector selector, String method, FlagValue payload) {
		return this.sessions.notify(selector, method, payload);
	}

	private void keyChanged(SdkKey key) {
		this.keyChanges++;
		this.sessions.keyChanged(key);
		tell((listener) -> listener.keyChanged(key));
		if (this.context.hub().hasFeed(key)) {
			followFeed(key);
		}
	}

	/** Nobody knows what was not told while the registry could not be followed. */
	private void anyKeyMayHaveChanged() {
		this.keyChanges++;
		this.sessions.anyKeyMayHaveChanged();
		tell(SdkKeyListener::anyKeyMayHaveChanged);
		this.context.hub().keysOfFeeds().forEach(this::followFeed);
	}

	/** One that fails must not end the following of the registry. */
	private void tell(Consumer<SdkKeyListener> call) {
		for (SdkKeyListener listener : this.keyListeners) {
			try {
				call.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.error("a listener failed on a change of an SDK key", ex);
			}
		}
	}

	private void followFeed(SdkKey key) {
		this.authenticator.find(key.sha256())
			.doOnNext((details) -> this.context.hub().feed(details.key(), details.flagSet(), details.visible()))
			.switchIfEmpty(Mono.fromRunnable(() -> this.context.hub().endFeed(key)))
			.subscribe(null, (ex) -> logger.error("SDK key '" + key + "' could not be looked at again", ex));
	}

	/**
	 * Be told of keys that were added, changed or revoked, for who serves them without a
	 * session.
	 * @param listener must not block
	 */
	public void onKeyChange(SdkKeyListener listener) {
		this.keyListeners.add(listener);
	}

	/**
	 * Return how many changes of keys have been told. Whoever was let in while the number
	 * changed has to look at its key again.
	 * @return a number that grows with each change
	 */
	public int keyChanges() {
		return this.keyChanges;
	}

	/**
	 * Find what a key allows now.
	 * @param key the key
	 * @return what it allows, empty if it is unknown or revoked
	 */
	public Mono<SdkKeyDetails> details(SdkKey key) {
		return this.authenticator.find(key.sha256());
	}

	/** Whether any key was changed or revoked after that of a login was looked at. */
	boolean hasChangedSince(PushLogin login) {
		return login.asOf() != this.keyChanges;
	}

	void opened(PushSession session, SessionInfo info) {
		this.sessions.opened(session, info);
	}

	void closed(PushSession session, @Nullable SessionInfo info, CloseReason reason) {
		this.sessions.closed(session, info, reason);
	}

	/** Turn what goes wrong into a refusal that the listeners hear of. */
	private <T> Mono<T> tellIfRefused(PushRequest request, Mono<T> asked) {
		return asked.onErrorMap((ex) -> rejection(ex))
			.doOnError(SessionRejectedException.class, (ex) -> refused(request.transport(), ex.closeReason()));
	}

	private void refused(String transport, CloseReason reason) {
		this.context.tell((listener) -> listener.refused(transport, reason));
	}

	/**
	 * Let nobody in any more and tell all sessions to leave and come back, spread over
	 * the drain time.
	 * @return completes when the last session has ended, at the latest after the drain
	 * time
	 */
	public Mono<Void> drain() {
		return this.sessions.drain();
	}

	/**
	 * Return whether a drain has begun.
	 * @return whether nobody is let in any more
	 */
	public boolean isDraining() {
		return this.sessions.isDraining();
	}

	private static String newId() {
		byte[] bytes = new byte[16];
		RANDOM.nextBytes(bytes);
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

	/**
	 * Builds a handler.
	 */
	public static final class Builder {

		private final FlagHub hub;

		private final SdkKeyRegistry registry;

		private final Fanout fanout;

		private final Scheduler timer;

		private SessionSettings settings = SessionSettings.DEFAULT;

		private @Nullable AccessTokens tokens;

		private FlagEvaluation evaluation = FlagEvaluation.NONE;

		private List<ClientRequestHandler> requestHandlers = List.of();

		private Duration requestTimeout = Duration.ofSeconds(30);

		private List<PushInterceptor> interceptors = List.of();

		private List<PushSessionListener> listeners = List.of();

		private Builder(FlagHub hub, SdkKeyRegistry registry, Fanout fanout, Scheduler timer) {
			this.hub = hub;
			this.registry = registry;
			this.fanout = fanout;
			this.timer = timer;
		}

		/**
		 * Set times and limits, {@link SessionSettings#DEFAULT} unless set.
		 * @param settings the settings
		 * @return this builder
		 */
		public Builder settings(SessionSettings settings) {
			this.settings = settings;
			return this;
		}

		/**
		 * Let in access tokens too.
		 * @param tokens makes and checks them
		 * @return this builder
		 */
		public Builder tokens(@Nullable AccessTokens tokens) {
			this.tokens = tokens;
			return this;
		}

		/**
		 * Set what makes values of flag sets that hold rules; there are none unless set.
		 * @param evaluation makes what client keys see
		 * @return this builder
		 */
		public Builder evaluation(FlagEvaluation evaluation) {
			this.evaluation = evaluation;
			return this;
		}

		/**
		 * Set who answers requests of clients.
		 * @param handlers the handlers, in their order
		 * @param timeout longest time for an answer
		 * @return this builder
		 */
		public Builder requests(List<ClientRequestHandler> handlers, Duration timeout) {
			this.requestHandlers = List.copyOf(handlers);
			this.requestTimeout = timeout;
			return this;
		}

		/**
		 * Set who is asked at each login.
		 * @param interceptors the interceptors, in their order
		 * @return this builder
		 */
		public Builder interceptors(List<PushInterceptor> interceptors) {
			this.interceptors = List.copyOf(interceptors);
			return this;
		}

		/**
		 * Set who is told of sessions.
		 * @param listeners the listeners, in their order
		 * @return this builder
		 */
		public Builder listeners(List<PushSessionListener> listeners) {
			this.listeners = List.copyOf(listeners);
			return this;
		}

		/**
		 * Build the handler.
		 * @return the handler, which does not follow the registry before
		 * {@link PushHandler#start()}
		 */
		public PushHandler build() {
			PushHandler handler = new PushHandler(this);
			this.hub.addListener(handler.sessions);
			return handler;
		}

	}

}
