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

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagSetId;

/**
 * Told of every move of every flag set, those of one flag set one after another in
 * version order, on a thread that publishes; must not block. What it throws is logged and
 * otherwise ignored.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface FlagHubListener {

	/**
	 * A flag set has moved.
	 * @param change from where to where
	 */
	void onChange(FlagChange change);

	/**
	 * A flag set has gone back within its epoch, and its positions before mean nothing
	 * any more. Told besides the change.
	 * @param flagSet the flag set
	 */
	default void onReset(FlagSetId flagSet) {
	}

}
