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

package io.realtimepush.benchmarks.peer;

import java.net.InetSocketAddress;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/**
 * The limit of what a JVM can do: Netty with one handler per connection, which does for
 * the load generator what has to be done and nothing else. It has no keys, no positions,
 * no limits and no HTTP codec, so it is no server that anybody could use.
 *
 * @since 0.1.0
 */
public final class RawNettyServer {

	private static final int BACKLOG = 4096;

	private RawNettyServer() {
	}

	/**
	 * Run the server until it is killed.
	 * @param args the port, the number of event loops, and seconds between two heartbeats
	 * or 0 for none
	 */
	public static void main(String[] args) {
		RawFanout fanout = new RawFanout(Integer.parseInt(args[2]));
		EventLoopGroup loops = new MultiThreadIoEventLoopGroup(Integer.parseInt(args[1]),
				Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
		new ServerBootstrap().group(loops)
			.channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
			.option(ChannelOption.SO_BACKLOG, BACKLOG)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childHandler(new ChannelInitializer<Channel>() {

				@Override
				protected void initChannel(Channel channel) {
					channel.pipeline().addLast(new RawHandler(fanout));
				}

			})
			.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])))
			.syncUninterruptibly();
	}

}
