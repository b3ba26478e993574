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
 * What somebody sees who is not shown the flags of a flag set but what follows from them,
 * for instance toggles as they are evaluated for a user. Equal lenses share a view.
 * <p>
 * Safe for use by many threads. The methods are called while the flag set cannot move, so
 * they must not block, and they must not fail.
 *
 * @since 0.1.0
 */
public interface FlagLens {

	/**
	 * Return the epoch under which a client behind this lens counts.
	 * @param sourceEpoch the epoch of the source
	 * @return the epoch of the view, another one for each lens
	 */
	String viewEpoch(String sourceEpoch);

	/**
	 * Look at a whole flag set.
	 * @param snapshot the flag set
	 * @return the flags that are seen
	 */
	FlagSet see(FlagSnapshot snapshot);

	/**
	 * Look at what flags that were touched may have changed.
	 * @param snapshot the flag set after the change
	 * @param touched the flags that were set or removed
	 * @return what is seen now of all flags that may look different
	 */
	Seen see(FlagSnapshot snapshot, Set<String> touched);

	/**
	 * Part of what is seen.
	 *
	 * @param set the flags that are seen, with their values
	 * @param removed the flags that are not seen
	 */
	record Seen(Map<String, FlagValue> set, Set<String> removed) {

	}

}
