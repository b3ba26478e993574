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

package io.realtimepush.benchmarks.server;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagHints;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagStore;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.memory.InMemoryFlagSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.util.Assert;

/**
 * The in-memory source, and flag sets that come and go, which that one cannot forget.
 */
final class BenchFlagSource implements FlagSource, FlagStore {

	private final InMemoryFlagSource lasting = new InMemoryFlagSource();

	private final Map<FlagSetId, FlagSnapshot> passing = new ConcurrentHashMap<>();

	private final FlagHints hints = new FlagHints();

	/** Add a flag set that can be removed. */
	void add(FlagSnapshot snapshot) {
		this.passing.put(snapshot.flagSet(), snapshot);
	}

	void remove(FlagSetId flagSet) {
		this.passing.remove(flagSet);
	}

	@Override
	public FlagPosition update(FlagSetId flagSet, Map<String, FlagValue> set, Set<String> removed) {
		FlagSnapshot updated = this.passing.computeIfPresent(flagSet, (id, snapshot) -> snapshot
			.apply(new FlagDelta(snapshot.position(), snapshot.position().version() + 1, set, removed)));
		if (updated == null) {
			return this.lasting.update(flagSet, set, removed);
		}
		this.hints.hint(flagSet);
		return updated.position();
	}

	@Override
	public Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets) {
		if (this.passing.isEmpty()) {
			return this.lasting.versions(flagSets);
		}
		Map<FlagSetId, FlagPosition> positions = new HashMap<>();
		Set<FlagSetId> others = new HashSet<>();
		for (FlagSetId flagSet : flagSets) {
			FlagSnapshot snapshot = this.passing.get(flagSet);
			if (snapshot != null) {
				positions.put(flagSet, snapshot.position());
			}
			else {
				others.add(flagSet);
			}
		}
		return this.lasting.versions(others).doOnNext(positions::putAll).thenReturn(positions);
	}

	@Override
	public Mono<FlagSnapshot> fetch(FlagSetId flagSet) {
		return Mono.justOrEmpty(this.passing.get(flagSet)).switchIfEmpty(this.lasting.fetch(flagSet));
	}

	@Override
	public Mono<FlagDelta> changesSince(FlagSetId flagSet, FlagPosition position) {
		return this.lasting.changesSince(flagSet, position);
	}

	@Override
	public Flux<FlagSetId> hints() {
		return this.lasting.hints().mergeWith(this.hints.asFlux());
	}

	@Override
	public boolean hintsEveryChange() {
		return true;
	}

	@Override
	public Mono<FlagPosition> renewEpoch(FlagSetId flagSet, FlagPosition confirmed) {
		Assert.state(!this.passing.containsKey(flagSet), "a passing flag set is never restored");
		return this.lasting.renewEpoch(flagSet, confirmed);
	}

}
