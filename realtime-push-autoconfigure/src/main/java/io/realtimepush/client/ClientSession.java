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
import java.util.function.Consumer;

import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.AccessGrant;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * One session, from the first step on the way to it until its connection is closed. It
 * watches over the connection: a step that takes too long, silence, and pings that are
 * not answered end it.
 * <p>
 * It ends exactly once, and not before the connection is closed, so that whoever waits
 * for the end never has two of them.
 * <p>
 * Confined to the loop.
 */
final class ClientSession {

	/** Code of a session over which nothing was heard any more. */
	static final String SILENT = "silent";

	/** The interval as long as the server has said nothing. */
	private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(60);

	private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

	private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(10);

	/** A connection that takes longer to close is forgotten. */
	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	/** How late a timer may be before it is the loop that was held up. */
	private static final Duration GRACE = Duration.ofSeconds(1);

	private final Effects effects;

	private final ClientLoop loop;

	private final ClientSettings.Timeouts timeouts;

	private final Owner owner;

	private final Disposable.Composite timers = Disposables.composite();

	private Route route;

	private @Nullable ConnectStep step;

	private ConnectStep lastStep = ConnectStep.TOKEN;

	private long stepSince;

	private Disposable stepEffect = Disposables.disposed();

	private Disposable stepTimer = Disposables.disposed();

	private @Nullable TransportConnection connection;

	private boolean connectionClosed;

	private Duration interval = DEFAULT_INTERVAL;

	private boolean live;

	private long liveSince;

	private long lastHeard;

	private boolean heardAny;

	private boolean heardSinceLive;

	private long pings;

	/** The last ping that was answered; one answer covers those before. */
	private long answered;

	/** Since when nothing was answered, if a ping is to be answered. */
	private long unansweredSince;

	private @Nullable ConnectFailure end;

	ClientSession(Effects effects, ClientSettings.Timeouts timeouts, Route route, Owner owner) {
		this.effects = effects;
		this.loop = effects.loop();
		this.timeouts = timeouts;
		this.route = route;
		this.owner = owner;
	}

	Route route() {
		return this.route;
	}

	/**
	 * Return the step that is under way.
	 */
	@Nullable ConnectStep step() {
		return this.step;
	}

	/**
	 * Return the step that failed, if the session was never live.
	 */
	ConnectStep failedStep() {
		return this.lastStep;
	}

	boolean isLive() {
		return this.live && this.end == null;
	}

	boolean wasLive() {
		return this.live;
	}

	/**
	 * Return how long the session was live, until now or until it ended.
	 */
	Duration lived() {
		return this.live ? Duration.ofNanos(this.loop.nanoTime() - this.liveSince) : Duration.ZERO;
	}

	/**
	 * Return whether nothing at all has come since the session was live. Where something
	 * holds back a stream until it has enough of it, the first flag set may get through,
	 * and then nothing more.
	 */
	boolean wasSilent() {
		return this.live && !this.heardSinceLive;
	}

	/**
	 * Take the first step.
	 * @param sdkKey the SDK key to be changed for a token, or {@code null} to begin with
	 * the next step
	 * @param issuer where it is changed
	 */
	void start(@Nullable String sdkKey, URI issuer) {
		if (sdkKey == null) {
			resolve();
			return;
		}
		take(ConnectStep.TOKEN, this.effects.tokens().fetch(issuer, sdkKey), (grant) -> {
			this.route = this.owner.granted(issuer, grant);
			resolve();
		});
	}

	private void resolve() {
		String host = host(this.route.endpoint());
		take(ConnectStep.RESOLVE, this.effects.resolver().resolve(host, this.owner.addressFamily()),
				(addresses) -> open());
	}

	private static String host(URI endpoint) {
		String host = endpoint.getHost();
		return (host.startsWith("[") && host.endsWith("]")) ? host.substring(1, host.length() - 1) : host;
	}

	private <T> void take(ConnectStep step, Mono<T> effect, Consumer<@Nullable T> next) {
		begin(step);
		this.stepEffect = effect.singleOptional().subscribe((result) -> ifUnderWay(step, () -> {
			ended(null);
			next.accept(result.orElse(null));
		}), (ex) -> ifUnderWay(step, () -> end(failure(ex))));
	}

	private void open() {
		begin(ConnectStep.TRANSPORT);
		TransportRequest request = this.owner.request(this.route.endpoint());
		this.connection = this.route.transport().open(request, new Events());
	}

	private void begin(ConnectStep step) {
		this.step = step;
		this.lastStep = step;
		this.stepSince = this.loop.nanoTime();
		this.owner.stepBegins(this, step);
		Duration timeout = this.timeouts.of(step);
		this.stepTimer = this.loop.schedule(timeout, () -> ifUnderWay(step, () -> end(timeout(step, timeout))));
	}

	/** What comes from a step that is over is of no interest. */
	private void ifUnderWay(ConnectStep step, Runnable event) {
		this.loop.execute(() -> {
			if (this.step == step && this.end == null) {
				event.run();
			}
		});
	}

	private void ended(@Nullable ConnectFailure failure) {
		ConnectStep ended = this.step;
		if (ended != null) {
			this.step = null;
			this.stepTimer.dispose();
			this.stepEffect.dispose();
			this.owner.stepEnded(this, ended, Duration.ofNanos(this.loop.nanoTime() - this.stepSince), failure);
		}
	}

	private ConnectFailure timeout(ConnectStep step, Duration timeout) {
		boolean silent = step == ConnectStep.LOGIN && !this.heardAny;
		ConnectFailure.Kind kind = (step == ConnectStep.RESOLVE) ? ConnectFailure.Kind.UNREACHABLE
				: silent ? ConnectFailure.Kind.UNFIT : ConnectFailure.Kind.BROKEN;
		return new ConnectFailure(kind, "timeout", "step " + step + " took longer than " + timeout.toMillis() + "ms");
	}

	private static ConnectFailure failure(Throwable ex) {
		return (ex instanceof ConnectFailedException failed) ? failed.failure() : new ConnectFailure(
				ConnectFailure.Kind.UNREACHABLE, "unreachable", String.valueOf(ex.getMessage()), null, ex);
	}

	/**
	 * Note that the client has the server's flag set.
	 */
	void live() {
		if (this.live || this.end != null) {
			return;
		}
		ended(null);
		this.live = true;
		this.liveSince = this.loop.nanoTime();
		watch(limit());
		pingLater();
	}

	/**
	 * Take the heartbeat interval that the server has set.
	 */
	void interval(Duration wanted) {
		Duration atLeast = (wanted.compareTo(SHORTEST_INTERVAL) < 0) ? SHORTEST_INTERVAL : wanted;
		this.interval = (atLeast.compareTo(LONGEST_INTERVAL) > 0) ? LONGEST_INTERVAL : atLeast;
	}

	private Duration limit() {
		return this.interval.multipliedBy(5).dividedBy(2);
	}

	private void watch(Duration delay) {
		long due = this.loop.nanoTime() + delay.toNanos();
		later(delay, () -> {
			long now = this.loop.nanoTime();
			long left = limit().toNanos() - (now - this.lastHeard);
			if (left > 0) {
				watch(Duration.ofNanos(left));
			}
			else if (now - due > GRACE.toNanos()) {
				// Nobody listened: what has come meanwhile is still to be dealt with
				watch(GRACE);
			}
			else {
				end(new ConnectFailure(ConnectFailure.Kind.BROKEN, SILENT,
						"nothing was heard for " + limit().toMillis() + "ms"));
			}
		});
	}

	private void pingLater() {
		later(this.interval, () -> {
			boolean late = this.loop.nanoTime() - this.unansweredSince > 2 * this.interval.toNanos();
			if (this.answered < this.pings && late) {
				end(new ConnectFailure(ConnectFailure.Kind.BROKEN, "no_pong", "pings are not answered"));
			}
			else if (ping()) {
				pingLater();
			}
		});
	}

	private boolean ping() {
		if (!send(new ClientMessage.Ping(FlagValue.of(this.pings + 1)))) {
			return false;
		}
		if (this.answered == this.pings) {
			this.unansweredSince = this.loop.nanoTime();
		}
		this.pings++;
		return true;
	}

	/**
	 * Find out whether the connection still works.
	 * @param patience how long an answer may take
	 * @return {@code false} if that cannot be found out over this transport
	 */
	boolean check(Duration patience) {
		if (!isLive() || !ping()) {
			return false;
		}
		long ping = this.pings;
		later(patience, () -> {
			if (this.answered < ping) {
				end(new ConnectFailure(ConnectFailure.Kind.BROKEN, "check_failed",
						"a check was not answered for " + patience.toMillis() + "ms"));
			}
		});
		return true;
	}

	private void answered(ServerMessage.Pong pong) {
		for (long ping = this.pings; ping > this.answered; ping--) {
			if (pong.t().equals(FlagValue.of(ping))) {
				this.answered = ping;
				this.unansweredSince = this.loop.nanoTime();
			}
		}
	}

	private void later(Duration delay, Runnable event) {
		Disposable.Swap timer = Disposables.swap();
		this.timers.add(timer);
		timer.update(this.loop.schedule(delay, () -> {
			this.timers.remove(timer);
			if (this.end == null) {
				event.run();
			}
		}));
	}

	/**
	 * Send a message.
	 * @return {@code false} if there is no way to send it
	 */
	boolean send(ClientMessage message) {
		return this.end == null && this.connection != null && this.connection.send(message);
	}

	/**
	 * End the session.
	 * @param failure why; if it has been ended before, that was why
	 */
	void end(ConnectFailure failure) {
		if (this.end != null) {
			return;
		}
		this.end = failure;
		ended(failure);
		this.timers.dispose();
		if (this.connection == null || this.connectionClosed) {
			this.loop.execute(() -> this.owner.ended(this, failure));
			return;
		}
		this.stepTimer = this.loop.schedule(CLOSE_TIMEOUT, this::closed);
		this.connection.close();
	}

	private void closed() {
		ConnectFailure failure = this.end;
		if (!this.connectionClosed && failure != null) {
			this.connectionClosed = true;
			this.stepTimer.dispose();
			this.owner.ended(this, failure);
		}
	}

	@Override
	public String toString() {
		return this.route.toString();
	}

	/**
	 * Whoever the session belongs to. Called on the loop.
	 */
	interface Owner {

		/**
		 * Take a token.
		 * @param issuer where it was made
		 * @param grant the token, or {@code null} if the server has none
		 * @return the way to go on
		 */
		Route granted(URI issuer, @Nullable AccessGrant grant);

		/**
		 * Say which addresses are tried first.
		 */
		AddressFamily addressFamily();

		/**
		 * Say what to log in with.
		 */
		TransportRequest request(URI endpoint);

		/**
		 * A step begins.
		 */
		void stepBegins(ClientSession session, ConnectStep step);

		/**
		 * A step has ended.
		 */
		void stepEnded(ClientSession session, ConnectStep step, Duration took, @Nullable ConnectFailure failure);

		/**
		 * A message has come.
		 */
		void received(ClientSession session, @Nullable String sub, ServerMessage message);

		/**
		 * A further subscription has ended.
		 */
		void subscriptionEnded(ClientSession session, String sub, ConnectFailure failure);

		/**
		 * The session has ended and its connection is closed.
		 */
		void ended(ClientSession session, ConnectFailure failure);

	}

	/**
	 * Hands what happens to the connection to the loop.
	 */
	private final class Events implements TransportListener {

		@Override
		public void opened() {
			ifUnderWay(ConnectStep.TRANSPORT, () -> {
				ClientSession.this.ended(null);
				begin(ConnectStep.LOGIN);
			});
		}

		@Override
		public void received(@Nullable String sub, ServerMessage message) {
			ifOpen(() -> {
				ClientSession.this.lastHeard = ClientSession.this.loop.nanoTime();
				ClientSession.this.heardAny = true;
				ClientSession.this.heardSinceLive = ClientSession.this.live;
				if (message instanceof ServerMessage.Pong pong) {
					answered(pong);
				}
				ClientSession.this.owner.received(ClientSession.this, sub, message);
			});
		}

		@Override
		public void receivedBeside(@Nullable String sub, ServerMessage message) {
			ifOpen(() -> ClientSession.this.owner.received(ClientSession.this, sub, message));
		}

		@Override
		public void subscriptionEnded(String sub, ConnectFailure failure) {
			ifOpen(() -> ClientSession.this.owner.subscriptionEnded(ClientSession.this, sub, failure));
		}

		private void ifOpen(Runnable event) {
			ClientSession.this.loop.execute(() -> {
				if (ClientSession.this.end == null) {
					event.run();
				}
			});
		}

		@Override
		public void closed(ConnectFailure failure) {
			ClientSession.this.loop.execute(() -> {
				if (ClientSession.this.end != null) {
					ClientSession.this.closed();
				}
				else {
					ClientSession.this.connectionClosed = true;
					end(failure);
				}
			});
		}

	}

}
