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

package io.realtimepush.broadcast;

/**
 * Told of what the fan-out does, on event loops; must not block.
 *
 * @since 0.1.0
 */
public interface BroadcastListener {

	/**
	 * A move of a view has been written to connections of an event loop.
	 * @param transport name of the transport
	 * @param written connections that were written to
	 * @param passedOver connections that were not ready and will be sent a conflated
	 * update
	 * @param nanosSinceMove time from the move to the last write
	 */
	void broadcast(String transport, int written, int passedOver, long nanosSinceMove);

	/**
	 * An update has been encoded.
	 * @param transport name of the transport
	 * @param bytes its size
	 */
	default void encoded(String transport, int bytes) {
	}

}
