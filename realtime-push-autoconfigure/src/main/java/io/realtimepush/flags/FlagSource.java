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

import java.util.Map;
import java.util.Set;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Where flag sets come from: a database, files, another server, the app itself. Asked by
 * the name of a flag set, never by a credential.
 * <p>
 * The source names epochs and versions. Within an epoch the version of a flag set grows
 * with every change of its content, and equal positions mean equal content on every node.
 * A source without versions of its own implements {@link UnversionedFlagSource}.
 * <p>
 * The publishers are subscribed to from one thread that must not be blocked; a blocking
 * source moves its work elsewhere ({@code subscribeOn}). They signal failures as errors;
 * the caller backs off and asks again.
 *
 * @since 0.1.0
 */
public interface FlagSource {

	/**
	 * Look where the given flag sets are. This is asked often and must be cheap: one
	 * query for all of them.
	 * @param flagSets the flag sets somebody watches, never empty
	 * @return the present positions; flag sets that do not exist are left out
	 */
	Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets);

	/**
	 * Read a whole flag set, flags and position in one transaction.
	 * @param flagSet the flag set
	 * @return the snapshot, or the error {@link FlagSetNotFoundException}
	 */
	Mono<FlagSnapshot> fetch(FlagSetId flagSet);

	/**
	 * Read only what has changed since a position, if the source can tell.
	 * @param flagSet the flag set
	 * @param position a position of this source
	 * @return a delta from exactly that position to the present one, or empty if the
	 * source cannot tell and has to be fetched
	 */
	default Mono<FlagDelta> changesSince(FlagSetId flagSet, FlagPosition position) {
		return Mono.empty();
	}

	/**
	 * Return hints that a flag set has probably moved, so that nobody has to wait for the
	 * next probe. Hints may be lost, repeated or wrong; they may come on any thread.
	 * @return an endless stream of hints
	 */
	default Flux<FlagSetId> hints() {
		return Flux.never();
	}

	/**
	 * Return whether each change is hinted as soon as it can be read, and no hint is ever
	 * lost. Such a source is left alone in between, so that a server with nothing to do
	 * does nothing.
	 * @return whether it is so; by default hints only save waiting for the next probe
	 */
	default boolean hintsEveryChange() {
		return false;
	}

	/**
	 * Return whether a flag set has gone back within its epoch since this was last asked,
	 * and everybody is to follow, whatever version they are at: where this source has its
	 * flags from has said so. Asked after each answer of {@link #versions}; answers at
	 * once.
	 * @param flagSet the flag set
	 * @return whether to follow, once for each time; by default a lower version is taken
	 * for lag
	 */
	default boolean takeReset(FlagSetId flagSet) {
		return false;
	}

	/**
	 * Return whether what this source says of a flag set is what there is, and not what
	 * it could read last. Only then a client that has seen more is taken back. Asked
	 * after each answer; answers at once.
	 * @param flagSet the flag set
	 * @return whether it is so, by default
	 */
	default boolean canConfirm(FlagSetId flagSet) {
		return true;
	}

	/**
	 * Start a new epoch after the version of a flag set went backwards (a backup was
	 * restored), so that all clients load it anew. Must be a compare-and-set: of several
	 * nodes that ask at once one succeeds and the others see its epoch.
	 * @param flagSet the flag set
	 * @param confirmed the position that the source is at, lower than what was seen
	 * before
	 * @return the position under the new epoch, or empty if this source cannot do so or
	 * has moved on meanwhile
	 */
	default Mono<FlagPosition> renewEpoch(FlagSetId flagSet, FlagPosition confirmed) {
		return Mono.empty();
	}

	/**
	 * Return whether versions last: whether they go on growing over restarts of the
	 * process and over epochs, and are the same on all nodes. Those who hand the version
	 * of a flag set to clients without its epoch need to know.
	 * @return whether a later content of a flag set always has a higher version
	 */
	default boolean hasLastingVersions() {
		return false;
	}

}
