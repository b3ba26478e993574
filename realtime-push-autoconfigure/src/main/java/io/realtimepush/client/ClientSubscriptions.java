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

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.realtimepush.client.replica.FlagReplica;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.SubscriptionLookup;
import org.jspecify.annotations.Nullable;

/**
 * All subscriptions of a client. The first is that of the login.
 * <p>
 * Confined to the loop.
 */
final class ClientSubscriptions implements SubscriptionLookup {

	private final List<ClientSubscription> all = new ArrayList<>();

	/**
	 * Create the subscriptions.
	 * @param settings what the client wants
	 * @param effects the world outside
	 * @param credential the credential of the first
	 * @param currentListener called when the first is at the server's flag set
	 * @param progressListener called when handlers may have ended, on any thread
	 */
	ClientSubscriptions(ClientSettings settings, Effects effects, Supplier<String> credential, Runnable currentListener,
			Runnable progressListener) {
		for (SubscriptionSettings wanted : settings.subscriptions()) {
			boolean first = this.all.isEmpty();
			FlagReplica replica = new FlagReplica(wanted.flagSet(), effects.loop()::nanoTime, progressListener);
			this.all.add(new ClientSubscription(wanted, first ? null : "s" + this.all.size(), replica, effects,
					settings.newBackOff(effects.random()), first ? credential : wanted::sdkKey,
					first ? currentListener : progressListener));
		}
	}

	ClientSubscription first() {
		return this.all.get(0);
	}

	List<ClientSubscription> all() {
		return this.all;
	}

	@Override
	public @Nullable Subscribed find(@Nullable String sub) {
		for (ClientSubscription subscription : this.all) {
			if ((sub != null) ? sub.equals(subscription.sub()) : subscription.sub() == null) {
				return subscription.subscribed();
			}
		}
		return null;
	}

	/**
	 * Do something with a subscription, if the client has it.
	 */
	void with(@Nullable String sub, Consumer<ClientSubscription> action) {
		for (ClientSubscription subscription : this.all) {
			if ((sub != null) ? sub.equals(subscription.sub()) : subscription.sub() == null) {
				action.accept(subscription);
				return;
			}
		}
	}

	void begin(ClientSession session) {
		this.all.forEach((subscription) -> subscription.begin(session));
	}

	void subscribe() {
		this.all.forEach(ClientSubscription::subscribe);
	}

	void end() {
		this.all.forEach(ClientSubscription::end);
	}

	void complete() {
		this.all.forEach((subscription) -> subscription.replica().complete());
	}

	/**
	 * Note which handlers have ended.
	 * @return whether there is something to acknowledge
	 */
	boolean settle() {
		boolean any = false;
		for (ClientSubscription subscription : this.all) {
			any |= subscription.replica().settle();
		}
		return any;
	}

	List<ClientMessage.Ack> takeAcks() {
		return this.all.stream().flatMap((subscription) -> subscription.takeAcks().stream()).toList();
	}

}
