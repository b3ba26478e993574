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

package io.realtimepush.test;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.realtimepush.client.replica.FlagReplica;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;

/**
 * One flag set of a test. It is told to the app as a client would tell it, so it is known
 * when the handlers have ended.
 */
final class TestFlagSet {

	private final FlagSet initial;

	private final FlagReplica replica;

	/** A permit each time that a handler may have ended. */
	private final Semaphore progress = new Semaphore(0);

	private FlagSnapshot present;

	TestFlagSet(FlagSetId name, FlagSet initial) {
		this.initial = initial;
		this.replica = new FlagReplica(name, System::nanoTime, this.progress::release);
		this.present = new FlagSnapshot(name, new FlagPosition("test", 1), initial);
		publish(this.present);
	}

	FlagFeed feed() {
		return this.replica.feed();
	}

	synchronized void update(Map<String, FlagValue> set, Set<String> removed) {
		FlagSet next = this.present.flags().with(set, removed);
		if (!next.equals(this.present.flags())) {
			FlagPosition position = this.present.position();
			publish(new FlagSnapshot(this.present.flagSet(), position.next(), next));
			awaitHandlers();
		}
	}

	synchronized void reset() {
		Set<String> removed = new LinkedHashSet<>(this.present.flags().asMap().keySet());
		removed.removeAll(this.initial.asMap().keySet());
		update(new LinkedHashMap<>(this.initial.asMap()), removed);
	}

	private void publish(FlagSnapshot next) {
		this.present = next;
		this.progress.drainPermits();
		this.replica.receive(new ServerMessage.Snapshot(next, false, null));
	}

	private void awaitHandlers() {
		long end = System.nanoTime() + TestFlags.HANDLER_TIMEOUT.toNanos();
		while (!isHandled()) {
			try {
				if (!this.progress.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
					throw new IllegalStateException(
							"the handlers of " + this.present.position() + " of flag set '" + this.present.flagSet()
									+ "' have not ended within " + TestFlags.HANDLER_TIMEOUT.toSeconds() + "s");
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException("interrupted while handlers run", ex);
			}
		}
	}

	/** The last acknowledgement is that of the newest position. */
	private boolean isHandled() {
		List<ClientMessage.Ack> acks = this.replica.takeAcks(null);
		return !acks.isEmpty() && acks.get(acks.size() - 1).position().equals(this.present.position());
	}

	@Override
	public synchronized String toString() {
		return this.present.flagSet() + " " + this.present.flags();
	}

}
