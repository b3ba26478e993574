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

import java.util.function.Function;

import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;

/**
 * Tells clients something beside their flags.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class PushSessions {

	private final PushHandler handler;

	private final Function<@Nullable Object, FlagValue> writer;

	/**
	 * Create the access to the sessions of a handler.
	 * @param handler has the sessions of this node
	 * @param writer writes payloads as JSON
	 */
	public PushSessions(PushHandler handler, Function<@Nullable Object, FlagValue> writer) {
		this.handler = handler;
		this.writer = writer;
	}

	/**
	 * Send a notification to the sessions of this node that have registered for it, which
	 * only clients over WebSocket can. Each is sent it at most once: one whose connection
	 * ends misses it, and for one that is slow at most 64 wait.
	 * @param selector the sessions that are meant
	 * @param method what it is about
	 * @param payload what is told
	 * @return to how many sessions it is sent
	 * @throws IllegalArgumentException if the payload cannot be written as JSON
	 */
	public int notify(SessionSelector selector, String method, @Nullable Object payload) {
		return this.handler.notify(selector, method, this.writer.apply(payload));
	}

}
