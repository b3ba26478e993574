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

package io.realtimepush.transport.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a channel, borrowed from it: the event loop reads it for a
 * {@link Receiver} until something comes that the receiver does not take. Then the
 * channel gets its socket back, and reads this and all that follows as ever. So what a
 * client sends again and again costs neither a buffer nor a way through the pipeline, and
 * leaves no reference in objects of the connection, which the garbage collector would
 * have to look at.
 * <p>
 * Only Netty's native transport has a socket to borrow. Meanwhile the channel is not
 * registered with its event loop, which its handlers are told, but open; when it is
 * closed they are told as ever. Confined to the event loop of the channel.
 *
 * @since 0.1.0
 */
public interface BorrowedSocket {

	/**
	 * Borrow the socket of a channel. It is lent when the event loop has done what it is
	 * about; until then the channel reads.
	 * @param channel the channel, to which nobody writes until it has its socket back;
	 * who is told before us that it was closed must not write to the socket
	 * @param receiver reads in its place
	 * @return the socket, or {@code null} if the channel has none to lend, or still
	 * writes to it
	 */
	static @Nullable BorrowedSocket of(Channel channel, Receiver receiver) {
		return SocketWriter.hasSocket(channel) ? EpollBorrowedSocket.of(channel, receiver) : null;
	}

	/**
	 * Write as much as the socket takes.
	 * @param bytes what to write; stays the caller's, with its indices as they are
	 * @return how many bytes were written; 0 too if the connection is broken, which shows
	 * when the channel writes the rest
	 */
	int write(ByteBuf bytes);

	/**
	 * Give the socket back, if it is lent still.
	 */
	void giveBack();

	/**
	 * Touch what {@link #write} needs.
	 * @return a number that depends on it
	 */
	int touch();

	/**
	 * Reads what comes over a borrowed socket.
	 */
	@FunctionalInterface
	interface Receiver {

		/**
		 * Take what was read at once.
		 * @param bytes what was read; the event loop's, and valid during the call only
		 * @return whether it is taken; if not, the channel has its socket back and reads
		 * it
		 */
		boolean receive(ByteBuf bytes);

	}

}
