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

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BorrowedSocket} on real sockets.
 */
class BorrowedSocketTests extends SocketSupport {

	/** What came, and who was told. */
	private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

	private BorrowedSocket borrow(Channel channel) throws Exception {
		return onLoop(() -> borrowOnLoop(channel));
	}

	private BorrowedSocket borrowOnLoop(Channel channel) {
		channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {

			@Override
			public void channelRead(ChannelHandlerContext context, Object message) {
				BorrowedSocketTests.this.events.add("channel: " + text((ByteBuf) message));
				((ByteBuf) message).release();
			}

			@Override
			public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
				BorrowedSocketTests.this.events.add("exception: " + cause.getMessage());
			}

			@Override
			public void channelInactive(ChannelHandlerContext context) {
				BorrowedSocketTests.this.events.add("inactive");
			}

			@Override
			public void handlerRemoved(ChannelHandlerContext context) {
				BorrowedSocketTests.this.events.add("removed");
			}

		});
		return BorrowedSocket.of(channel, this::receive);
	}

	private boolean receive(ByteBuf bytes) {
		String text = text(bytes);
		if (text.startsWith("fail")) {
			throw new AssertionError(text);
		}
		if (text.startsWith("mine")) {
			this.events.add("receiver: " + text);
		}
		return text.startsWith("mine");
	}

	private static String text(ByteBuf bytes) {
		return bytes.toString(StandardCharsets.US_ASCII);
	}

	private void send(String text) throws Exception {
		this.client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
	}

	private String next() throws Exception {
		return this.events.poll(10, TimeUnit.SECONDS);
	}

	@Test
	void receiverReadsUntilSomethingComesThatIsNotForIt() throws Exception {
		Channel channel = connectToEpoll();
		borrow(channel);
		for (int i = 0; i < 3; i++) {
			send("mine " + i);
			assertThat(next()).isEqualTo("receiver: mine " + i);
		}
		assertThat(channel.isRegistered()).isFalse();
		send("other");
		assertThat(next()).isEqualTo("channel: other");
		send("mine no more");
		assertThat(next()).isEqualTo("channel: mine no more");
		assertThat(channel.isRegistered()).isTrue();
	}

	@Test
	void whatHasComeBeforeItWasLentIsRead() throws Exception {
		Channel channel = connectToEpoll();
		onLoop(() -> {
			BorrowedSocket asked = borrowOnLoop(channel);
			send("mine");
			return asked;
		});
		assertThat(next()).isEqualTo("receiver: mine");
	}

	@Test
	void moreThanIsReadAtOnceIsLeftToTheChannel() throws Exception {
		Channel channel = connectToEpoll();
		borrow(channel);
		send("mine");
		assertThat(next()).isEqualTo("receiver: mine");
		String large = "mine" + "x".repeat(100_000);
		send(large);
		StringBuilder all = new StringBuilder();
		while (all.length() < large.length()) {
			all.append(next().substring("channel: ".length()));
		}
		assertThat(all).hasToString(large);
	}

	@Test
	void bothWriteInOrder() throws Exception {
		Channel channel = connectToEpoll();
		BorrowedSocket socket = borrow(channel);
		ByteBuf bytes = Unpooled.directBuffer().writeBytes("0123".getBytes(StandardCharsets.US_ASCII));
		assertThat(onLoop(() -> socket.write(bytes.slice(0, 1)))).isOne();
		send("mine");
		assertThat(next()).isEqualTo("receiver: mine");
		assertThat(onLoop(() -> socket.write(bytes.slice(1, 1)))).isOne();
		assertThat(onLoop(() -> {
			socket.giveBack();
			channel.writeAndFlush(bytes.retainedSlice(2, 1));
			return socket.write(bytes.slice(3, 1));
		})).isOne();
		assertThat(this.client.getInputStream().readNBytes(4)).asString().isEqualTo("0123");
		bytes.release();
		send("mine no more");
		assertThat(next()).isEqualTo("channel: mine no more");
	}

	@Test
	void itMayBeGivenBackBeforeItWasLent() throws Exception {
		Channel channel = connectToEpoll();
		onLoop(() -> {
			BorrowedSocket.of(channel, this::receive).giveBack();
			BorrowedSocket again = borrowOnLoop(channel);
			again.giveBack();
			return again;
		});
		send("mine");
		assertThat(next()).isEqualTo("channel: mine");
	}

	@Test
	void whatTheChannelCouldNotWriteWhenItWasAskedIsWritten() throws Exception {
		Channel channel = connectToEpoll();
		onLoop(() -> {
			BorrowedSocket asked = borrowOnLoop(channel);
			asked.giveBack();
			return channel.writeAndFlush(Unpooled.directBuffer(LARGE).writeZero(LARGE));
		});
		send("mine");
		assertThat(next()).isEqualTo("channel: mine");
		assertThat(this.client.getInputStream().readNBytes(LARGE)).hasSize(LARGE);
	}

	@Test
	void channelThatReadsByHandReadsOn() throws Exception {
		Channel channel = connectToEpoll();
		onLoop(() -> {
			channel.config().setAutoRead(false);
			channel.read();
			BorrowedSocket asked = borrowOnLoop(channel);
			asked.giveBack();
			return asked;
		});
		send("mine");
		assertThat(next()).isEqualTo("channel: mine");
	}

	@Test
	void channelHearsThatTheClientHasLeft() throws Exception {
		Channel channel = connectToEpoll();
		borrow(channel);
		send("mine");
		assertThat(next()).isEqualTo("receiver: mine");
		this.client.close();
		assertThat(next()).isEqualTo("inactive");
		assertThat(next()).isEqualTo("removed");
		assertThat(channel.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void channelHearsOfAReset() throws Exception {
		Channel channel = connectToEpoll();
		borrow(channel);
		send("mine");
		assertThat(next()).isEqualTo("receiver: mine");
		this.client.setSoLinger(true, 0);
		this.client.close();
		assertThat(next()).isEqualTo("inactive");
		assertThat(channel.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void handlersAreToldOfTheCloseOnce() throws Exception {
		Channel channel = connectToEpoll();
		BorrowedSocket socket = borrow(channel);
		send("mine");
		assertThat(next()).isEqualTo("receiver: mine");
		channel.close().sync();
		assertThat(next()).isEqualTo("inactive");
		assertThat(next()).isEqualTo("removed");
		assertNothingIsWritten(socket);
		assertThat(this.events).isEmpty();
	}

	@Test
	void handlersAreToldOfACloseBeforeItWasLent() throws Exception {
		Channel channel = connectToEpoll();
		BorrowedSocket socket = onLoop(() -> {
			BorrowedSocket asked = borrowOnLoop(channel);
			channel.close();
			return asked;
		});
		assertThat(next()).isEqualTo("inactive");
		assertThat(next()).isEqualTo("removed");
		assertNothingIsWritten(socket);
		assertThat(this.events).isEmpty();
	}

	@Test
	void receiverThatFailsEndsTheConnectionAndNotTheEventLoop() throws Exception {
		Channel channel = connectToEpoll();
		borrow(channel);
		send("fail");
		assertThat(next()).isEqualTo("exception: fail");
		assertThat(next()).isEqualTo("inactive");
		assertThat(channel.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void eventLoopThatEndsClosesIt() throws Exception {
		Channel channel = connectToEpoll();
		borrow(channel);
		send("mine");
		assertThat(next()).isEqualTo("receiver: mine");
		shutDown();
		assertThat(next()).isEqualTo("inactive");
		assertThat(channel.isOpen()).isFalse();
	}

	@Test
	void channelThatHasSomethingToWriteLendsNothing() throws Exception {
		Channel channel = connectToEpoll();
		assertThat(onLoop(() -> {
			channel.writeAndFlush(Unpooled.directBuffer(LARGE).writeZero(LARGE));
			return BorrowedSocket.of(channel, this::receive);
		})).isNull();
	}

	@Test
	void otherTransportsHaveNoSocketToLend() throws Exception {
		assertThat(borrow(connectToNio())).isNull();
	}

	@Test
	void nothingNativeIsNeededWhereThereIsNothing() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Dio.netty.transport.noNative=true", "-cp", System.getProperty("java.class.path"),
				WithoutEpoll.class.getName())
			.redirectErrorStream(true)
			.start();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(said).isZero();
		assertThat(said).contains("epoll: false, socket: null");
	}

	private void assertNothingIsWritten(BorrowedSocket socket) throws Exception {
		ByteBuf bytes = Unpooled.directBuffer(1).writeByte(1);
		assertThat(onLoop(() -> socket.write(bytes))).isZero();
		bytes.release();
	}

	/** As on a system without epoll. */
	public static final class WithoutEpoll {

		private WithoutEpoll() {
		}

		public static void main(String[] args) {
			BorrowedSocket socket = BorrowedSocket.of(new EmbeddedChannel(), (bytes) -> false);
			System.out.println("epoll: " + Epoll.isAvailable() + ", socket: " + socket);
		}

	}

}
