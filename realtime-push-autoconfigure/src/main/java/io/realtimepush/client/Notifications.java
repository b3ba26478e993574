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

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * Who wants to hear what the server app tells. A method is registered in every session as
 * long as somebody wants it.
 * <p>
 * Confined to the loop.
 */
final class Notifications {

	private final Map<String, Set<FluxSink<FlagValue>>> sinks = new LinkedHashMap<>();

	private @Nullable ClientSession session;

	private boolean closed;

	void add(String method, FluxSink<FlagValue> sink) {
		if (this.closed) {
			sink.complete();
			return;
		}
		Set<FluxSink<FlagValue>> others = this.sinks.computeIfAbsent(method, (same) -> new LinkedHashSet<>());
		if (others.isEmpty() && this.session != null) {
			this.session.send(new ClientMessage.Register(method));
		}
		others.add(sink);
	}

	void remove(String method, FluxSink<FlagValue> sink) {
		Set<FluxSink<FlagValue>> others = this.sinks.get(method);
		if (others != null && others.remove(sink) && others.isEmpty()) {
			this.sinks.remove(method);
			if (this.session != null) {
				this.session.send(new ClientMessage.Unregister(method));
			}
		}
	}

	void sessionLive(ClientSession live) {
		this.session = live;
		this.sinks.keySet().forEach((method) -> live.send(new ClientMessage.Register(method)));
	}

	void sessionEnded() {
		this.session = null;
	}

	void received(ServerMessage.Notification notification) {
		Set<FluxSink<FlagValue>> interested = this.sinks.get(notification.method());
		if (interested != null) {
			List.copyOf(interested).forEach((sink) -> sink.next(notification.payload()));
		}
	}

	/**
	 * Nothing will be told any more.
	 */
	void close() {
		this.closed = true;
		this.sinks.values().forEach((interested) -> List.copyOf(interested).forEach(FluxSink::complete));
		this.sinks.clear();
	}

}
