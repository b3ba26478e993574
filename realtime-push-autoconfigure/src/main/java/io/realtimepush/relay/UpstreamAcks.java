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

package io.realtimepush.relay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.realtimepush.client.ClientStatus;
import io.realtimepush.client.PushClient;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.session.PushSessionListener;
import io.realtimepush.session.SessionInfo;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Passes acknowledgements of the clients of a relay on to the other push server. Those of
 * a while that say the same of one position are passed on as one, which says how many
 * clients it stands for; so the other server is sent few of them, however many clients
 * there are here. While there is no connection they are kept.
 * <p>
 * At most {@value #MAX_SENT} are sent at a time. Where there are more, the others follow,
 * but for those that one of a later position covers.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class UpstreamAcks implements PushSessionListener, AutoCloseable {

	/** A server takes about 50 messages per second of one client. */
	static final int MAX_SENT = 16;

	/** How many are kept. */
	static final int MAX_GROUPS = 1000;

	private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

	private final PushClient client;

	private final Duration interval;

	private final Scheduler timer;

	// Guarded by this

	private final Map<Group, ClientMessage.Ack> groups = new LinkedHashMap<>();

	private Disposable sending = Disposables.disposed();

	private boolean closed;

	/**
	 * Create the listener.
	 * @param client the connection to the other server
	 * @param interval how long acknowledgements are collected, at least 1 s
	 * @param timer tells when that time is over
	 */
	public UpstreamAcks(PushClient client, Duration interval, Scheduler timer) {
		this.client = client;
		this.interval = (interval.compareTo(SHORTEST_INTERVAL) < 0) ? SHORTEST_INTERVAL : interval;
		this.timer = timer;
	}

	@Override
	public synchronized void acknowledged(SessionInfo session, FlagSetId flagSet, ClientMessage.Ack ack) {
		Group group = new Group(flagSet, ack.position(), ack.applied());
		ClientMessage.Ack known = this.groups.get(group);
		if (this.closed || (known == null && this.groups.size() >= MAX_GROUPS)) {
			return;
		}
		this.groups.put(group, (known != null) ? merge(known, ack) : ack.of((String) null));
		sendLater();
	}

	/** The longest time and the first error stand for all. */
	private static ClientMessage.Ack merge(ClientMessage.Ack one, ClientMessage.Ack other) {
		int clients = Math.min(one.clients() + other.clients(), ClientMessage.Ack.MAX_CLIENTS);
		return new ClientMessage.Ack(one.position(), one.applied(), longer(one.took(), other.took()),
				(one.error() != null) ? one.error() : other.error(), null, clients);
	}

	private static @Nullable Long longer(@Nullable Long one, @Nullable Long other) {
		return (one == null || (other != null && other > one)) ? other : one;
	}

	private void sendLater() {
		if (this.sending.isDisposed() && !this.closed) {
			this.sending = this.timer.schedule(this::send, this.interval.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void send() {
		takeNext().forEach(this.client::acknowledge);
	}

	private synchronized Map<FlagSetId, List<ClientMessage.Ack>> takeNext() {
		this.sending = Disposables.disposed();
		ClientStatus status = this.client.status();
		if (this.groups.size() > MAX_SENT) {
			dropCovered();
		}
		Map<FlagSetId, List<ClientMessage.Ack>> next = status.isLive() ? takeFirst() : Map.of();
		if (!this.groups.isEmpty() && status.state() != ClientStatus.State.CLOSED) {
			sendLater();
		}
		return next;
	}

	/** Leave of each flag set, epoch and result the highest position. */
	private void dropCovered() {
		Map<Group, Long> highest = new HashMap<>();
		this.groups.keySet().forEach((group) -> highest.merge(group.ofEpoch(), group.position().version(), Math::max));
		this.groups.keySet()
			.removeIf((group) -> group.position().version() < highest.getOrDefault(group.ofEpoch(), 0L));
	}

	private Map<FlagSetId, List<ClientMessage.Ack>> takeFirst() {
		Map<FlagSetId, List<ClientMessage.Ack>> first = new LinkedHashMap<>();
		Iterator<Map.Entry<Group, ClientMessage.Ack>> entries = this.groups.entrySet().iterator();
		for (int i = 0; i < MAX_SENT && entries.hasNext(); i++) {
			Map.Entry<Group, ClientMessage.Ack> entry = entries.next();
			first.computeIfAbsent(entry.getKey().flagSet(), (same) -> new ArrayList<>()).add(entry.getValue());
			entries.remove();
		}
		return first;
	}

	/**
	 * Pass on nothing any more.
	 */
	@Override
	public synchronized void close() {
		this.closed = true;
		this.sending.dispose();
		this.groups.clear();
	}

	/**
	 * What is passed on as one.
	 *
	 * @param flagSet the flag set
	 * @param position the position
	 * @param applied whether the handlers succeeded
	 */
	private record Group(FlagSetId flagSet, FlagPosition position, boolean applied) {

		/** The same for all positions of an epoch. */
		Group ofEpoch() {
			return new Group(this.flagSet, this.position.at(0), this.applied);
		}

	}

}
