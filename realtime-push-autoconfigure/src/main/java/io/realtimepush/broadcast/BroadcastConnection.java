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

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.realtimepush.hub.ViewUpdate;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.session.PushConnection;
import io.realtimepush.session.UpdateForm;
import io.realtimepush.transport.channel.SocketWriter;

/**
 * A connection that takes part in the {@link Broadcaster}'s fan-out: it is given frames
 * that are encoded already.
 *
 * @since 0.1.0
 */
public interface BroadcastConnection extends PushConnection {

	/**
	 * Return who encodes updates for this connection and many others.
	 * @return the broadcaster
	 */
	Broadcaster broadcaster();

	/**
	 * Return how frames of this connection are encoded. Never changes.
	 * @return the format of the transport
	 */
	FrameFormat format();

	/**
	 * Write a frame. Called on the executor.
	 * @param frame the frame, to be released by this method
	 */
	void write(ByteBuf frame);

	/**
	 * Write a frame that others are written too. Called on the executor.
	 * @param frame the frame, which stays the caller's
	 * @return whether the frame is as it was; if not, its indices belong to this
	 * connection from now on and the caller has to go on with a duplicate
	 */
	default boolean writeShared(ByteBuf frame) {
		write(frame.retainedDuplicate());
		return true;
	}

	/**
	 * Touch what {@link #writeShared} is going to need, for the reason given at
	 * {@link SocketWriter#touch}. Called on the executor.
	 * @return a number that depends on what was touched
	 */
	default int touch() {
		return 0;
	}

	/**
	 * Look whether the peer still takes what waits for it. Called on the executor about
	 * once a second after {@link Broadcaster#watchProgress}.
	 * @param now seconds since the broadcaster began
	 * @return whether to look again
	 */
	default boolean checkProgress(int now) {
		return false;
	}

	@Override
	default void send(ServerMessage message) {
		write(format().encode(message, ByteBufAllocator.DEFAULT));
	}

	@Override
	default void send(ViewUpdate update, UpdateForm form) {
		write(broadcaster().encode(update, form, format()));
	}

}
