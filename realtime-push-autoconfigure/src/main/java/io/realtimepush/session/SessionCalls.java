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

package io.realtimepush.session;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * What goes to and fro in a session beside flags: requests that wait for their answer,
 * and notifications. Exists only in sessions that use it.
 * <p>
 * Confined to the executor of the connection, but for {@link #isRegistered}.
 */
final class SessionCalls {

	/** Most requests of a session that are under way. */
	static final int MAX_REQUESTS = 64;

	/** Most methods that a session registers for. */
	static final int MAX_REGISTERED = 64;

	private static final int MAX_WAITING = 64;

	private final Disposable.Composite requests = Disposables.composite();

	private final Set<String> registered = ConcurrentHashMap.newKeySet();

	private final Queue<ServerMessage.Notification> waiting = new ArrayDeque<>();

	boolean takesRequests() {
		return this.requests.size() < MAX_REQUESTS;
	}

	void begin(Disposable request) {
		this.requests.add(request);
	}

	void end(Disposable request) {
		this.requests.remove(request);
	}

	/** Whether it could be registered. */
	boolean register(String method) {
		if (this.registered.size() >= MAX_REGISTERED && !this.registered.contains(method)) {
			return false;
		}
		this.registered.add(method);
		return true;
	}

	void unregister(String method) {
		this.registered.remove(method);
	}

	boolean isRegistered(String method) {
		return this.registered.contains(method);
	}

	/** Keep a notification until the socket takes it, unless too many wait. */
	void await(ServerMessage.Notification notification) {
		if (this.waiting.size() < MAX_WAITING) {
			this.waiting.add(notification);
		}
	}

	ServerMessage.@Nullable Notification nextWaiting() {
		return this.waiting.poll();
	}

	void cancel() {
		this.requests.dispose();
		this.waiting.clear();
	}

}
