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

package io.realtimepush.watch;

import java.time.Duration;

import io.realtimepush.flags.FlagSetId;
import org.jspecify.annotations.Nullable;

/**
 * Told of every question to the source, on the watch thread; must not block.
 *
 * @since 0.1.0
 */
public interface WatchListener {

	/**
	 * The source was probed for versions.
	 * @param took how long it took
	 * @param failure why it failed, or {@code null}
	 */
	default void probed(Duration took, @Nullable Throwable failure) {
	}

	/**
	 * A flag set was read.
	 * @param flagSet the flag set
	 * @param whole whether all of it was read, not only a delta
	 * @param took how long it took
	 * @param failure why it failed, or {@code null}
	 */
	default void fetched(FlagSetId flagSet, boolean whole, Duration took, @Nullable Throwable failure) {
	}

}
