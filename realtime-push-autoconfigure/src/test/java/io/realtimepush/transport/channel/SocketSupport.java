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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;

/**
 * For tests on real sockets: one client, and its channel on one event loop.
 */
abstract class SocketSupport {

	/** More than a socket takes at once. */
	static final int LARGE = 64 * 1024 * 1024;

	private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();

	private EventLoopGroup loops;

	private Channel channel;

	Socket client;

	private Channel connect(IoHandlerFactory io, Class<? extends ServerChannel> type) throws Exception {
		this.loops = new MultiThreadIoEventLoopGroup(1, io);
		Channel server = new ServerBootstrap().group(this.loops)
			.channel(type)
			.childHandler(new ChannelInboundHandlerAdapter() {

				@Override
				public void channelActive(ChannelHandlerContext context) {
					SocketSupport.this.accepted.add(context.channel());
				}

			})
			.bind(InetAddress.getLoopbackAddress(), 0)
			.sync()
			.channel();
		this.client = new Socket(InetAddress.getLoopbackAddress(),
				((InetSocketAddress) server.localAddress()).getPort());
		this.client.setSoTimeout(10_000);
		this.channel = this.accepted.poll(10, TimeUnit.SECONDS);
		return this.channel;
	}

	Channel connectToEpoll() throws Exception {
		Assumptions.assumeTrue(Epoll.isAvailable(), "only Linux has epoll");
		return connect(EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
	}

	Channel connectToNio() throws Exception {
		return connect(NioIoHandler.newFactory(), NioServerSocketChannel.class);
	}

	@AfterEach
	void stop() throws IOException {
		if (this.loops != null) {
			// An event loop that ends at once may forget what a channel has to release
			if (this.channel.isOpen()) {
				this.channel.close().syncUninterruptibly();
			}
			this.client.close();
			this.loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
		}
	}

	/** End the event loop while the client stays. */
	void shutDown() {
		this.loops.shutdownGracefully(100, 10_000, TimeUnit.MILLISECONDS).syncUninterruptibly();
	}

	<T> T onLoop(Callable<T> task) throws Exception {
		return this.loops.submit(task).get(10, TimeUnit.SECONDS);
	}

}
