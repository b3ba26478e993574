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

package io.realtimepush.endtoend;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy that passes on what follows a CONNECT, to one port of this machine
 * whatever host is asked for.
 */
final class ConnectProxy implements AutoCloseable {

	private static final Pattern HEAD = Pattern.compile("CONNECT (\\S+) HTTP/1\\.1\r\n(.*)\r\n", Pattern.DOTALL);

	/** Hosts and ports that were asked for. */
	final List<String> asked = new CopyOnWriteArrayList<>();

	private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

	private final int target;

	private final @Nullable String authorization;

	private final Channel listener;

	private ConnectProxy(int target, @Nullable String authorization) {
		this.target = target;
		this.authorization = authorization;
		this.listener = new ServerBootstrap().group(this.group)
			.channel(NioServerSocketChannel.class)
			.childHandler(new ChannelInitializer<>() {

				@Override
				protected void initChannel(Channel channel) {
					channel.pipeline().addLast(new Head());
				}

			})
			.bind("127.0.0.1", 0)
			.syncUninterruptibly()
			.channel();
	}

	/**
	 * Start a proxy.
	 * @param target the port that all connections lead to
	 * @param authorization the header that it demands, or {@code null}
	 */
	static ConnectProxy start(int target, @Nullable String authorization) {
		return new ConnectProxy(target, authorization);
	}

	int port() {
		return ((InetSocketAddress) this.listener.localAddress()).getPort();
	}

	@Override
	public void close() {
		this.listener.close().syncUninterruptibly();
		this.group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
	}

	/**
	 * Reads the request.
	 */
	private final class Head extends ByteToMessageDecoder {

		@Override
		protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
			String text = in.toString(StandardCharsets.US_ASCII);
			int end = text.indexOf("\r\n\r\n");
			if (end < 0) {
				return;
			}
			in.skipBytes(end + 4);
			Matcher head = HEAD.matcher(text.substring(0, end + 2));
			if (!head.matches()) {
				refuse(context, "405 Method Not Allowed");
			}
			else if (ConnectProxy.this.authorization != null && !head.group(2)
				.toLowerCase(Locale.ROOT)
				.contains("proxy-authorization: " + ConnectProxy.this.authorization.toLowerCase(Locale.ROOT))) {
				refuse(context, "407 Proxy Authentication Required");
			}
			else {
				ConnectProxy.this.asked.add(head.group(1));
				connect(context);
			}
		}

		private void refuse(ChannelHandlerContext context, String status) {
			context
				.writeAndFlush(ByteBufUtil.writeAscii(context.alloc(),
						"HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
				.addListener(ChannelFutureListener.CLOSE);
		}

		private void connect(ChannelHandlerContext context) {
			Channel near = context.channel();
			near.config().setAutoRead(false);
			new Bootstrap().group(near.eventLoop())
				.channel(NioSocketChannel.class)
				.option(ChannelOption.AUTO_READ, false)
				.handler(new Passing(near))
				.connect("127.0.0.1", ConnectProxy.this.target)
				.addListener((ChannelFutureListener) (connected) -> {
					if (!connected.isSuccess()) {
						refuse(context, "502 Bad Gateway");
						return;
					}
					Channel far = connected.channel();
					near.writeAndFlush(
							ByteBufUtil.writeAscii(near.alloc(), "HTTP/1.1 200 Connection established\r\n\r\n"));
					near.pipeline().replace(this, "passing", new Passing(far));
					near.config().setAutoRead(true);
					far.config().setAutoRead(true);
				});
		}

	}

	/**
	 * Passes on what comes to the other side, and its end.
	 */
	private static final class Passing extends ChannelInboundHandlerAdapter {

		private final Channel other;

		Passing(Channel other) {
			this.other = other;
		}

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			this.other.writeAndFlush(message);
		}

		@Override
		public void channelInactive(ChannelHandlerContext context) {
			this.other.close();
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
			context.close();
		}

	}

}
