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

package io.realtimepush.autoconfigure.actuate;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.SessionInfo;
import io.realtimepush.watch.FlagVersionWatcher;
import io.realtimepush.watch.SourceStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@link Endpoint @Endpoint} that shows flag sets, their positions, and who is connected.
 * SDK keys are masked.
 *
 * @since 0.1.0
 */
@Endpoint(id = "realtimepush")
public class PushActuatorEndpoint {

	/** Most sessions that are listed, however many are asked for. */
	static final int MAX_SESSIONS = 1000;

	private final FlagHub hub;

	private final @Nullable FlagVersionWatcher watcher;

	private final PushHandler handler;

	PushActuatorEndpoint(FlagHub hub, @Nullable FlagVersionWatcher watcher, PushHandler handler) {
		this.hub = hub;
		this.watcher = watcher;
		this.handler = handler;
	}

	/**
	 * Describe the push server as it is now.
	 * @param sessions how many sessions to list, those that logged in last first, at most
	 * 1000; none if absent
	 * @return the description
	 */
	@ReadOperation
	public PushDescriptor describe(@Nullable Integer sessions) {
		List<SessionInfo> open = this.handler.sessions();
		return new PushDescriptor(this.handler.isDraining(), flagSets(), connections(open),
				(sessions != null) ? list(open, sessions) : null);
	}

	private Map<String, FlagSetDescriptor> flagSets() {
		Map<FlagSetId, FlagPosition> positions = this.hub.positions();
		Map<FlagSetId, SourceStatus> states = (this.watcher != null) ? this.watcher.statusByFlagSet() : Map.of();
		Set<FlagSetId> all = new TreeSet<>(this.hub.watched());
		all.addAll(states.keySet());
		Map<String, FlagSetDescriptor> result = new TreeMap<>();
		all.forEach((id) -> result.put(id.name(), FlagSetDescriptor.of(positions.get(id), states.get(id))));
		return result;
	}

	private ConnectionsDescriptor connections(List<SessionInfo> open) {
		Map<String, Long> byTransport = open.stream()
			.collect(Collectors.groupingBy(SessionInfo::transport, TreeMap::new, Collectors.counting()));
		Map<SdkKey, List<SessionInfo>> byKey = open.stream().collect(Collectors.groupingBy(SessionInfo::key));
		List<KeyDescriptor> keys = byKey.values()
			.stream()
			.map(KeyDescriptor::of)
			.sorted(Comparator.comparing(KeyDescriptor::connections).reversed())
			.toList();
		return new ConnectionsDescriptor(this.handler.connections(), byTransport, keys);
	}

	private static List<SessionDescriptor> list(Collection<SessionInfo> open, int count) {
		return open.stream()
			.sorted(Comparator.comparing(SessionInfo::since).reversed())
			.limit(Math.max(0, Math.min(count, MAX_SESSIONS)))
			.map(SessionDescriptor::of)
			.toList();
	}

	/**
	 * The push server.
	 *
	 * @param draining whether nobody is let in any more
	 * @param flagSets the watched flag sets by name
	 * @param connections who is connected
	 * @param sessions some of the sessions, or {@code null} if none were asked for
	 */
	public record PushDescriptor(boolean draining, Map<String, FlagSetDescriptor> flagSets,
			ConnectionsDescriptor connections, @Nullable List<SessionDescriptor> sessions) {

	}

	/**
	 * A flag set.
	 *
	 * @param position where it is, or {@code null} if it has not been loaded
	 * @param state how its source is doing
	 * @param since when it came to this state
	 * @param problem what is wrong, or {@code null}
	 */
	public record FlagSetDescriptor(@Nullable String position, @Nullable String state, @Nullable Instant since,
			@Nullable String problem) {

		static FlagSetDescriptor of(@Nullable FlagPosition position, @Nullable SourceStatus status) {
			String text = (position != null) ? position.toString() : null;
			return (status != null)
					? new FlagSetDescriptor(text, status.state().name(), status.since(), status.problem())
					: new FlagSetDescriptor(text, null, null, null);
		}

	}

	/**
	 * Connections.
	 *
	 * @param total connections that were let in, those that log in just now too
	 * @param byTransport logged-in connections by transport
	 * @param byKey logged-in connections by SDK key, those with most first
	 */
	public record ConnectionsDescriptor(int total, Map<String, Long> byTransport, List<KeyDescriptor> byKey) {

	}

	/**
	 * Connections of an SDK key.
	 *
	 * @param key the key, masked
	 * @param kind who holds it
	 * @param flagSet the flag set it selects
	 * @param connections its connections
	 */
	public record KeyDescriptor(String key, String kind, String flagSet, int connections) {

		static KeyDescriptor of(List<SessionInfo> sessions) {
			SessionInfo any = sessions.get(0);
			return new KeyDescriptor(any.key().toString(), any.key().kind().name(), any.flagSet().name(),
					sessions.size());
		}

	}

	/**
	 * A session.
	 *
	 * @param id its id
	 * @param key the key, masked
	 * @param transport the transport
	 * @param sdk what the client says it runs, or {@code null}
	 * @param since when it logged in
	 */
	public record SessionDescriptor(String id, String key, String transport, @Nullable String sdk, Instant since) {

		static SessionDescriptor of(SessionInfo session) {
			return new SessionDescriptor(session.id(), session.key().toString(), session.transport(),
					session.client().sdk(), session.since());
		}

	}

}
