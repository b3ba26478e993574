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

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Watches the addresses of this machine. When they change, connections that used the
 * former ones are dead, and nobody tells.
 *
 * @since 0.1.0
 */
public final class LocalAddresses {

	private static final Log logger = LogFactory.getLog(LocalAddresses.class);

	private final Scheduler scheduler;

	private final Duration interval;

	private final Consumer<String> listener;

	private final Disposable.Swap task = Disposables.swap();

	private @Nullable Set<InetAddress> last;

	/**
	 * Create a watch.
	 * @param scheduler where to look; its threads may be blocked
	 * @param interval how often
	 * @param listener is told that the addresses have changed, and what that is called
	 */
	public LocalAddresses(Scheduler scheduler, Duration interval, Consumer<String> listener) {
		this.scheduler = scheduler;
		this.interval = interval;
		this.listener = listener;
	}

	/**
	 * Begin to watch.
	 */
	public void start() {
		this.task.update(this.scheduler.schedulePeriodically(() -> look(find()), 0, this.interval.toMillis(),
				TimeUnit.MILLISECONDS));
	}

	/**
	 * Watch no more.
	 */
	public void stop() {
		this.task.update(Disposables.disposed());
	}

	/**
	 * Compare the addresses with those of the last time.
	 * @param found the addresses of now, or {@code null} if they cannot be told
	 */
	void look(@Nullable Set<InetAddress> found) {
		Set<InetAddress> before = this.last;
		if (found == null || found.equals(before)) {
			return;
		}
		this.last = found;
		if (before != null) {
			logger.debug("local addresses were " + before + " and are " + found);
			this.listener.accept("the local addresses have changed");
		}
	}

	/** Addresses that only this machine can see say nothing about the network. */
	private static @Nullable Set<InetAddress> find() {
		Set<InetAddress> addresses = new HashSet<>();
		try {
			for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
				if (network.isUp() && !network.isLoopback()) {
					addresses.addAll(Collections.list(network.getInetAddresses()));
				}
			}
			return addresses;
		}
		catch (SocketException ex) {
			logger.debug("local addresses cannot be told", ex);
			return null;
		}
	}

}
