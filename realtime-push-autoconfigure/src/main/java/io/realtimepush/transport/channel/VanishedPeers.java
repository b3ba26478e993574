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

import java.util.Map;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import jdk.net.ExtendedSocketOptions;

/**
 * Has the kernel find peers that vanished without a reset. Heartbeats fill no buffer of
 * ours, and TCP alone gives up only after a quarter of an hour.
 *
 * @since 0.1.0
 */
public final class VanishedPeers {

	/** By name, because the native transport need not be on the class path. */
	private static final ChannelOption<Integer> TCP_USER_TIMEOUT = ChannelOption
		.valueOf("io.netty.channel.epoll.EpollChannelOption#TCP_USER_TIMEOUT");

	private static final ChannelOption<Integer> TCP_KEEPIDLE = ChannelOption
		.valueOf("io.netty.channel.epoll.EpollChannelOption#TCP_KEEPIDLE");

	private static final ChannelOption<Integer> TCP_KEEPINTVL = ChannelOption
		.valueOf("io.netty.channel.epoll.EpollChannelOption#TCP_KEEPINTVL");

	private VanishedPeers() {
	}

	/**
	 * Have a channel closed when its peer has vanished: at the latest 2.5 heartbeat
	 * intervals after it did, of which one may pass until the next heartbeat is written.
	 * Nothing happens if the channel is closed already.
	 * @param channel the channel of a connection
	 * @param heartbeat the longest time in which nothing is written, in milliseconds
	 */
	public static void detect(Channel channel, int heartbeat) {
		Channel socket = (channel.parent() instanceof SocketChannel parent) ? parent : channel;
		try {
			socket.config().setOptions(options(socket, heartbeat));
		}
		catch (UnsupportedOperationException ex) {
			// The platform keeps its own times
		}
		catch (ChannelException ex) {
			// The client has left already
		}
	}

	private static Map<ChannelOption<?>, Object> options(Channel socket, int heartbeat) {
		int seconds = Math.max(1, heartbeat / 1000);
		if (socket.getClass().getName().startsWith("io.netty.channel.epoll.")) {
			// Bytes, or probes of a connection on which nothing is written, that stay
			// unacknowledged for so long end the connection (tcp(7)); so does a peer
			// that takes nothing, which is to be told before: with 25 s after 30 s
			return Map.of(TCP_USER_TIMEOUT, heartbeat / 5 * 7, ChannelOption.SO_KEEPALIVE, true, TCP_KEEPIDLE, seconds,
					TCP_KEEPINTVL, Math.max(1, seconds / 8));
		}
		return Map.of(ChannelOption.SO_KEEPALIVE, true, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
				seconds, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), Math.max(1, seconds / 4),
				NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), 5);
	}

}
