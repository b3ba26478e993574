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

package io.realtimepush.transport;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;

/**
 * A QUIC connection that HTTP/3 is spoken over with nothing but Netty's codec. Answers
 * are read only as far as they are asked for.
 */
final class Http3Client implements AutoCloseable {

	/** Bytes that a server may send ahead of what is read. */
	private static final int WINDOW = 256 * 1024;

	/** Parts of an answer that are read ahead. */
	private static final int AHEAD = 2;

	private static final int NO_ERROR = 0x100;

	private static final int CANCELLED = 0x10c;

	private static final EventLoopGroup GROUP = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

	private final Channel socket;

	private final QuicChannel connection;

	/** Connect to a server. */
	Http3Client(int port) {
		this(port, TestKeyStore.path());
	}

	/** Connect to a server that must show the certificate of a key store. */
	Http3Client(int port, Path keyStore) {
		QuicSslContext tls = QuicSslContextBuilder.forClient()
			.trustManager(TestKeyStore.trust(TestKeyStore.certificate(keyStore)))
			.applicationProtocols(Http3.supportedApplicationProtocols())
			.build();
		this.socket = new Bootstrap().group(GROUP)
			.channel(NioDatagramChannel.class)
			.handler(Http3.newQuicClientCodecBuilder()
				.sslEngineProvider((quic) -> tls.newEngine(quic.alloc(), "localhost", port))
				.maxIdleTimeout(60, TimeUnit.SECONDS)
				.initialMaxData(WINDOW)
				.initialMaxStreamDataBidirectionalLocal(WINDOW)
				.build())
			.bind(0)
			.syncUninterruptibly()
			.channel();
		try {
			this.connection = QuicChannel.newBootstrap(this.socket)
				.handler(new Http3ClientConnectionHandler())
				.remoteAddress(new InetSocketAddress("127.0.0.1", port))
				.connect()
				.get(LoopbackServer.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException | ExecutionException | TimeoutException ex) {
			this.socket.close();
			throw new IllegalStateException(ex);
		}
	}

	/** Send a request, whose answer is read part by part. */
	Exchange open(String requestLine, OpenOptions options, String body) {
		Exchange exchange = new Exchange();
		QuicStreamChannel stream = Http3.newRequestStreamBootstrap(this.connection, exchange)
			.option(ChannelOption.AUTO_READ, false)
			.create()
			.syncUninterruptibly()
			.getNow();
		exchange.stream = stream;
		String[] line = requestLine.split(" ", 2);
		DefaultHttp3HeadersFrame head = new DefaultHttp3HeadersFrame();
		head.headers().method(line[0]).scheme("https").authority("localhost").path(line[1]);
		options.headers().forEach((header) -> {
			int colon = header.indexOf(':');
			head.headers().add(header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).trim());
		});
		stream.write(head);
		stream
			.writeAndFlush(new DefaultHttp3DataFrame(
					Unpooled.copiedBuffer((body != null) ? body : "", StandardCharsets.UTF_8)))
			.addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
		stream.read();
		return exchange;
	}

	/** Send a request and read its whole answer. */
	RawConnection.Answer send(String requestLine, OpenOptions options, String body) {
		Exchange exchange = open(requestLine, options, body);
		Http3HeadersFrame head = (Http3HeadersFrame) exchange.next();
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (Object part = exchange.next(); part instanceof byte[] read; part = exchange.next()) {
			bytes.writeBytes(read);
		}
		return new RawConnection.Answer(Integer.parseInt(head.headers().status().toString()), headers(head),
				bytes.toByteArray());
	}

	RawConnection.Answer get(String path, OpenOptions options) {
		return send(options.target(path), options, null);
	}

	static Map<String, String> headers(Http3HeadersFrame head) {
		Map<String, String> result = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		head.headers().forEach((header) -> {
			if (header.getKey().charAt(0) != ':') {
				result.merge(header.getKey().toString(), header.getValue().toString(), (a, b) -> a + ", " + b);
			}
		});
		return result;
	}

	/** Whether the server has closed the connection, after a while at the latest. */
	boolean awaitClosed() {
		return this.connection.closeFuture().awaitUninterruptibly(LoopbackServer.TIMEOUT.toMillis());
	}

	@Override
	public void close() {
		this.connection.close(true, NO_ERROR, Unpooled.EMPTY_BUFFER).syncUninterruptibly();
		this.socket.close().syncUninterruptibly();
	}

	/**
	 * A request and its answer.
	 */
	static final class Exchange extends Http3RequestStreamInboundHandler {

		private static final Object END = new Object();

		private final BlockingQueue<Object> parts = new LinkedBlockingQueue<>();

		private volatile QuicStreamChannel stream;

		/** Whether there is a next part within some milliseconds. */
		boolean hasNext(long millis) {
			long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
			while (this.parts.isEmpty() && System.nanoTime() - end < 0) {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
			}
			return !this.parts.isEmpty();
		}

		/** Return the next part: the head, bytes, and then something else. */
		Object next() {
			try {
				Object part = this.parts.poll(60, TimeUnit.SECONDS);
				this.stream.eventLoop().execute(this::readAhead);
				return (part != null) ? part : END;
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		/** Tell the server that the rest of the answer is not wanted. */
		void cancel() {
			this.stream.shutdown(CANCELLED, this.stream.newPromise()).syncUninterruptibly();
		}

		private void readAhead() {
			if (this.parts.size() < AHEAD) {
				this.stream.read();
			}
		}

		@Override
		protected void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
			this.parts.add(frame);
		}

		@Override
		protected void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
			this.parts.add(ByteBufUtil.getBytes(frame.content()));
			frame.release();
		}

		@Override
		public void channelReadComplete(ChannelHandlerContext context) {
			readAhead();
		}

		@Override
		protected void channelInputClosed(ChannelHandlerContext context) {
			this.parts.add(END);
		}

		@Override
		public void channelInactive(ChannelHandlerContext context) {
			this.parts.add(END);
		}

	}

}
