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

import java.time.Instant;

import io.realtimepush.flags.FlagSetId;
import org.jspecify.annotations.Nullable;

/**
 * A flag set that is watched. Confined to the worker, but for its status.
 */
final class WatchedFlagSet {

	final FlagSetId id;

	volatile SourceStatus status = new SourceStatus(SourceStatus.State.UNKNOWN, Instant.now(), 0, null);

	boolean reading;

	boolean movedWhileReading;

	/** Whether the source has gone back, and the hub has not yet. */
	boolean goesBack;

	/** Whether the last delta could not be applied, so that all is read next. */
	boolean deltaFailed;

	int failures;

	long notBefore;

	long lowerSince = -1;

	volatile long renewed = -1;

	/** The epoch before the present one, which another replica may still be in. */
	@Nullable String leftEpoch;

	/** The question that the read under way is about. */
	long question;

	/** The last question in answer to which the source said what the hub has. */
	volatile long confirmed;

	WatchedFlagSet(FlagSetId id) {
		this.id = id;
	}

	/** Whether nothing is left to do about what the source has answered. */
	boolean isSettled(long question) {
		return this.confirmed == question && this.status.state() == SourceStatus.State.UP;
	}

	/** Writes nothing if nothing has changed, as after nearly every question. */
	void turn(SourceStatus.State state, int failures, @Nullable String problem) {
		SourceStatus next = this.status.next(state, failures, problem);
		if (next != this.status) {
			this.status = next;
		}
	}

}
