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

package io.realtimepush.source.memory;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.realtimepush.flags.DeltaRing;
import io.realtimepush.flags.Epochs;
import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagHints;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSetNotFoundException;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagStore;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.util.Assert;

/**
 * Flags that live and end with the process; for tests, demos and apps that compute their
 * flags. Nodes do not share it. It knows the last {@value #MAX_DELTAS} updates of a flag
 * set, so that a reader who is not further behind needs no fetch.
 * <p>
 * Safe for use by many threads. Nothing blocks but two updates of one flag set.
 *
 * @since 0.1.0
 */
public final class InMemoryFlagSource implements FlagSource, FlagStore {

	private static final int MAX_DELTAS = 128;

	private final ConcurrentMap<FlagSetId, History> histories = new ConcurrentHashMap<>();

	private final FlagHints hints = new FlagHints();

	private final @Nullable String epoch;

	/**
	 * Create an empty source, in which each flag set has a random epoch of its own.
	 */
	public InMemoryFlagSource() {
		this.epoch = null;
	}

	/**
	 * Create an empty source.
	 * @param epoch the epoch under which flag sets are created, 1 to 8 characters of
	 * {@code [A-Za-z0-9_-]}
	 */
	public InMemoryFlagSource(String epoch) {
		this.epoch = Epochs.requireValid(epoch);
	}

	@Override
	public FlagPosition update(FlagSetId flagSet, Map<String, FlagValue> set, Set<String> removed) {
		set.keySet().forEach(FlagSet::requireValidKey);
		removed.forEach(FlagSet::requireValidKey);
		Assert.isTrue(Collections.disjoint(set.keySet(), removed), "a flag must not be both set and removed");
		History updated = this.histories.compute(flagSet, (id, history) -> (history != null)
				? history.update(set, removed) : History.startingAt(firstSnapshot(flagSet, set)));
		this.hints.hint(flagSet);
		return updated.position();
	}

	private FlagSnapshot firstSnapshot(FlagSetId flagSet, Map<String, FlagValue> flags) {
		return new FlagSnapshot(flagSet, new FlagPosition((this.epoch != null) ? this.epoch : Epochs.random(), 1),
				FlagSet.of(flags));
	}

	/**
	 * Put a flag set back to a state it had, or to any other, as a restored backup does:
	 * the version may go backwards, and deltas from before are gone.
	 * @param snapshot the state, with its position
	 */
	public void restore(FlagSnapshot snapshot) {
		this.histories.put(snapshot.flagSet(), History.startingAt(snapshot));
		this.hints.hint(snapshot.flagSet());
	}

	@Override
	public Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets) {
		return Mono.fromSupplier(() -> {
			Map<FlagSetId, FlagPosition> positions = new HashMap<>();
			for (FlagSetId flagSet : flagSets) {
				History history = this.histories.get(flagSet);
				if (history != null) {
					positions.put(flagSet, history.position());
				}
			}
			return positions;
		});
	}

	@Override
	public Mono<FlagSnapshot> fetch(FlagSetId flagSet) {
		return Mono.fromCallable(() -> this.histories.get(flagSet))
			.map(History::snapshot)
			.switchIfEmpty(Mono.error(() -> new FlagSetNotFoundException(flagSet)));
	}

	@Override
	public Mono<FlagDelta> changesSince(FlagSetId flagSet, FlagPosition position) {
		return Mono.fromCallable(() -> {
			History history = this.histories.get(flagSet);
			return (history != null) ? history.changesSince(position) : null;
		});
	}

	@Override
	public Flux<FlagSetId> hints() {
		return this.hints.asFlux();
	}

	@Override
	public boolean hintsEveryChange() {
		return true;
	}

	@Override
	public Mono<FlagPosition> renewEpoch(FlagSetId flagSet, FlagPosition confirmed) {
		return Mono.fromCallable(() -> {
			History history = this.histories.get(flagSet);
			if (history == null || !history.position().equals(confirmed)) {
				return null;
			}
			FlagPosition renewed = new FlagPosition(Epochs.random(), confirmed.version());
			FlagSnapshot snapshot = new FlagSnapshot(flagSet, renewed, history.snapshot().flags());
			if (!this.histories.replace(flagSet, history, History.startingAt(snapshot))) {
				return null;
			}
			this.hints.hint(flagSet);
			return renewed;
		});
	}

	/**
	 * The present state of a flag set and the updates that led to it, the oldest first.
	 * Not a record, because states are compared by identity when they are replaced.
	 */
	private static final class History {

		private final FlagSnapshot snapshot;

		private final DeltaRing deltas;

		private History(FlagSnapshot snapshot, DeltaRing deltas) {
			this.snapshot = snapshot;
			this.deltas = deltas;
		}

		static History startingAt(FlagSnapshot snapshot) {
			return new History(snapshot, DeltaRing.empty());
		}

		FlagSnapshot snapshot() {
			return this.snapshot;
		}

		FlagPosition position() {
			return this.snapshot.position();
		}

		History update(Map<String, FlagValue> set, Set<String> removed) {
			FlagDelta delta = new FlagDelta(position(), position().version() + 1, set, removed);
			int tooMany = Math.max(0, this.deltas.size() + 1 - MAX_DELTAS);
			return new History(this.snapshot.apply(delta), this.deltas.withoutOldest(tooMany).append(delta));
		}

		@Nullable FlagDelta changesSince(FlagPosition position) {
			return position.isSameEpoch(position()) ? this.deltas.since(position.version()) : null;
		}

	}

}
