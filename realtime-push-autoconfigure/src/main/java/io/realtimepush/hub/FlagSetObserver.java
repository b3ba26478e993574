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

package io.realtimepush.hub;

import io.realtimepush.flags.FlagSetId;

/**
 * Who feeds the hub. Told by the hub when there is a reason to look at the source at
 * once. The methods are called on any thread and must not block.
 *
 * @since 0.1.0
 */
public interface FlagSetObserver {

	/**
	 * A flag set is watched that was not, or has probably moved.
	 * @param flagSet the flag set to look at
	 */
	void look(FlagSetId flagSet);

	/**
	 * A client that can be trusted has been at a higher version than this node for long
	 * enough. If the source confirms the lower version, it was restored from a backup and
	 * needs a new epoch.
	 * @param flagSet the flag set
	 * @param version the version the client has seen
	 * @return whether a new epoch will be asked for; {@code false} if one was asked for
	 * only lately
	 */
	boolean confirmRestore(FlagSetId flagSet, long version);

	/**
	 * Return how many questions the source has been asked.
	 * @return a number that grows with each question
	 */
	default long questions() {
		return 0;
	}

	/**
	 * Return whether the source has confirmed what the hub has. Until it has, nobody can
	 * say that a client which is ahead is wrong.
	 * @param flagSet the flag set
	 * @param asOf the number of {@link #questions()} when that client came
	 * @return whether the source has said so in answer to a later question
	 */
	default boolean isConfirmed(FlagSetId flagSet, long asOf) {
		return true;
	}

}
