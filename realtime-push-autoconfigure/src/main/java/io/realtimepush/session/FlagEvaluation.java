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

package io.realtimepush.session;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagLens;
import io.realtimepush.flags.FlagSetId;

/**
 * Makes values of flag sets that hold rules, which client keys must not read.
 *
 * @since 0.1.0
 */
public interface FlagEvaluation {

	/**
	 * No flag set holds rules.
	 */
	FlagEvaluation NONE = new FlagEvaluation() {

		@Override
		public boolean isNeeded(FlagSetId flagSet) {
			return false;
		}

		@Override
		public FlagLens lens(FlagSetId flagSet, String user, FlagFilter visible) {
			throw new IllegalStateException("flag set '" + flagSet + "' holds no rules");
		}

		@Override
		public int maxViews() {
			return 0;
		}

	};

	/**
	 * Return whether a flag set holds rules.
	 * @param flagSet the flag set
	 * @return whether client keys see it through a lens only
	 */
	boolean isNeeded(FlagSetId flagSet);

	/**
	 * Make the lens for a login.
	 * @param flagSet the flag set
	 * @param user the user that the login names, as it was sent
	 * @param visible the flags that the login may see and wants
	 * @return the lens
	 * @throws IllegalArgumentException if the user cannot be read
	 */
	FlagLens lens(FlagSetId flagSet, String user, FlagFilter visible);

	/**
	 * Return how many lenses may be used at a time.
	 * @return the limit; with 0 client keys are refused
	 */
	int maxViews();

}
