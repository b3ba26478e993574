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

package io.realtimepush.flags;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * The hints of a {@link FlagSource}, for those who write one. Any number of threads may
 * hint at once; a sink of Reactor would refuse some of them.
 * <p>
 * A subscriber without demand keeps each hinted flag set once, so that it misses none and
 * costs no more than the number of flag sets.
 *
 * @since 0.1.0
 */
public final class FlagHints {

	private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();

	private final Flux<FlagSetId> flux = Flux.create(this::add, FluxSink.OverflowStrategy.IGNORE);

	private void add(FluxSink<FlagSetId> sink) {
		Subscriber subscriber = new Subscriber(sink);
		this.subscribers.add(subscriber);
		sink.onDispose(() -> this.subscribers.remove(subscriber));
		sink.onRequest((demand) -> subscriber.drain());
	}

	/**
	 * Hint that a flag set has probably moved. Subscribers are told on this thread, or on
	 * that of another caller who is hinting now.
	 * @param flagSet the flag set
	 */
	public void hint(FlagSetId flagSet) {
		this.subscribers.forEach((subscriber) -> subscriber.hint(flagSet));
	}

	/**
	 * Return the stream of hints from the moment of its subscription on.
	 * @return an endless stream that may be subscribed to any number of times
	 */
	public Flux<FlagSetId> asFlux() {
		return this.flux;
	}

	private static final class Subscriber {

		private final FluxSink<FlagSetId> sink;

		private final Set<FlagSetId> pending = new LinkedHashSet<>();

		private final AtomicInteger drains = new AtomicInteger();

		Subscriber(FluxSink<FlagSetId> sink) {
			this.sink = sink;
		}

		void hint(FlagSetId flagSet) {
			synchronized (this.pending) {
				this.pending.add(flagSet);
			}
			drain();
		}

		void drain() {
			if (this.drains.getAndIncrement() != 0) {
				return;
			}
			int missed = 1;
			do {
				while (this.sink.requestedFromDownstream() > 0) {
					FlagSetId next = poll();
					if (next == null) {
						break;
					}
					this.sink.next(next);
				}
				missed = this.drains.addAndGet(-missed);
			}
			while (missed != 0);
		}

		private @Nullable FlagSetId poll() {
			synchronized (this.pending) {
				Iterator<FlagSetId> iterator = this.pending.iterator();
				if (!iterator.hasNext()) {
					return null;
				}
				FlagSetId next = iterator.next();
				iterator.remove();
				return next;
			}
		}

	}

}
