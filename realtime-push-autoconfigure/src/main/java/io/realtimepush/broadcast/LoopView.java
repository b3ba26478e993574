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
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.realtimepush.hub.FlagView;
import io.realtimepush.hub.ViewState;
import io.realtimepush.session.Subscription;
import io.realtimepush.session.UpdateForm;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What one event loop has to do with one view. Confined to the event loop, but for
 * {@link #viewMoved()}.
 */
final class LoopView {

	private static final Log logger = LogFactory.getLog(LoopView.class);

	private final LoopMembers loop;

	private final FlagView view;

	private final Map<GroupKey, Group> groups = new HashMap<>(4);

	private final Runnable listener = this::viewMoved;

	private final Runnable flush = this::flush;

	/** Whether a task is queued; it will find whatever the newest state is by then. */
	private final AtomicBoolean queued = new AtomicBoolean();

	LoopView(LoopMembers loop, FlagView view) {
		this.loop = loop;
		this.view = view;
		view.addListener(this.listener);
	}

	Broadcaster broadcaster() {
		return this.loop.broadcaster();
	}

	int now() {
		return this.loop.broadcaster().now();
	}

	void wakeAt(int second) {
		this.loop.wakeAt(second);
	}

	Group.Member add(Subscription subscription) {
		BroadcastConnection connection = (BroadcastConnection) subscription.connection();
		GroupKey key = new GroupKey(subscription.form(), connection.format());
		Group.Member member = this.groups.computeIfAbsent(key, (same) -> new Group(this, key.form(), key.format()))
			.add(subscription);
		// The view may have moved before it was listened to
		subscription.catchUp();
		return member;
	}

	void remove(UpdateForm form, FrameFormat format) {
		this.groups.remove(new GroupKey(form, format));
		if (this.groups.isEmpty()) {
			this.view.removeListener(this.listener);
			this.loop.remove(this.view);
		}
	}

	/** Called by the thread that publishes. */
	private void viewMoved() {
		if (this.queued.compareAndSet(false, true)) {
			boolean accepted = false;
			try {
				this.loop.execute(this.flush);
				accepted = true;
			}
			catch (RejectedExecutionException ex) {
				logger.debug("an event loop has ended", ex);
			}
			finally {
				if (!accepted) {
					this.queued.set(false);
				}
			}
		}
	}

	private void flush() {
		this.queued.set(false);
		ViewState state = this.view.state();
		if (state != null) {
			groups().forEach((group) -> group.flush(state));
		}
	}

	/**
	 * Send the heartbeats that are due.
	 * @return when the next is due
	 */
	int beat(int now) {
		ViewState state = this.view.state();
		if (state == null) {
			return now + 1;
		}
		int next = Group.NEVER;
		for (Group group : groups()) {
			next = Math.min(next, group.beat(state, now));
		}
		return next;
	}

	/**
	 * A copy, because a connection that fails while it is written to leaves its group.
	 */
	private List<Group> groups() {
		return new ArrayList<>(this.groups.values());
	}

	private record GroupKey(UpdateForm form, FrameFormat format) {
	}

}
