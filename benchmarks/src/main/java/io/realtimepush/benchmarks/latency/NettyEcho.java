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

package io.realtimepush.benchmarks.latency;

import java.net.InetAddress;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.SimpleChannelInboundHandler;

/**
 * An echo by bare Netty: what is sent comes back, and that is all. A server and a client,
 * each with an event loop of its own.
 */
final class NettyEcho implements AutoCloseable {

	private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());

	private final SynchronousQueue<Long> arrivals = new SynchronousQueue<>();

	private final Channel client;

	NettyEcho(int size) throws InterruptedException {
		Channel server = new ServerBootstrap().group(this.loops)
			.channel(EpollServerSocketChannel.class)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childHandler(new Echo())
			.bind(InetAddress.getLoopbackAddress(), 0)
			.sync()
			.channel();
		this.client = new Bootstrap().group(this.loops)
			.channel(EpollSocketChannel.class)
			.option(ChannelOption.TCP_NODELAY, true)
			.handler(new Arrival(size))
			.connect(server.localAddress())
			.sync()
			.channel();
	}

	/** Send bytes and wait for them; nanoseconds from sending to the last of them. */
	long run(byte[] bytes) throws InterruptedException {
		long since = System.nanoTime();
		this.client.writeAndFlush(Unpooled.wrappedBuffer(bytes), this.client.voidPromise());
		Long arrived = this.arrivals.poll(10, TimeUnit.SECONDS);
		if (arrived == null) {
			throw new IllegalStateException("no echo within 10 s");
		}
		return arrived - since;
	}

	@Override
	public void close() throws InterruptedException {
		this.loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
	}

	@Sharable
	private static final class Echo extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			context.writeAndFlush(message, context.voidPromise());
		}

	}

	private final class Arrival extends SimpleChannelInboundHandler<ByteBuf> {

		private final int size;

		private int read;

		Arrival(int size) {
			this.size = size;
		}

		@Override
		protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) throws InterruptedException {
			this.read += bytes.readableBytes();
			if (this.read == this.size) {
				this.read = 0;
				NettyEcho.this.arrivals.offer(System.nanoTime(), 1, TimeUnit.SECONDS);
			}
		}

	}

}
