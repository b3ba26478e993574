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

package io.realtimepush.transport.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;

/**
 * A WebSocket as its session sees it. May be called by any thread, unless said otherwise.
 */
interface EngineSocket {

	/** Where the socket is served, and where its session runs once it has it. */
	EventExecutor executor();

	/** Set the session that is told of what comes. Called before anything can come. */
	void attach(EngineSession session);

	void write(EngineMessage message);

	/**
	 * Write frames that others are written too. Called on the executor.
	 * @param message what the frames are of
	 * @param frames the frames, which stay the caller's
	 * @return whether the buffer is as it was; if not, its indices belong to this socket
	 * from now on
	 */
	boolean writeShared(EngineMessage message, ByteBuf frames);

	/** Touch what {@link #writeShared} needs, see {@link EngineSession#touch}. */
	default int touch() {
		return 0;
	}

	/** Let what was written go now. Called on the executor. */
	default void flush() {
	}

	/** Close in agreement with the client. */
	void close(EngineCloseReason reason);

	/** Close at once. */
	void abort();

}
