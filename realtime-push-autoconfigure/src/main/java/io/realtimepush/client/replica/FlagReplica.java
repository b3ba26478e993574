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

package io.realtimepush.client.replica;

import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.FlagsStatus;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * One flag set of a client as the server has sent it, and as the app is shown it. The
 * position moves with the flags, in one step.
 * <p>
 * Both are the same but for flags that are kept: where a handler failed on a new value,
 * the app goes on with the former one until the flag is given another value.
 * <p>
 * Confined to the thread of the client, but for {@link #feed()} and {@link #stored()}.
 *
 * @since 0.1.0
 */
public final class FlagReplica {

	/** Where defaults are. It is no position of a server, and never sent to one. */
	private static final FlagPosition DEFAULTS = new FlagPosition("defaults", 0);

	private final FlagSetId flagSet;

	private final LongSupplier nanoTime;

	private final Runnable progressListener;

	private final ReplicaFeed feed;

	private final KeptFlags kept = new KeptFlags();

	private final AckLedger ledger = new AckLedger();

	private volatile @Nullable FlagSnapshot stored;

	private @Nullable FlagSnapshot shown;

	private @Nullable FlagPosition told;

	/** Whether the server has named a position that is not here yet. */
	private boolean behind;

	private FlagsStatus status = FlagsStatus.NOT_LOADED;

	private boolean received;

	/**
	 * Create an empty replica.
	 * @param flagSet the name that the app knows the flag set by
	 * @param nanoTime the time, as {@link System#nanoTime()} tells it
	 * @param progressListener called on any thread when there may be something to
	 * {@linkplain #settle() acknowledge}
	 */
	public FlagReplica(FlagSetId flagSet, LongSupplier nanoTime, Runnable progressListener) {
		this.flagSet = flagSet;
		this.nanoTime = nanoTime;
		this.progressListener = progressListener;
		this.feed = new ReplicaFeed(flagSet, progressListener);
	}

	/**
	 * Return the flag set as the app is shown it.
	 * @return the feed, safe for use by many threads
	 */
	public FlagFeed feed() {
		return this.feed;
	}

	/**
	 * Return the flag set as it was received.
	 * @return the snapshot, or {@code null} if there is none
	 */
	public @Nullable FlagSnapshot stored() {
		return this.stored;
	}

	/**
	 * Return the position that has been applied.
	 * @return the position to resume from, or {@code null} for a new client
	 */
	public @Nullable FlagPosition position() {
		FlagSnapshot present = this.stored;
		return (present != null) ? present.position() : null;
	}

	/**
	 * Return the newest position that this session was told of, whether or not its flags
	 * have been pulled.
	 * @return the position, or {@code null} if there is none
	 */
	public @Nullable FlagPosition told() {
		return this.told;
	}

	/**
	 * Start from the flag set of an earlier run.
	 * @param snapshot the flag set
	 */
	public void restore(FlagSnapshot snapshot) {
		FlagSnapshot own = named(snapshot);
		this.stored = own;
		this.told = own.position();
		this.status = FlagsStatus.CACHED;
		show(FlagChange.between(this.shown, own));
	}

	/**
	 * Start from the defaults of the app.
	 * @param flags the flags
	 */
	public void useDefaults(FlagSet flags) {
		this.status = FlagsStatus.DEFAULTS;
		show(FlagChange.between(this.shown, new FlagSnapshot(this.flagSet, DEFAULTS, flags)));
	}

	/**
	 * Begin a session: what an earlier one was told of counts no more.
	 */
	public void sessionBegins() {
		this.told = position();
		behind(false);
	}

	/**
	 * Note whether the flag set is kept current.
	 * @param live whether it is
	 */
	public void live(boolean live) {
		this.received |= live;
		if (this.received) {
			this.status = live ? FlagsStatus.LIVE : FlagsStatus.STALE;
			this.feed.note(this.status, this.behind);
		}
	}

	private void behind(boolean present) {
		this.behind = present;
		this.feed.note(this.status, present);
	}

	/**
	 * Take a message about this flag set.
	 * @param message the message
	 * @return what it did
	 */
	public Receipt receive(ServerMessage message) {
		if (message instanceof ServerMessage.Snapshot snapshot) {
			return receive(named(snapshot.snapshot()), snapshot.reset());
		}
		if (message instanceof ServerMessage.Delta delta) {
			return receive(delta.delta());
		}
		if (message instanceof ServerMessage.Version version) {
			return isKnown(version.position()) ? Receipt.CURRENT : tell(version.position());
		}
		if (message instanceof ServerMessage.Heartbeat heartbeat) {
			boolean known = isKnown(heartbeat.position());
			behind(!known || isToldNewer());
			return known ? Receipt.CURRENT : Receipt.BEHIND;
		}
		boolean resumed = message instanceof ServerMessage.Welcome welcome && welcome.resumed() != null;
		return resumed ? Receipt.CURRENT : Receipt.IGNORED;
	}

	/**
	 * Note that the server is at a position.
	 * @param position the position
	 * @return {@link Receipt#TOLD}
	 */
	public Receipt tell(FlagPosition position) {
		this.told = position;
		behind(isToldNewer());
		return Receipt.TOLD;
	}

	private boolean isToldNewer() {
		FlagPosition newest = this.told;
		return newest != null && !isKnown(newest);
	}

	/**
	 * Return whether the server has nothing that this replica lacks.
	 * @param position where the server is
	 * @return whether the position is of the same epoch and not ahead
	 */
	public boolean isKnown(FlagPosition position) {
		FlagPosition mine = position();
		return mine != null && position.isSameEpoch(mine) && !position.isAheadOf(mine);
	}

	private Receipt receive(FlagSnapshot snapshot, boolean reset) {
		FlagSnapshot before = this.stored;
		if (before != null && !reset && before.position().isAheadOf(snapshot.position())) {
			return Receipt.IGNORED;
		}
		if (snapshot.equals(before)) {
			return Receipt.CURRENT;
		}
		store(snapshot, reset);
		this.kept.received(snapshot.flags());
		show(FlagChange.between(this.shown, overlay(snapshot)));
		return Receipt.APPLIED;
	}

	private Receipt receive(FlagDelta delta) {
		FlagSnapshot before = this.stored;
		if (before == null || !delta.from().isSameEpoch(before.position())) {
			return Receipt.GAP;
		}
		if (delta.version() <= before.position().version()) {
			return Receipt.IGNORED;
		}
		if (!delta.from().equals(before.position())) {
			return Receipt.GAP;
		}
		FlagSnapshot after = before.apply(delta);
		boolean plain = this.shown == before;
		store(after, false);
		this.kept.received(after.flags());
		FlagSnapshot next = overlay(after);
		show(plain ? FlagChange.of(before, delta, next) : FlagChange.between(this.shown, next));
		return Receipt.APPLIED;
	}

	private void store(FlagSnapshot snapshot, boolean reset) {
		FlagPosition newest = this.told;
		boolean waits = newest != null && !newest.equals(position()) && newest.isAheadOf(snapshot.position());
		if (reset || !waits) {
			this.told = snapshot.position();
		}
		this.stored = snapshot;
		this.received = true;
		this.status = FlagsStatus.LIVE;
		this.behind = isToldNewer();
	}

	private void show(FlagChange change) {
		this.shown = change.snapshot();
		long number = this.feed.publish(change, this.status, this.behind);
		if (this.stored != null && !change.position().equals(change.from())) {
			this.ledger.published(number, change.position(), this.nanoTime.getAsLong());
			this.progressListener.run();
		}
	}

	/**
	 * Note that a handler failed.
	 * @param position the position that it was called for
	 * @param update the update that it was called for, or {@code null} if it was called
	 * for a whole change; then no flag is kept
	 * @param failure why it failed
	 */
	public void handlerFailed(FlagPosition position, @Nullable FlagUpdate<FlagValue> update, Throwable failure) {
		FlagSnapshot present = this.stored;
		if (present == null) {
			return;
		}
		this.ledger.failed(position, failure);
		FlagValue former = (update != null) ? update.oldValue() : null;
		if (update == null || former == null) {
			return;
		}
		if (this.kept.keep(update.key(), update.newValue(), former, present.flags())) {
			show(FlagChange.between(this.shown, overlay(present)));
		}
	}

	private FlagSnapshot overlay(FlagSnapshot snapshot) {
		return this.kept.keys().isEmpty() ? snapshot
				: new FlagSnapshot(this.flagSet, snapshot.position(), this.kept.overlay(snapshot.flags()));
	}

	private FlagSnapshot named(FlagSnapshot snapshot) {
		return snapshot.flagSet().equals(this.flagSet) ? snapshot
				: new FlagSnapshot(this.flagSet, snapshot.position(), snapshot.flags());
	}

	/**
	 * Find out what has been handled meanwhile. What was restored counts too, as soon as
	 * the server says that it is current.
	 * @return whether there is something to acknowledge
	 */
	public boolean settle() {
		if (!this.received) {
			return false;
		}
		String problem = this.kept.keys().isEmpty() ? null : "former values are kept: " + this.kept.keys();
		this.ledger.finished(this.feed.finished(), problem, this.nanoTime.getAsLong());
		return !this.ledger.isEmpty();
	}

	/**
	 * Take what is to be acknowledged.
	 * @param sub the subscription that the flag set is received over, or {@code null} for
	 * the first
	 * @return the acknowledgements, in the order in which they are to be sent
	 */
	public List<ClientMessage.Ack> takeAcks(@Nullable String sub) {
		return settle() ? this.ledger.take(sub) : List.of();
	}

	/**
	 * End the feed. The last snapshot stays.
	 */
	public void complete() {
		this.feed.complete();
	}

	@Override
	public String toString() {
		return this.flagSet + " at " + Objects.requireNonNullElse(position(), "no position");
	}

}
