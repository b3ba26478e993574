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

package io.realtimepush.endtoend;

import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.realtimepush.flags.FlagDelta;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A source that fails as long as it is told to.
 */
final class FailingFlagSource implements FlagSource {

	private final FlagSource source;

	volatile Fault fault = Fault.NONE;

	FailingFlagSource(FlagSource source) {
		this.source = source;
	}

	private <T> Mono<T> ask(Supplier<Mono<T>> question) {
		return switch (this.fault) {
			case NONE -> question.get();
			case ERROR -> Mono.error(new IllegalStateException("the source fails as it was told to"));
			case THROW -> throw new IllegalStateException("the source throws as it was told to");
			case SILENCE -> Mono.never();
		};
	}

	@Override
	public Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets) {
		return ask(() -> this.source.versions(flagSets));
	}

	@Override
	public Mono<FlagSnapshot> fetch(FlagSetId flagSet) {
		return ask(() -> this.source.fetch(flagSet));
	}

	@Override
	public Mono<FlagDelta> changesSince(FlagSetId flagSet, FlagPosition position) {
		return ask(() -> this.source.changesSince(flagSet, position));
	}

	@Override
	public Flux<FlagSetId> hints() {
		return this.source.hints();
	}

	@Override
	public Mono<FlagPosition> renewEpoch(FlagSetId flagSet, FlagPosition confirmed) {
		return ask(() -> this.source.renewEpoch(flagSet, confirmed));
	}

	enum Fault {

		NONE, ERROR, THROW, SILENCE

	}

}
