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

import java.io.InputStream;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SocketWriter} on real sockets.
 */
class SocketWriterTests extends SocketSupport {

	@Test
	void smallFrameIsTakenWholeAndStaysAsItIs() throws Exception {
		Channel channel = connectToEpoll();
		ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer().writeBytes("skipped, sent".getBytes()).skipBytes(9);
		assertThat(onLoop(() -> SocketWriter.write(channel, frame))).isEqualTo(4);
		assertThat(onLoop(() -> SocketWriter.write(channel, frame.slice(9, 1)))).isOne();
		assertThat(frame.readableBytes()).isEqualTo(4);
		assertThat(frame.refCnt()).isOne();
		frame.release();
		assertThat(this.client.getInputStream().readNBytes(5)).asString().isEqualTo("sents");
	}

	@Test
	void socketTakesAPartAndWhatTheChannelWritesBehindItComesInOrder() throws Exception {
		Channel channel = connectToEpoll();
		ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer(LARGE).writeZero(LARGE - 1).writeByte('e');
		int taken = onLoop(() -> SocketWriter.write(channel, frame));
		assertThat(taken).isBetween(1, LARGE - 1);
		assertThat(frame.readableBytes()).isEqualTo(LARGE);
		ByteBuf small = Unpooled.directBuffer(1).writeByte('s');
		assertThat(onLoop(() -> {
			channel.writeAndFlush(frame.skipBytes(taken), channel.voidPromise());
			return SocketWriter.write(channel, small);
		})).as("something waits").isZero();
		channel.writeAndFlush(small);
		InputStream in = this.client.getInputStream();
		in.skipNBytes(LARGE - 1);
		assertThat(in.readNBytes(2)).asString().isEqualTo("es");
	}

	@Test
	void nothingIsWrittenToWhatIsClosed() throws Exception {
		Channel channel = connectToEpoll();
		ByteBuf frame = Unpooled.directBuffer(1).writeByte(1);
		channel.close().sync();
		assertThat(onLoop(() -> SocketWriter.write(channel, frame))).isZero();
		frame.release();
	}

	@Test
	void connectionThatWasResetIsLeftToTheChannel() throws Exception {
		Channel channel = connectToEpoll();
		channel.config().setAutoRead(false);
		this.client.setSoLinger(true, 0);
		this.client.close();
		ByteBuf frame = Unpooled.directBuffer(1).writeByte(1);
		// The reset may need a moment on its way
		int taken = 1;
		while (taken != 0) {
			taken = onLoop(() -> SocketWriter.write(channel, frame));
		}
		channel.writeAndFlush(frame);
		assertThat(channel.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void otherTransportsHaveNoSocketToWriteTo() throws Exception {
		Channel channel = connectToNio();
		ByteBuf frame = Unpooled.directBuffer(1).writeByte(1);
		assertThat(onLoop(() -> SocketWriter.write(channel, frame))).isZero();
		frame.release();
	}

}
