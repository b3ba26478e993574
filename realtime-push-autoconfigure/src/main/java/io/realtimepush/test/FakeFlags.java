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

package io.realtimepush.test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ClientMessage;
import org.jspecify.annotations.Nullable;

/**
 * The flag set of a {@link FakePushServer}, and who is told of its changes.
 */
final class FakeFlags {

	private final Map<FakeSession, Map<String, FakeSubscription>> subscriptions = new LinkedHashMap<>();

	private FlagSnapshot present;

	FakeFlags(String epoch) {
		this.present = new FlagSnapshot(FlagSetId.of("fake"), new FlagPosition(epoch, 1), FlagSet.empty());
	}

	synchronized FlagSnapshot present() {
		return this.present;
	}

	synchronized FlagPosition update(Map<String, FlagValue> set, Set<String> removed) {
		FlagPosition before = this.present.position();
		FlagPosition next = before.next();
		this.present = new FlagSnapshot(this.present.flagSet(), next, this.present.flags().with(set, removed));
		// A copy, because a session may be found to have ended
		for (Map<String, FakeSubscription> all : List.copyOf(this.subscriptions.values())) {
			all.values().forEach((subscription) -> subscription.bringTo(this.present));
		}
		return next;
	}

	/**
	 * Begin a subscription.
	 * @param session the session
	 * @param sub its name, or {@code null} for the first
	 * @param options what is wanted
	 * @param heartbeat the interval in ms, or {@code null} where no welcome is sent
	 */
	synchronized void subscribe(FakeSession session, @Nullable String sub, ClientMessage.Options options,
			@Nullable Long heartbeat) {
		FakeSubscription subscription = new FakeSubscription(session, sub, options);
		this.subscriptions.computeIfAbsent(session, (same) -> new LinkedHashMap<>()).put(name(sub), subscription);
		subscription.open(this.present, options.position(), heartbeat);
	}

	synchronized void unsubscribe(FakeSession session, String sub) {
		Map<String, FakeSubscription> all = this.subscriptions.get(session);
		if (all != null) {
			all.remove(sub);
		}
	}

	synchronized void resync(FakeSession session, ClientMessage.Resync resync) {
		Map<String, FakeSubscription> all = this.subscriptions.get(session);
		FakeSubscription subscription = (all != null) ? all.get(name(resync.sub())) : null;
		if (subscription != null) {
			subscription.resync(this.present, resync.position());
		}
	}

	synchronized void beat() {
		List.copyOf(this.subscriptions.keySet()).forEach(this::beat);
	}

	synchronized void beat(FakeSession session) {
		Map<String, FakeSubscription> all = this.subscriptions.get(session);
		if (all != null) {
			all.values().forEach((subscription) -> subscription.beat(this.present));
		}
	}

	synchronized void leave(FakeSession session) {
		this.subscriptions.remove(session);
	}

	/** The first subscription has no name, and no other an empty one. */
	private static String name(@Nullable String sub) {
		return (sub != null) ? sub : "";
	}

}
