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
import java.util.concurrent.atomic.AtomicBoolean;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.protocol.ClientMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Sends acknowledgements of what has been applied and handled, those of a while together.
 * <p>
 * Confined to the loop, but for {@link #progress()}.
 */
final class AckSender {

	private final ClientLoop loop;

	private final Duration interval;

	private final AtomicBoolean noted = new AtomicBoolean();

	private @Nullable ClientSubscriptions subscriptions;

	private @Nullable ClientSession session;

	private Disposable timer = Disposables.disposed();

	AckSender(ClientLoop loop, Duration interval) {
		this.loop = loop;
		this.interval = interval;
	}

	void subscriptions(ClientSubscriptions subscriptions) {
		this.subscriptions = subscriptions;
	}

	/**
	 * Take note that handlers may have ended. May be called on any thread, and often.
	 */
	void progress() {
		if (this.noted.compareAndSet(false, true)) {
			this.loop.execute(this::settle);
		}
	}

	private void settle() {
		this.noted.set(false);
		boolean any = this.subscriptions != null && this.subscriptions.settle();
		if (any && this.session != null && this.timer.isDisposed()) {
			this.timer = this.loop.schedule(this.interval, this::send);
		}
	}

	private void send() {
		this.timer = Disposables.disposed();
		ClientSession present = this.session;
		if (present != null && this.subscriptions != null) {
			this.subscriptions.takeAcks().forEach(present::send);
		}
	}

	/**
	 * Send acknowledgements of others, if there is a session for them.
	 */
	void pass(FlagSetId flagSet, List<ClientMessage.Ack> acks) {
		ClientSession present = this.session;
		if (present == null || this.subscriptions == null) {
			return;
		}
		for (ClientSubscription subscription : this.subscriptions.all()) {
			if (subscription.settings().flagSet().equals(flagSet)) {
				acks.forEach((ack) -> present.send(ack.of(subscription.sub())));
				return;
			}
		}
	}

	/**
	 * Send over this session from now on.
	 * @param live the session, or {@code null} if this client is not to acknowledge
	 */
	void sessionLive(@Nullable ClientSession live) {
		this.session = live;
		settle();
	}

	void sessionEnded() {
		this.session = null;
		this.timer.dispose();
	}

}
