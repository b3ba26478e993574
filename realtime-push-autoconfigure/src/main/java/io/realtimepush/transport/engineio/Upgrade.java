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

package io.realtimepush.transport.engineio;

import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.util.concurrent.Future;
import io.realtimepush.transport.engineio.EnginePacket.Type;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket that wants to take over a session that polls. It has to show first that it
 * works, by a probe that is answered; meanwhile all goes on by polls. What waits for them
 * in the end goes over the WebSocket.
 * <p>
 * Confined to the carrier of the session.
 */
final class Upgrade {

	/** As often as the protocol's reference looks, at least. */
	private static final int POLL_RELEASE_MILLIS = 50;

	private final EngineSession session;

	private final Polling polls;

	private final EngineSocket candidate;

	private @Nullable Future<?> timer;

	private boolean probed;

	private boolean over;

	Upgrade(EngineSession session, Polling polls, EngineSocket candidate) {
		this.session = session;
		this.polls = polls;
		this.candidate = candidate;
	}

	/** Begin to wait, at most for some time. */
	void begin(long timeoutMillis) {
		this.timer = this.session.carrier()
			.schedule(() -> this.session.execute(this::abandon), timeoutMillis, TimeUnit.MILLISECONDS);
	}

	boolean isBy(EngineSocket socket) {
		return socket == this.candidate;
	}

	/** The candidate has received text. */
	void receive(String text) {
		if (text.equals(Type.PING.digit() + "probe")) {
			this.probed = true;
			this.candidate.write(EngineMessage.PROBE_ANSWER);
			releasePollSoon();
		}
		else if (this.probed && text.equals(String.valueOf(Type.UPGRADE.digit()))) {
			complete();
		}
		else {
			abandon();
		}
	}

	/**
	 * Let a client that is changing to a WebSocket end its poll; after some time, because
	 * one that completes the change first does not poll at all.
	 */
	void releasePollSoon() {
		if (this.probed && this.polls.isPolled()) {
			this.session.carrier().schedule(this::releasePoll, POLL_RELEASE_MILLIS, TimeUnit.MILLISECONDS);
		}
	}

	private void releasePoll() {
		if (!this.over && this.polls.isPolled()) {
			if (this.polls.isEmpty()) {
				this.polls.add(EngineMessage.NOOP);
			}
			this.polls.flush();
		}
	}

	private void complete() {
		List<EngineMessage> waiting = endPolling();
		end();
		this.session.upgraded(this.candidate, waiting);
	}

	/**
	 * What a poll was to be answered with still goes there; else it has come too late.
	 */
	private List<EngineMessage> endPolling() {
		this.polls.flush();
		this.polls.refuse(EngineError.BAD_REQUEST);
		return this.polls.take();
	}

	/** Go on with polls, unless the change is over. */
	void abandon() {
		if (!this.over) {
			end();
			this.session.upgradeAbandoned();
			this.candidate.close(EngineCloseReason.TRANSPORT_CLOSE);
		}
	}

	private void end() {
		this.over = true;
		if (this.timer != null) {
			this.timer.cancel(false);
		}
	}

}
