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

package io.realtimepush.sample;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.realtimepush.flags.FlagPosition;

import org.springframework.stereotype.Component;

/**
 * The last {@value #MAX_CALLS} calls of the handlers. Safe for use by many threads.
 */
@Component
class HandlerCalls {

	static final int MAX_CALLS = 50;

	private static final int MAX_DETAIL_LENGTH = 200;

	private final Deque<HandlerCall> calls = new ArrayDeque<>();

	private long sequence;

	synchronized void record(String method, String detail, FlagPosition position) {
		String shown = (detail.length() > MAX_DETAIL_LENGTH) ? detail.substring(0, MAX_DETAIL_LENGTH) + '…' : detail;
		this.calls.addFirst(new HandlerCall(++this.sequence, Instant.now(), method, shown, position.toString()));
		if (this.calls.size() > MAX_CALLS) {
			this.calls.removeLast();
		}
	}

	/**
	 * Return the calls, the newest first.
	 */
	synchronized List<HandlerCall> newestFirst() {
		return List.copyOf(this.calls);
	}

}
