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

package io.realtimepush.broadcast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

import io.realtimepush.hub.FlagView;
import io.realtimepush.session.Subscription;

/**
 * All subscriptions of one event loop. Confined to it, but for
 * {@link #execute(Runnable)}.
 */
final class LoopMembers {

	private final Broadcaster broadcaster;

	private final Executor executor;

	private final Map<FlagView, LoopView> views = new HashMap<>();

	/** Connections whose socket does not take what waits for it. */
	private final Set<BroadcastConnection> waiting = new LinkedHashSet<>();

	LoopMembers(Broadcaster broadcaster, Executor executor) {
		this.broadcaster = broadcaster;
		this.executor = executor;
	}

	Broadcaster broadcaster() {
		return this.broadcaster;
	}

	void execute(Runnable task) {
		this.executor.execute(task);
	}

	Group.Member add(Subscription subscription) {
		return this.views.computeIfAbsent(subscription.view(), (view) -> new LoopView(this, view)).add(subscription);
	}

	void remove(FlagView view) {
		this.views.remove(view);
		forgetIfUnused();
	}

	void watchProgress(BroadcastConnection connection) {
		this.waiting.add(connection);
	}

	void tick(int now) {
		new ArrayList<>(this.views.values()).forEach((view) -> view.beat(now));
		if (!this.waiting.isEmpty()) {
			this.waiting.removeIf((connection) -> !connection.checkProgress(now));
			forgetIfUnused();
		}
	}

	private void forgetIfUnused() {
		if (this.views.isEmpty() && this.waiting.isEmpty()) {
			this.broadcaster.forget(this.executor, this);
		}
	}

}
