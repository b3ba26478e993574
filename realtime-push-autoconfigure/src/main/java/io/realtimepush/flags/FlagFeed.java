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

import java.util.Optional;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One flag set as the app itself sees it: the present snapshot and the changes that
 * follow. In a serving app it is read from the hub, in a client app from the connection.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public interface FlagFeed {

	/**
	 * Return the name of the flag set.
	 * @return the flag set
	 */
	FlagSetId flagSet();

	/**
	 * Return the present snapshot.
	 * @return the snapshot, or empty as long as none has been loaded
	 */
	Optional<FlagSnapshot> snapshot();

	/**
	 * Return where the present snapshot comes from.
	 * @return the status
	 */
	default FlagsStatus status() {
		return snapshot().isPresent() ? FlagsStatus.LIVE : FlagsStatus.NOT_LOADED;
	}

	/**
	 * Return whether the present snapshot is the newest that is known of: it is kept
	 * current, and none is announced that is not here yet.
	 * @return whether nothing newer is known of
	 */
	default boolean isNewest() {
		return status() == FlagsStatus.LIVE;
	}

	/**
	 * Wait for the first snapshot.
	 * @return the present snapshot as soon as there is one; never fails by itself
	 */
	Mono<FlagSnapshot> loaded();

	/**
	 * Return the present snapshot as a change from nothing, if one is loaded, and then
	 * every change without a gap. A subscriber with unbounded demand is given each
	 * change. One that requests less is given, when it requests again, one change that
	 * stands for all it has missed.
	 * <p>
	 * Changes arrive in version order on the thread that publishes, which must not be
	 * blocked. The stream never fails and ends when the flag set is no longer served; it
	 * may be subscribed to any number of times.
	 * @return the changes
	 */
	Flux<FlagChange> changes();

}
