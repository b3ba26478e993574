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

package io.realtimepush.transport.longpoll;

import io.netty.buffer.ByteBuf;
import io.realtimepush.broadcast.BroadcastConnection;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.http.JsonFormat;

/**
 * A request that waits for its answer. It is answered once, unless the same object is
 * then the next request.
 */
interface Poll {

	/**
	 * The request waits. When the client gives it up, the connection is to be told by
	 * {@link LongPollConnection#lost}.
	 */
	void parked(LongPollConnection connection);

	/**
	 * Answer with a frame of {@link JsonFormat}.
	 * @param frame the frame, which stays the caller's
	 */
	void answer(ByteBuf frame);

	/** Whether the same object will be the next request too. */
	boolean isLasting();

	/** Touch what the answer needs, as {@link BroadcastConnection#touch} says. */
	int touch();

	/** Answer with the error. */
	void refuse(SessionRejectedException ex);

}
