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

package io.realtimepush.watch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSetNotFoundException;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A flag source that does what the test says and remembers what it was asked.
 */
final class ScriptedFlagSource implements FlagSource {

	final List<Set<FlagSetId>> probes = new ArrayList<>();

	final List<FlagSetId> fetches = new ArrayList<>();

	final List<FlagPosition> deltaRequests = new ArrayList<>();

	final List<FlagPosition> renewals = new ArrayList<>();

	final Sinks.Many<FlagSetId> hints = Sinks.many().unicast().onBackpressureBuffer();

	final Map<FlagSetId, FlagSnapshot> content = new HashMap<>();

	/** Answers a probe in place of the content. */
	@Nullable Mono<Map<FlagSetId, FlagPosition>> versions;

	/** Answers a fetch in place of the content, by flag set. */
	final Map<FlagSetId, Mono<FlagSnapshot>> fetched = new HashMap<>();

	@Nullable FlagDelta changes;

	@Nullable FlagPosition renewed;

	/** Whether it promises to hint each change. */
	boolean hintsAll;

	/** Whether it knows what it says. */
	boolean confirms = true;

	/** Whether it has gone back. */
	boolean reset;

	/** For which it throws. */
	@Nullable FlagSetId broken;

	void put(FlagSetId flagSet, String epoch, long version, String value) {
		this.content.put(flagSet, new FlagSnapshot(flagSet, new FlagPosition(epoch, version),
				FlagSet.of(Map.of("flag", FlagValue.of(value)))));
	}

	@Override
	public Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets) {
		this.probes.add(flagSets);
		return (this.versions != null) ? this.versions : Mono.fromSupplier(() -> positions(flagSets));
	}

	private Map<FlagSetId, FlagPosition> positions(Set<FlagSetId> flagSets) {
		Map<FlagSetId, FlagPosition> positions = new HashMap<>();
		flagSets.forEach((id) -> {
			FlagSnapshot snapshot = this.content.get(id);
			if (snapshot != null) {
				positions.put(id, snapshot.position());
			}
		});
		return positions;
	}

	@Override
	public Mono<FlagSnapshot> fetch(FlagSetId flagSet) {
		this.fetches.add(flagSet);
		Mono<FlagSnapshot> answer = this.fetched.get(flagSet);
		return (answer != null) ? answer : Mono.justOrEmpty(this.content.get(flagSet))
			.switchIfEmpty(Mono.error(() -> new FlagSetNotFoundException(flagSet)));
	}

	@Override
	public Mono<FlagDelta> changesSince(FlagSetId flagSet, FlagPosition position) {
		this.deltaRequests.add(position);
		return Mono.justOrEmpty(this.changes);
	}

	@Override
	public Flux<FlagSetId> hints() {
		return this.hints.asFlux();
	}

	@Override
	public boolean hintsEveryChange() {
		return this.hintsAll;
	}

	@Override
	public boolean canConfirm(FlagSetId flagSet) {
		return this.confirms;
	}

	@Override
	public boolean takeReset(FlagSetId flagSet) {
		if (flagSet.equals(this.broken)) {
			throw new IllegalStateException("broken");
		}
		boolean taken = this.reset;
		this.reset = false;
		return taken;
	}

	@Override
	public Mono<FlagPosition> renewEpoch(FlagSetId flagSet, FlagPosition confirmed) {
		this.renewals.add(confirmed);
		return Mono.justOrEmpty(this.renewed);
	}

}
