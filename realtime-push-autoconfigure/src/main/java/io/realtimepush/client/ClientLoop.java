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

package io.realtimepush.client;

import java.time.Duration;

import reactor.core.Disposable;

/**
 * Where everything that happens to a client is dealt with: one event after another, in
 * the order in which they were handed in.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public interface ClientLoop {

	/**
	 * Deal with an event after those that were handed in before, and never within this
	 * call.
	 * @param event the event
	 * @return {@code false} if the loop has ended, so that the event will never be dealt
	 * with
	 */
	boolean execute(Runnable event);

	/**
	 * Deal with an event later.
	 * @param delay when, at the earliest
	 * @param event the event
	 * @return forgets the event, if it has not begun; disposed as soon as it begins
	 */
	Disposable schedule(Duration delay, Runnable event);

	/**
	 * Return the time, which never jumps.
	 * @return nanoseconds since some moment
	 */
	long nanoTime();

}
