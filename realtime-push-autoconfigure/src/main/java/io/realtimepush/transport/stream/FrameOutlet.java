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

package io.realtimepush.transport.stream;

import io.netty.buffer.ByteBuf;

/**
 * What takes the frames of a {@link StreamConnection}, one by one. Called on its
 * executor.
 *
 * @since 0.1.0
 */
public interface FrameOutlet {

	/**
	 * Take a frame.
	 * @param frame the frame, to be released when it has been written
	 * @param taken to be run on the executor when another frame may follow; may be run at
	 * once
	 */
	void emit(ByteBuf frame, Runnable taken);

	/**
	 * End. No frame follows.
	 */
	void complete();

	/**
	 * End at once, whether or not what was emitted has been written.
	 */
	void abort();

	/**
	 * Return a number that changes when the peer takes a part of a frame.
	 * @return a number, always the same if nothing is known
	 */
	default long progress() {
		return 0;
	}

	/**
	 * Return whether {@link #progress()} tells of each part of a large frame.
	 * @return {@code false}, as is the default, if it tells of nothing before the whole
	 * frame has been taken
	 */
	default boolean tellsOfParts() {
		return false;
	}

}
