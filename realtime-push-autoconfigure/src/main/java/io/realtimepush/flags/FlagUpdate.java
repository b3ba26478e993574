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

import org.jspecify.annotations.Nullable;

/**
 * What happened to one flag.
 *
 * @param <T> the type of the value: {@link FlagValue} in a {@link FlagChange}, the type
 * of choice in a handler
 * @param key the flag key
 * @param oldValue the value before, or {@code null} if the flag did not exist (or was
 * JSON {@code null} and the type has no other way to say so)
 * @param newValue the value now, or {@code null} if the flag was removed (or likewise)
 * @param position the position of the flag set after the update
 * @param kind what happened
 * @since 0.1.0
 */
public record FlagUpdate<T>(String key, @Nullable T oldValue, @Nullable T newValue, FlagPosition position, Kind kind) {

	/**
	 * What happened to a flag.
	 */
	public enum Kind {

		/**
		 * The flag is new; also every flag of the first snapshot.
		 */
		ADDED,

		/**
		 * The flag has another value.
		 */
		CHANGED,

		/**
		 * The flag is gone.
		 */
		REMOVED

	}

}
