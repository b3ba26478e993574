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

import java.util.Collection;
import java.util.List;

/**
 * Thrown when something stands for the app's only or primary flag set, and there is none:
 * the app has several flag sets and does not say which, or has none at all.
 *
 * @since 0.1.0
 */
public final class NoPrimaryFlagSetException extends IllegalStateException {

	private final List<FlagSetId> flagSets;

	/**
	 * Create the exception.
	 * @param flagSets the flag sets that the app has, possibly none
	 */
	public NoPrimaryFlagSetException(Collection<FlagSetId> flagSets) {
		super(flagSets.isEmpty() ? "no SDK key of this app selects a flag set"
				: "the SDK keys of this app select several flag sets " + flagSets
						+ "; set 'realtime-push.primary-flag-set' to one of them");
		this.flagSets = List.copyOf(flagSets);
	}

	/**
	 * Return the flag sets to choose from.
	 * @return the flag sets that the app has, possibly none
	 */
	public List<FlagSetId> flagSets() {
		return this.flagSets;
	}

}
