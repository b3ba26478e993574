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

import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSnapshot;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * What a client starts with as long as it has not reached a server, and what of its flag
 * sets it keeps for its next start.
 * <p>
 * Confined to the loop, but for {@link #restore()}.
 */
final class FlagKeeping {

	private static final Log logger = LogFactory.getLog(FlagKeeping.class);

	/** What changes within this time is written together. */
	private static final Duration DELAY = Duration.ofSeconds(1);

	private final ClientLoop loop;

	private final ClientSubscriptions subscriptions;

	private final @Nullable FlagCache cache;

	private Disposable timer = Disposables.disposed();

	FlagKeeping(ClientLoop loop, ClientSubscriptions subscriptions, @Nullable FlagCache cache) {
		this.loop = loop;
		this.subscriptions = subscriptions;
		this.cache = cache;
	}

	/**
	 * Load the last flag sets, or the defaults where there is none. Called before
	 * anything else happens.
	 */
	void restore() {
		for (ClientSubscription subscription : this.subscriptions.all()) {
			FlagSnapshot last = (this.cache != null) ? this.cache.load(subscription.settings()) : null;
			FlagSet defaults = subscription.settings().defaults();
			if (last != null) {
				subscription.replica().restore(last);
			}
			else if (defaults != null) {
				subscription.replica().useDefaults(defaults);
			}
			if (this.cache != null) {
				subscription.replica().feed().changes().subscribe((change) -> this.loop.execute(this::later));
			}
		}
	}

	private void later() {
		if (this.timer.isDisposed()) {
			this.timer = this.loop.schedule(DELAY, this::store);
		}
	}

	/**
	 * Keep the flag sets as they are now.
	 */
	void store() {
		this.timer.dispose();
		FlagCache present = this.cache;
		if (present == null) {
			return;
		}
		for (ClientSubscription subscription : this.subscriptions.all()) {
			FlagSnapshot stored = subscription.replica().stored();
			if (stored != null) {
				store(present, subscription.settings(), stored);
			}
		}
	}

	/** One that cannot be kept holds up neither the others nor the end of the client. */
	private static void store(FlagCache cache, SubscriptionSettings subscription, FlagSnapshot snapshot) {
		try {
			cache.store(subscription, snapshot);
		}
		catch (RuntimeException ex) {
			logger.warn("flag set '" + subscription.flagSet() + "' cannot be kept for the next start of the app", ex);
		}
	}

}
