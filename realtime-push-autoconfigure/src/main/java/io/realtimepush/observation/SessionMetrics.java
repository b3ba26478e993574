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

package io.realtimepush.observation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.PushSessionListener;
import io.realtimepush.session.SessionInfo;

/**
 * Counts sessions: those that are open, logins, refusals and ends by code.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class SessionMetrics implements PushSessionListener {

	private final MeterRegistry registry;

	private final Map<String, Transport> transports = new ConcurrentHashMap<>();

	/**
	 * Create the meters.
	 * @param registry where to register them
	 */
	public SessionMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void opened(SessionInfo session) {
		Transport transport = transport(session.transport());
		transport.open.incrementAndGet();
		transport.connects.increment();
	}

	@Override
	public void closed(SessionInfo session, CloseReason reason) {
		Transport transport = transport(session.transport());
		transport.open.decrementAndGet();
		transport.ends.count(reason);
	}

	@Override
	public void acknowledged(SessionInfo session, FlagSetId flagSet, ClientMessage.Ack ack) {
		Transport transport = transport(session.transport());
		(ack.applied() ? transport.applied : transport.failed).increment(ack.clients());
	}

	@Override
	public void refused(String transport, CloseReason reason) {
		transport(transport).refusals.count(reason);
	}

	private Transport transport(String name) {
		Transport known = this.transports.get(name);
		return (known != null) ? known
				: this.transports.computeIfAbsent(name, (same) -> new Transport(this.registry, same));
	}

	/**
	 * The meters of a transport.
	 */
	private static final class Transport {

		private final AtomicInteger open = new AtomicInteger();

		private final Counter connects;

		private final Counter applied;

		private final Counter failed;

		private final Codes refusals;

		private final Codes ends;

		Transport(MeterRegistry registry, String name) {
			Gauge.builder("realtimepush.connections", this.open, AtomicInteger::get)
				.description("Open connections that are logged in")
				.tag("transport", name)
				.register(registry);
			this.connects = Counter.builder("realtimepush.connects")
				.description("Logins that succeeded")
				.tag("transport", name)
				.register(registry);
			this.applied = acks(registry, name, "applied");
			this.failed = acks(registry, name, "failed");
			this.refusals = new Codes(registry, "realtimepush.refusals", "Logins that were refused", name);
			this.ends = new Codes(registry, "realtimepush.disconnects", "Sessions that ended", name);
		}

		private static Counter acks(MeterRegistry registry, String name, String status) {
			return Counter.builder("realtimepush.acks")
				.description("Acknowledgements of clients")
				.tag("transport", name)
				.tag("status", status)
				.register(registry);
		}

	}

	/**
	 * A counter for each code.
	 */
	private static final class Codes {

		private final Map<CloseReason, Counter> counters = new ConcurrentHashMap<>();

		private final MeterRegistry registry;

		private final String name;

		private final String description;

		private final String transport;

		Codes(MeterRegistry registry, String name, String description, String transport) {
			this.registry = registry;
			this.name = name;
			this.description = description;
			this.transport = transport;
		}

		void count(CloseReason reason) {
			this.counters.computeIfAbsent(reason, this::register).increment();
		}

		private Counter register(CloseReason reason) {
			return Counter.builder(this.name)
				.description(this.description)
				.tag("transport", this.transport)
				.tag("code", reason.code())
				.register(this.registry);
		}

	}

}
