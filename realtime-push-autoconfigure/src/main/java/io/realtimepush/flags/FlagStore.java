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

/**
 * Where an app writes flags. The source that reads them is hinted after the commit, so
 * that a change is not found only by the next probe.
 * <p>
 * Methods block until the change is committed: do not call them on an event loop. Safe
 * for use by many threads.
 *
 * @since 0.1.0
 */
public interface FlagStore {

	/**
	 * Set and remove flags in one step: readers see all of it or nothing. A flag set that
	 * does not exist is created. Each update moves the version, also one that changes
	 * nothing.
	 * @param flagSet the flag set
	 * @param set the flags to set, with their values
	 * @param removed the keys of the flags to remove; an absent one is harmless
	 * @return the position that holds the update
	 * @throws IllegalArgumentException if a key is not a valid flag key, or is both set
	 * and removed
	 */
	FlagPosition update(FlagSetId flagSet, Map<String, FlagValue> set, Set<String> removed);

	/**
	 * Set one flag.
	 * @param flagSet the flag set
	 * @param key the flag key
	 * @param value the value
	 * @return the position that holds the update
	 * @throws IllegalArgumentException if the key is not a valid flag key
	 */
	default FlagPosition set(FlagSetId flagSet, String key, FlagValue value) {
		return update(flagSet, Map.of(key, value), Set.of());
	}

	/**
	 * Remove one flag.
	 * @param flagSet the flag set
	 * @param key the flag key
	 * @return the position that holds the update
	 * @throws IllegalArgumentException if the key is not a valid flag key
	 */
	default FlagPosition remove(FlagSetId flagSet, String key) {
		return update(flagSet, Map.of(), Set.of(key));
	}

}
