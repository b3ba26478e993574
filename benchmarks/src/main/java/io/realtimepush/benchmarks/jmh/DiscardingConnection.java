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

package io.realtimepush.benchmarks.jmh;

import java.util.concurrent.Executor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.realtimepush.broadcast.BroadcastConnection;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.broadcast.FrameFormat;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose peer takes everything at once.
 */
final class DiscardingConnection implements BroadcastConnection {

	private static final Executor SAME_THREAD = Runnable::run;

	private final Broadcaster broadcaster;

	DiscardingConnection(Broadcaster broadcaster) {
		this.broadcaster = broadcaster;
	}

	@Override
	public Broadcaster broadcaster() {
		return this.broadcaster;
	}

	@Override
	public FrameFormat format() {
		return JsonFrames.INSTANCE;
	}

	@Override
	public void write(ByteBuf frame) {
		frame.release();
	}

	/**
	 * As a channel that was handed over does it, whose socket takes the frame at once.
	 */
	@Override
	public boolean writeShared(ByteBuf frame) {
		return true;
	}

	@Override
	public Executor executor() {
		return SAME_THREAD;
	}

	@Override
	public boolean isReady() {
		return true;
	}

	@Override
	public void close(CloseReason reason, @Nullable String detail) {
		throw new IllegalStateException("closed with " + reason);
	}

	/**
	 * Messages as they are.
	 */
	private static final class JsonFrames implements FrameFormat {

		private static final JsonFrames INSTANCE = new JsonFrames();

		@Override
		public String transport() {
			return "discarding";
		}

		@Override
		public ByteBuf encode(ServerMessage message, ByteBufAllocator allocator) {
			byte[] json = MessageWriter.write(message);
			return allocator.directBuffer(json.length).writeBytes(json);
		}

	}

}
