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
import reactor.core.Disposable;
import reactor.core.Disposables;

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

	/** When the alarm is set for, or {@link Group#NEVER}. */
	private int wakeAt = Group.NEVER;

	private Disposable alarm = Disposables.disposed();

	LoopMembers(Broadcaster broadcaster, Executor executor) {
		this.broadcaster = broadcaster;
		this.executor = executor;
	}

	Broadcaster broadcaster() {
		return this.broadcaster;
	}

	Executor executor() {
		return this.executor;
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
		wakeAt(this.broadcaster.now() + 1);
	}

	/** Look what is due not later than in that second. */
	void wakeAt(int second) {
		if (second < this.wakeAt) {
			this.alarm.dispose();
			this.wakeAt = second;
			this.alarm = this.broadcaster.wakeUp(this, second);
		}
	}

	/** Look what is due, and when the next is. */
	void tick() {
		if (!this.broadcaster.isBeating()) {
			return;
		}
		this.alarm.dispose();
		this.wakeAt = Group.NEVER;
		int now = this.broadcaster.now();
		// Where something fails the rest is to be looked at all the same
		int next = now + 1;
		try {
			next = tick(now);
		}
		finally {
			wakeAt(next);
		}
	}

	private int tick(int now) {
		int next = Group.NEVER;
		for (LoopView view : new ArrayList<>(this.views.values())) {
			next = Math.min(next, view.beat(now));
		}
		if (!this.waiting.isEmpty()) {
			this.waiting.removeIf((connection) -> !connection.checkProgress(now));
			forgetIfUnused();
		}
		return this.waiting.isEmpty() ? next : now + 1;
	}

	private void forgetIfUnused() {
		if (this.views.isEmpty() && this.waiting.isEmpty()) {
			this.alarm.dispose();
			this.broadcaster.forget(this.executor, this);
		}
	}

}
