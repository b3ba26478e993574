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

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections and logins against their limits.
 * <p>
 * Safe for use by many threads.
 */
final class Admission {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private static final Duration FAILURE_WINDOW = Duration.ofMinutes(1);

	/**
	 * Addresses whose failures are remembered; the least recently seen one is forgotten.
	 */
	private static final int MAX_ADDRESSES = 10_000;

	private final SessionLimits limits;

	private final SessionContext context;

	private final AtomicInteger connections = new AtomicInteger();

	private final Map<SdkKey, Integer> byKey = new ConcurrentHashMap<>();

	private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

	private final Map<InetAddress, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
		@Override
		protected boolean removeEldestEntry(Map.Entry<InetAddress, Failures> eldest) {
			return size() > MAX_ADDRESSES;
		}
	};

	private double connectAllowance;

	private long connectsCountedAt;

	Admission(SessionContext context) {
		this.limits = context.settings().limits();
		this.context = context;
		this.connectAllowance = this.limits.maxConnectsPerSecond();
		this.connectsCountedAt = context.millis();
	}

	/** Let a connection in, before it is known who is there. */
	Ticket admit(@Nullable InetAddress address) {
		if (!mayConnect()) {
			throw tooMany("more than " + this.limits.maxConnectsPerSecond() + " logins per second");
		}
		int max = this.limits.maxConnections();
		if (this.connections.incrementAndGet() > max && max > 0) {
			this.connections.decrementAndGet();
			throw tooMany("this server has reached its limit of " + max + " connections");
		}
		int maxPerAddress = this.limits.maxConnectionsPerAddress();
		if (maxPerAddress > 0 && address != null && !increment(this.byAddress, address, maxPerAddress)) {
			this.connections.decrementAndGet();
			throw tooMany("more than " + maxPerAddress + " connections from one address");
		}
		return new Ticket((maxPerAddress > 0) ? address : null);
	}

	private synchronized boolean mayConnect() {
		int rate = this.limits.maxConnectsPerSecond();
		if (rate <= 0) {
			return true;
		}
		long now = this.context.millis();
		long passed = Math.max(0, now - this.connectsCountedAt);
		this.connectAllowance = Math.min(rate, this.connectAllowance + passed * rate / 1000.0);
		this.connectsCountedAt = now;
		if (this.connectAllowance < 1) {
			return false;
		}
		this.connectAllowance--;
		return true;
	}

	/** Refuse an address that has failed too often within the last minute. */
	void checkFailures(@Nullable InetAddress address) {
		if (address == null || this.limits.maxFailedLogins() <= 0) {
			return;
		}
		synchronized (this.failures) {
			Failures failed = this.failures.get(address);
			if (failed != null && failed.count >= this.limits.maxFailedLogins()
					&& this.context.millis() < failed.until) {
				throw new SessionRejectedException(CloseReason.TOO_MANY, "too many failed logins from this address",
						Duration.ofMillis(failed.until - this.context.millis()));
			}
		}
	}

	void failed(@Nullable InetAddress address) {
		if (address == null || this.limits.maxFailedLogins() <= 0) {
			return;
		}
		synchronized (this.failures) {
			Failures failed = this.failures.computeIfAbsent(address, (key) -> new Failures());
			if (this.context.millis() >= failed.until) {
				failed.count = 0;
				failed.until = this.context.millis() + FAILURE_WINDOW.toMillis();
			}
			failed.count++;
		}
	}

	int connections() {
		return this.connections.get();
	}

	private static SessionRejectedException tooMany(String message) {
		return new SessionRejectedException(CloseReason.TOO_MANY, message, RETRY_AFTER);
	}

	private static <K> boolean increment(Map<K, Integer> counts, K key, int max) {
		AtomicBoolean admitted = new AtomicBoolean();
		counts.compute(key, (same, count) -> {
			int present = (count != null) ? count : 0;
			admitted.set(max <= 0 || present < max);
			return admitted.get() ? present + 1 : count;
		});
		return admitted.get();
	}

	private static <K> void decrement(Map<K, Integer> counts, K key) {
		counts.computeIfPresent(key, (same, count) -> (count > 1) ? count - 1 : null);
	}

	/**
	 * A connection that was let in.
	 */
	final class Ticket {

		private final @Nullable InetAddress address;

		private @Nullable SdkKey key;

		private boolean returned;

		private Ticket(@Nullable InetAddress address) {
			this.address = address;
		}

		/** Count the connection for its key too, the first that it logs in with. */
		synchronized void assign(SdkKey loggedIn) {
			int max = Admission.this.limits.maxConnectionsPerKey();
			if (this.returned || this.key != null || max <= 0) {
				return;
			}
			if (!increment(Admission.this.byKey, loggedIn, max)) {
				throw tooMany("this SDK key has reached its limit of " + max + " connections");
			}
			this.key = loggedIn;
		}

		/** Count the connection for a key no more. */
		synchronized void withdraw(SdkKey former) {
			if (!this.returned && this.key != null && this.key.equals(former)) {
				decrement(Admission.this.byKey, this.key);
				this.key = null;
			}
		}

		synchronized void giveBack() {
			if (this.returned) {
				return;
			}
			this.returned = true;
			Admission.this.connections.decrementAndGet();
			if (this.address != null) {
				decrement(Admission.this.byAddress, this.address);
			}
			if (this.key != null) {
				decrement(Admission.this.byKey, this.key);
			}
		}

	}

	private static final class Failures {

		private int count;

		private long until;

	}

}
