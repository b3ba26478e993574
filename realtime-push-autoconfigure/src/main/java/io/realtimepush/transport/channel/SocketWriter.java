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

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.ClassUtils;

/**
 * Writes to the socket of a channel past Netty's outbound buffer, as long as nothing
 * waits there. The buffer would take a reference to the frame, which is young, into
 * objects of each connection, which are old: ten thousand old objects for the garbage
 * collector to look at after one change, for a fifth of the CPU of all.
 * <p>
 * Only Netty's native transport has a socket to write to. Called on the event loop of the
 * channel, which closes the socket nowhere else.
 *
 * @since 0.1.0
 */
public final class SocketWriter {

	private static final Log logger = LogFactory.getLog(SocketWriter.class);

	private static final boolean EPOLL = ClassUtils.isPresent("io.netty.channel.epoll.EpollSocketChannel",
			SocketWriter.class.getClassLoader());

	/**
	 * How many connections are touched before the first of them is written to. With one
	 * at a time a delivery over WebSocket takes 0.6 µs more, with 16 as much as with 8.
	 */
	public static final int TOUCHED_AHEAD = 8;

	private SocketWriter() {
	}

	/**
	 * Write as much as the socket takes. Whoever calls has made sure that no handler of
	 * the channel has to see what is written.
	 * @param channel the channel
	 * @param bytes what to write; stays the caller's, with its indices as they are
	 * @return how many bytes were written; 0 too if it cannot be done this way, or if the
	 * connection is broken: both show when the channel writes the rest
	 */
	public static int write(Channel channel, ByteBuf bytes) {
		return EPOLL ? Native.write(channel, bytes) : 0;
	}

	/**
	 * Touch what {@link #write} is going to need. Called for some channels in a row
	 * before the first of them is written to: those of very many clients are in no cache,
	 * and so the processor fetches what it needs from memory for several of them at once,
	 * rather than for one after the other.
	 * @param channel the channel
	 * @return a number that depends on what was touched, since the compiler would leave
	 * out what has no effect
	 */
	public static int touch(Channel channel) {
		return EPOLL ? Native.touch(channel) : 0;
	}

	/** Whether a channel is one of the native transport. */
	static boolean hasSocket(Channel channel) {
		return EPOLL && Native.hasSocket(channel);
	}

	/** A channel lets go of its buffer before it closes its socket. */
	static boolean isOpenAndEmpty(Channel channel) {
		ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
		return waiting != null && waiting.totalPendingWriteBytes() == 0 && channel.isActive();
	}

	/**
	 * Loaded only if the native transport is there.
	 */
	static final class Native {

		private Native() {
		}

		static boolean hasSocket(Channel channel) {
			return channel instanceof EpollSocketChannel;
		}

		static int write(Channel channel, ByteBuf bytes) {
			if (!(channel instanceof EpollSocketChannel epoll) || !isOpenAndEmpty(epoll) || !bytes.hasMemoryAddress()) {
				return 0;
			}
			return send((Socket) epoll.fd(), bytes);
		}

		/** What is broken shows when the channel writes the rest. */
		static int send(Socket socket, ByteBuf bytes) {
			try {
				return socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
			}
			catch (IOException ex) {
				logger.trace("the client has left", ex);
				return 0;
			}
		}

		static int touch(Channel channel) {
			return (channel instanceof EpollSocketChannel epoll && isOpenAndEmpty(epoll) && epoll.fd().isOpen()) ? 1
					: 0;
		}

	}

}
