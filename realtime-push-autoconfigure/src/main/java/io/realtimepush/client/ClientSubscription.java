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

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import io.realtimepush.client.replica.FlagReplica;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.SubscriptionLookup;
import io.realtimepush.protocol.SyncMode;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * One flag set of the client, and what is done so that it misses nothing: it asks again
 * after a gap, pulls what it is told of, and subscribes again when the server ends a
 * further subscription.
 * <p>
 * Confined to the loop.
 */
final class ClientSubscription {

	private static final Log logger = LogFactory.getLog(ClientSubscription.class);

	/** Within this time all clients ask that have been told the same thing. */
	private static final Duration SPREAD = Duration.ofSeconds(1);

	/** A server answers once a second. */
	private static final Duration RESYNC_INTERVAL = Duration.ofSeconds(2);

	private final @Nullable String sub;

	private final FlagReplica replica;

	private final Effects effects;

	private final BackOff backOff;

	private final Supplier<String> credential;

	private final Runnable currentListener;

	/** What the flags are of that there are. */
	private SubscriptionSettings settings;

	/** What to log in with; differs from the above while another user has to log in. */
	private SubscriptionSettings wanted;

	private @Nullable ClientSession session;

	private Disposable askTimer = Disposables.disposed();

	private Disposable pull = Disposables.disposed();

	private Disposable subscribeTimer = Disposables.disposed();

	private boolean asked;

	private long askedSince;

	private boolean refused;

	/** Whether the server has this subscription in the present session. */
	private boolean open;

	/**
	 * Create a subscription.
	 * @param settings what is wanted
	 * @param sub its name, or {@code null} for the first
	 * @param replica where what comes is kept
	 * @param effects the world outside
	 * @param backOff the delays between attempts to subscribe or to pull
	 * @param credential what to pull with
	 * @param currentListener called when the replica is at the server's flag set
	 */
	ClientSubscription(SubscriptionSettings settings, @Nullable String sub, FlagReplica replica, Effects effects,
			BackOff backOff, Supplier<String> credential, Runnable currentListener) {
		this.settings = settings;
		this.wanted = settings;
		this.sub = sub;
		this.replica = replica;
		this.effects = effects;
		this.backOff = backOff;
		this.credential = credential;
		this.currentListener = currentListener;
	}

	SubscriptionSettings settings() {
		return this.settings;
	}

	/**
	 * Log in for another user from the next session on.
	 * @return whether it is another one
	 */
	boolean changeUser(@Nullable ClientUser user) {
		boolean changes = !Objects.equals(user, this.wanted.user());
		if (changes) {
			this.wanted = this.wanted.with(user);
			this.refused = false;
		}
		return changes;
	}

	@Nullable String sub() {
		return this.sub;
	}

	FlagReplica replica() {
		return this.replica;
	}

	SubscriptionLookup.Subscribed subscribed() {
		return new SubscriptionLookup.Subscribed(this.settings.flagSet(), this.replica.told());
	}

	/**
	 * Return the wishes to log in with.
	 */
	ClientMessage.Options options(SyncMode mode) {
		List<String> flags = this.wanted.flags();
		ClientUser user = this.wanted.user();
		return new ClientMessage.Options(this.replica.position(), mode, flags.isEmpty() ? null : flags,
				(user != null) ? user.json() : null);
	}

	/**
	 * Begin a session; what comes from now on is of this one.
	 */
	void begin(ClientSession session) {
		this.session = session;
		this.asked = false;
		this.replica.sessionBegins();
	}

	/**
	 * Subscribe, if this is a further subscription.
	 */
	void subscribe() {
		ClientSession present = this.session;
		if (this.sub != null && present != null && !this.refused) {
			this.open = false;
			this.replica.sessionBegins();
			present.send(new ClientMessage.Subscribe(this.sub, this.settings.sdkKey(), options(this.settings.mode())));
		}
	}

	/**
	 * Take what there is to acknowledge, if the server would understand for what it is.
	 */
	List<ClientMessage.Ack> takeAcks() {
		return this.open ? this.replica.takeAcks(this.sub) : List.of();
	}

	/**
	 * The session has ended.
	 */
	void end() {
		this.session = null;
		this.open = false;
		this.askTimer.dispose();
		this.pull.dispose();
		this.subscribeTimer.dispose();
		this.replica.live(false);
	}

	/**
	 * This further subscription has ended, or was not granted.
	 * @param failure why
	 */
	void ended(ConnectFailure failure) {
		this.open = false;
		this.replica.live(false);
		this.askTimer.dispose();
		this.subscribeTimer.dispose();
		if (failure.kind() == ConnectFailure.Kind.REFUSED) {
			this.refused = true;
			logger.error("flag set '" + this.settings.flagSet() + "' is refused by the server and not kept current: "
					+ failure.message());
			return;
		}
		logger.debug("subscription of flag set '" + this.settings.flagSet() + "' ended: " + failure);
		this.subscribeTimer = this.effects.loop().schedule(this.backOff.next(failure), this::subscribe);
	}

	/**
	 * Take a message.
	 */
	void receive(ServerMessage message) {
		switch (this.replica.receive(message)) {
			case APPLIED, CURRENT -> {
				this.settings = this.wanted;
				goOn();
			}
			case TOLD -> goOn();
			case GAP -> resync();
			case BEHIND -> behind(((ServerMessage.Heartbeat) message).position());
			case IGNORED -> {
			}
		}
	}

	private void goOn() {
		if (!isCurrent()) {
			pullLater(spread());
			return;
		}
		this.open = true;
		this.asked = false;
		this.askTimer.dispose();
		this.backOff.reset();
		this.replica.live(true);
		this.currentListener.run();
	}

	private boolean isCurrent() {
		FlagPosition newest = this.replica.told();
		return newest != null && this.replica.isKnown(newest);
	}

	/** What was missed may still come, so ask only if it has not after a while. */
	private void behind(FlagPosition position) {
		if (this.settings.mode() == SyncMode.NOTIFY) {
			this.replica.tell(position);
			goOn();
		}
		else if (this.askTimer.isDisposed()) {
			askLater(spread(), () -> {
				if (!this.replica.isKnown(position)) {
					resync();
				}
			});
		}
	}

	private void resync() {
		long now = this.effects.loop().nanoTime();
		ClientSession present = this.session;
		if (present == null || (this.asked && now - this.askedSince < RESYNC_INTERVAL.toNanos())) {
			return;
		}
		this.asked = true;
		this.askedSince = now;
		if (present.send(new ClientMessage.Resync(this.replica.position(), this.sub))) {
			return;
		}
		if (this.sub == null) {
			present.end(new ConnectFailure(ConnectFailure.Kind.BROKEN, "gap", "something was missed"));
		}
		else {
			present.send(new ClientMessage.Unsubscribe(this.sub));
			subscribe();
		}
	}

	private void pullLater(Duration delay) {
		if (this.askTimer.isDisposed() && this.pull.isDisposed()) {
			askLater(delay, this::pull);
		}
	}

	private void pull() {
		ClientSession present = this.session;
		if (present == null || isCurrent()) {
			return;
		}
		SubscriptionLookup lookup = (any) -> subscribed();
		SubscriptionSettings pulled = this.wanted;
		this.pull = this.effects.puller()
			.pull(present.route().endpoint(), this.credential.get(), options(SyncMode.DELTA), this.replica.told(),
					lookup)
			.singleOptional()
			.subscribe((message) -> pulled(present, pulled, message.orElse(null), null),
					(ex) -> pulled(present, pulled, null, ex));
	}

	private void pulled(ClientSession from, SubscriptionSettings what, @Nullable ServerMessage message,
			@Nullable Throwable failure) {
		this.effects.loop().execute(() -> {
			if (this.session != from || this.wanted != what) {
				return;
			}
			this.pull.dispose();
			if (message != null) {
				this.replica.receive(message);
			}
			if (isCurrent()) {
				this.settings = what;
				goOn();
			}
			else {
				logger.debug("flag set '" + this.settings.flagSet() + "' was not brought to " + this.replica.told()
						+ " by a pull", failure);
				pullLater(this.backOff.next(ConnectFailedException.failure(failure)));
			}
		});
	}

	private void askLater(Duration delay, Runnable event) {
		this.askTimer = this.effects.loop().schedule(delay, () -> {
			this.askTimer = Disposables.disposed();
			event.run();
		});
	}

	private Duration spread() {
		return Duration.ofNanos((long) (this.effects.random().nextDouble() * SPREAD.toNanos()));
	}

	@Override
	public String toString() {
		return this.replica.toString();
	}

}
