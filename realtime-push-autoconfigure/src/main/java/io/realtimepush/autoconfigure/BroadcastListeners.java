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

package io.realtimepush.autoconfigure;

import java.util.Collection;

import io.realtimepush.broadcast.BroadcastListener;

/**
 * Tells several listeners. Called for each batch on event loops, so it allocates nothing.
 */
final class BroadcastListeners implements BroadcastListener {

	private final BroadcastListener[] listeners;

	BroadcastListeners(Collection<BroadcastListener> listeners) {
		this.listeners = listeners.toArray(BroadcastListener[]::new);
	}

	@Override
	public void broadcast(String transport, int written, int passedOver, long nanosSinceMove) {
		for (BroadcastListener listener : this.listeners) {
			listener.broadcast(transport, written, passedOver, nanosSinceMove);
		}
	}

	@Override
	public void encoded(String transport, int bytes) {
		for (BroadcastListener listener : this.listeners) {
			listener.encoded(transport, bytes);
		}
	}

}
