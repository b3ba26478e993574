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

package io.realtimepush.transport.socketio;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Whom an event is sent to that is encoded once for all of them. May be used by any
 * thread, and again.
 *
 * @since 0.1.0
 */
public final class BroadcastTarget {

	private final Namespace namespace;

	/** Empty means everybody. */
	private final List<String> rooms;

	private final @Nullable SocketIoSocket except;

	BroadcastTarget(Namespace namespace, List<String> rooms, @Nullable SocketIoSocket except) {
		this.namespace = namespace;
		this.rooms = rooms;
		this.except = except;
	}

	/**
	 * Send an event. Who is in several of the rooms is sent it once.
	 * @param event the name
	 * @param args the arguments, as in {@link SocketIoSocket#emit}
	 */
	public void emit(String event, @Nullable Object... args) {
		Content content = Content.ofEvent(this.namespace.mapper(), event, args);
		this.namespace.rooms().broadcast(new Broadcast(content, this.rooms, this.except));
	}

}
