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
import reactor.core.publisher.Flux;

/**
 * The app's flags: what a flag's value is now, and a stream of its values. Stands for the
 * only or the primary flag set; {@link #of(FlagSetId)} gives the others.
 * <p>
 * Safe for use by many threads. Reading takes no lock and no I/O.
 *
 * @since 0.1.0
 */
public interface Flags {

	/**
	 * Return the present value of a flag.
	 * @param <T> the type of the value
	 * @param key the flag key
	 * @param type the type to convert the value to
	 * @param fallback what to return if the flag set is not loaded, the flag does not
	 * exist, its value is JSON {@code null}, or it cannot be converted (which is logged
	 * once for each version)
	 * @return the value, or the fallback
	 */
	<T> T get(String key, Class<T> type, T fallback);

	/**
	 * Return the present value of a flag as JSON.
	 * @param key the flag key
	 * @return the value, or {@code null} if the flag set is not loaded or the flag does
	 * not exist
	 */
	@Nullable FlagValue get(String key);

	/**
	 * Return the present and all later values of a flag, each one that differs from the
	 * one before. A slow subscriber misses values in between, never the last. A value
	 * that cannot be converted is left out and logged.
	 * @param <T> the type of the values
	 * @param key the flag key
	 * @param type the type to convert the values to
	 * @return an endless stream; it says nothing while the flag does not exist or is JSON
	 * {@code null}
	 */
	<T> Flux<T> watch(String key, Class<T> type);

	/**
	 * Return the whole flag set.
	 * @return the present snapshot
	 * @throws IllegalStateException if the flag set has not been loaded yet
	 */
	FlagSnapshot snapshot();

	/**
	 * Return where the present values come from.
	 * @return the status
	 */
	FlagsStatus status();

	/**
	 * Return the flags of another flag set that the app has.
	 * @param flagSet the flag set
	 * @return its flags
	 * @throws IllegalArgumentException if the app does not have the flag set; the message
	 * names those it has
	 */
	Flags of(FlagSetId flagSet);

}
