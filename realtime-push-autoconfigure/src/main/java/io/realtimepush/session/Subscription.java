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
import java.util.concurrent.TimeUnit;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagView;
import io.realtimepush.hub.ViewState;
import io.realtimepush.hub.ViewUpdate;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * One session's live view of one flag set: where it is, and what brings it further.
 * <p>
 * Confined to the executor of its connection.
 *
 * @since 0.1.0
 */
public final class Subscription {

	/** Answers to {@code resync} are at least this far apart. */
	private static final Duration RESYNC_INTERVAL = Duration.ofSeconds(1);

	private final PushSession session;

	private final UpdateForm form;

	private PushLogin login;

	/**
	 * Where the client is. Not a reference to a position: to note one per delivery would
	 * have the garbage collector look at every subscription after each change.
	 */
	private @Nullable String epoch;

	private long version;

	private Fanout.@Nullable Membership membership;

	/** Set while the client is ahead, until it is clear who is right. */
	private @Nullable Ahead ahead;

	private @Nullable Resync resync;

	/** Counts how often the key was looked at again; only the last answer counts. */
	private int renewals;

	private boolean ended;

	Subscription(PushSession session, PushLogin login, @Nullable String name) {
		this.session = session;
		this.login = login;
		this.form = UpdateForm.of(login.mode(), name);
	}

	/**
	 * Return the view that the subscription follows.
	 * @return the view
	 */
	public FlagView view() {
		return this.login.view();
	}

	/**
	 * Return how updates are written.
	 * @return the form
	 */
	public UpdateForm form() {
		return this.form;
	}

	/**
	 * Return the connection that updates are written to.
	 * @return the connection
	 */
	public PushConnection connection() {
		return this.session.connection();
	}

	/**
	 * Return the longest silence on this subscription.
	 * @return the heartbeat interval in milliseconds, or 0 if the transport does without
	 * heartbeats
	 */
	public int heartbeat() {
		return connection().beats() ? this.login.heartbeat() : 0;
	}

	/**
	 * Return where the client has been brought to.
	 * @return the position, or {@code null} if it was sent nothing yet
	 */
	public @Nullable FlagPosition position() {
		return (this.epoch != null) ? new FlagPosition(this.epoch, this.version) : null;
	}

	/**
	 * Return whether the client has been brought to a position.
	 * @param position the position, or {@code null} if it was sent nothing yet
	 * @return whether the client is there
	 */
	public boolean isAt(@Nullable FlagPosition position) {
		return (position != null) ? position.version() == this.version && position.epoch().equals(this.epoch)
				: this.epoch == null;
	}

	/**
	 * Note that an update has been written by the fan-out.
	 * @param reached the position that the update leads to
	 */
	public void moved(FlagPosition reached) {
		if (!reached.epoch().equals(this.epoch)) {
			this.epoch = reached.epoch();
		}
		this.version = reached.version();
	}

	/**
	 * The view's own epoch is used where it is the same, rather than many copies of it.
	 */
	private void moveTo(@Nullable FlagPosition claimed) {
		if (claimed == null) {
			this.epoch = null;
			return;
		}
		FlagPosition present = state().position();
		moved(claimed.isSameEpoch(present) ? present : claimed);
		this.version = claimed.version();
	}

	SdkKey key() {
		return this.login.details().key();
	}

	PushLogin login() {
		return this.login;
	}

	/** Say welcome, and continue from the client's position if that can be done. */
	void open() {
		watchToken();
		FlagPosition from = this.login.takePosition();
		ViewUpdate update = state().since(from);
		boolean resumed = update.kind() != ViewUpdate.Kind.SNAPSHOT && update.kind() != ViewUpdate.Kind.AHEAD;
		this.session.welcome(this, resumed ? from : null);
		// What was written may have found that the client has left
		if (!this.ended) {
			moveTo(from);
			proceed();
		}
	}

	/** End with the token, on a stream of events somewhat before. */
	private void watchToken() {
		TokenLease lease = this.login.lease();
		if (lease != null) {
			boolean stream = !connection().takesMessages() && connection().beats();
			Duration left = Duration.between(this.session.context().now(), lease.expiresAt())
				.minus(stream ? PushSession.TOKEN_NOTICE : Duration.ZERO);
			lease.endWith(this.session.context()
				.timer()
				.schedule(() -> this.session.execute(() -> this.session.tokenEnded(this)), Math.max(0, left.toMillis()),
						TimeUnit.MILLISECONDS));
		}
	}

	/** Go on with another token of the same key, or with the key itself. */
	void renew(@Nullable TokenClaims fresh) {
		this.login.renew(fresh);
		watchToken();
	}

	/** Continue from where the client says it is, which it knows best. */
	void continueFrom(@Nullable FlagPosition from) {
		boolean takingBack = this.ahead != null && this.ahead.takingBack;
		if (takingBack || (from != null && from.equals(awaited()))) {
			catchUp();
			return;
		}
		stopWaiting();
		moveTo(from);
		proceed();
	}

	private @Nullable FlagPosition awaited() {
		return (this.ahead != null) ? this.ahead.claimed : null;
	}

	private void stopWaiting() {
		Ahead decided = this.ahead;
		if (decided != null) {
			this.ahead = null;
			decided.waiting.dispose();
		}
	}

	/** Get to the present position, and follow from there. */
	private void proceed() {
		stopWaiting();
		FlagPosition position = (update().kind() == ViewUpdate.Kind.AHEAD) ? position() : null;
		if (position != null) {
			leave();
			awaitSource(position, this.session.context().hub().questions());
			return;
		}
		catchUp();
		if (!this.ended && this.membership == null) {
			this.membership = this.session.context().fanout().join(this);
		}
		if (this.ended) {
			leave();
		}
	}

	/**
	 * Send what was missed while the connection was not ready. Nothing that the view
	 * hides is worth a message of its own.
	 */
	public void catchUp() {
		if (!connection().isReady()) {
			return;
		}
		if (this.ahead != null && this.ahead.takingBack) {
			takeBack();
			return;
		}
		ViewUpdate update = this.form.choose(update());
		if (update.kind() == ViewUpdate.Kind.DELTA || update.kind() == ViewUpdate.Kind.SNAPSHOT) {
			send(update);
		}
	}

	/**
	 * Send whatever there is to say, if only a heartbeat.
	 */
	public void beat() {
		send(this.form.chooseBeat(update()));
	}

	private void send(ViewUpdate update) {
		if (awaited() == null) {
			moved(update.position());
		}
		if (this.membership != null) {
			this.membership.sent();
		}
		connection().send(update, this.form);
	}

	/**
	 * What brings the client to the present position. Nearly always it is there, which is
	 * found without an object for where it is.
	 */
	private ViewUpdate update() {
		ViewState present = state();
		return isAt(present.position()) ? present.current() : present.since(position());
	}

	private ViewState state() {
		return this.login.state();
	}

	/**
	 * The client is ahead of this node: look at the source, and say nothing until it is
	 * clear who is right.
	 */
	private void awaitSource(FlagPosition claimed, long asOf) {
		SessionContext context = this.session.context();
		Ahead undecided = new Ahead(claimed, asOf);
		this.ahead = undecided;
		context.hub().look(view().flagSet());
		await(undecided, claimed, () -> {
			if (context.asksForNewEpoch(this.login, claimed)) {
				await(undecided, claimed, this::takeBack);
			}
			else {
				takeBack();
			}
		});
	}

	/** A source that does not answer confirms nothing, so there is more to wait for. */
	private void await(Ahead undecided, FlagPosition claimed, Runnable otherwise) {
		SessionContext context = this.session.context();
		undecided.waiting = view().await(claimed)
			.timeout(context.settings().aheadTimeout(), context.timer())
			.subscribe((state) -> decide(undecided, this::proceed), (ex) -> decide(undecided, () -> {
				if (context.hub().isConfirmed(view().flagSet(), undecided.asOf)) {
					otherwise.run();
				}
				else {
					awaitSource(claimed, undecided.asOf);
				}
			}));
	}

	/** Run something if it is still undecided who is right. */
	private void decide(Ahead undecided, Runnable decision) {
		this.session.execute(() -> {
			if (!this.ended && undecided == this.ahead && !undecided.takingBack) {
				decision.run();
			}
		});
	}

	/** Take this one client back to what the source has. */
	void takeBack() {
		if (!connection().isReady()) {
			Ahead waiting = (this.ahead != null) ? this.ahead : new Ahead(null, 0);
			waiting.takingBack = true;
			this.ahead = waiting;
			return;
		}
		// Before the write, during which the connection may become ready once more
		stopWaiting();
		ViewState state = state();
		moved(state.position());
		connection().send(new ServerMessage.Snapshot(state.snapshot(), true, this.form.sub()));
		proceed();
	}

	/** Answer a client that has missed something, at most once a second. */
	void resync(@Nullable FlagPosition from) {
		if (this.resync != null) {
			this.resync.wanted = true;
			this.resync.from = from;
			return;
		}
		this.resync = new Resync();
		Disposable timer = this.session.context()
			.timer()
			.schedule(() -> this.session.execute(this::resyncIntervalPassed), RESYNC_INTERVAL.toMillis(),
					TimeUnit.MILLISECONDS);
		this.resync.timer = timer;
		answerResync(from);
	}

	private void resyncIntervalPassed() {
		Resync passed = this.resync;
		this.resync = null;
		if (passed != null && passed.wanted && !this.ended) {
			resync(passed.from);
		}
	}

	private void answerResync(@Nullable FlagPosition from) {
		if (from != null && from.equals(awaited())) {
			return;
		}
		stopWaiting();
		moveTo(from);
		if (connection().isReady() && state().since(from).kind() != ViewUpdate.Kind.AHEAD) {
			beat();
		}
		proceed();
	}

	int nextRenewal() {
		return ++this.renewals;
	}

	boolean awaitsRenewal(int renewal) {
		return !this.ended && renewal == this.renewals;
	}

	/** Follow another view, because the key allows something else now. */
	void follow(PushLogin changed) {
		leave();
		stopWaiting();
		boolean sameCounter = changed.details().flagSet().equals(this.login.details().flagSet());
		this.login.releaseView();
		this.login = changed;
		if (sameCounter) {
			proceed();
		}
		else {
			takeBack();
		}
	}

	private void leave() {
		if (this.membership != null) {
			this.membership.leave();
			this.membership = null;
		}
	}

	void end() {
		if (!this.ended) {
			this.ended = true;
			leave();
			stopWaiting();
			if (this.resync != null) {
				this.resync.timer.dispose();
			}
			TokenLease lease = this.login.lease();
			if (lease != null) {
				lease.cancel();
			}
			this.login.close();
		}
	}

	/**
	 * A client that is ahead of this node.
	 */
	private static final class Ahead {

		/** Where it says it is. */
		private final @Nullable FlagPosition claimed;

		/** How many questions the source had been asked then. */
		private final long asOf;

		private Disposable waiting = Disposables.disposed();

		/** Whether it is to be taken back as soon as its connection is ready. */
		private boolean takingBack;

		Ahead(@Nullable FlagPosition claimed, long asOf) {
			this.claimed = claimed;
			this.asOf = asOf;
		}

	}

	/**
	 * A resync was answered less than an interval ago.
	 */
	private static final class Resync {

		private Disposable timer = Disposables.disposed();

		private boolean wanted;

		private @Nullable FlagPosition from;

	}

}
