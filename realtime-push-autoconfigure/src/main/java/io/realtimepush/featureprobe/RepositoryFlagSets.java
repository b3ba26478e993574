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

package io.realtimepush.featureprobe;

import java.util.Collection;
import java.util.List;

import io.realtimepush.flags.FlagSetId;

/**
 * Says which flag sets hold toggles and segments; all others hold plain values.
 * Implemented by a flag source that knows, or defined as a bean.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface RepositoryFlagSets {

	/**
	 * Return whether the flags of a flag set are toggles and segments. Must not block.
	 * @param flagSet the flag set
	 * @return whether its flags are documents that have to be evaluated
	 */
	boolean contains(FlagSetId flagSet);

	/**
	 * Ask several.
	 * @param all those to ask
	 * @return the flag sets that any of them contains
	 */
	static RepositoryFlagSets anyOf(Collection<? extends RepositoryFlagSets> all) {
		List<RepositoryFlagSets> copy = List.copyOf(all);
		return (flagSet) -> copy.stream().anyMatch((each) -> each.contains(flagSet));
	}

}
