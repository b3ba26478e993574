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

package io.realtimepush.broadcast;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.realtimepush.protocol.CloseReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChannelConnection} on a socket that takes frames in parts.
 */
class ChannelConnectionTests {

	private final Connection connection = new Connection(
			new Broadcaster(Schedulers.immediate(), (transport, written, passedOver, nanosSinceMove) -> {
			}));

	private final Socket socket = new Socket();

	ChannelConnectionTests() {
		this.socket.pipeline().addLast(this.connection);
		this.connection.begin(Unpooled.EMPTY_BUFFER, () -> {
		});
	}

	@Test
	void sharedFrameThatIsTakenAtOnceStaysAsItIs() {
		ByteBuf frame = frame("whole");
		assertThat(this.connection.writeShared(frame)).isTrue();
		assertThat(frame.readableBytes()).isEqualTo(5);
		assertThat(frame.refCnt()).isOne();
		assertThat(this.socket.taken).hasToString("whole");
	}

	@Test
	void sharedFrameThatIsTakenInPartsIsNotGivenToOthersAsItIs() {
		this.socket.part = 2;
		ByteBuf frame = frame("parts");
		boolean unchanged = this.connection.writeShared(frame);
		assertThat(this.socket.taken).hasToString("parts");
		assertThat(this.connection.isReady()).isTrue();
		assertThat(unchanged).isEqualTo(frame.readableBytes() == 5);
		assertThat(unchanged).isFalse();
		frame.release();
	}

	private static ByteBuf frame(String text) {
		return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
	}

	/**
	 * Takes what is flushed in one pass, if need be in parts as a socket does whose
	 * buffer has just been emptied a little.
	 */
	private static final class Socket extends EmbeddedChannel {

		private final StringBuilder taken = new StringBuilder();

		private int part;

		@Override
		protected void doWrite(ChannelOutboundBuffer in) {
			for (Object next = in.current(); next != null; next = in.current()) {
				ByteBuf bytes = (ByteBuf) next;
				int length = (this.part > 0) ? Math.min(this.part, bytes.readableBytes()) : bytes.readableBytes();
				this.taken.append(bytes.toString(bytes.readerIndex(), length, StandardCharsets.US_ASCII));
				in.removeBytes(length);
				if (length == 0) {
					in.remove();
				}
			}
		}

	}

	private static final class Connection extends ChannelConnection {

		Connection(Broadcaster broadcaster) {
			super(broadcaster);
		}

		@Override
		public FrameFormat format() {
			throw new UnsupportedOperationException();
		}

		@Override
		protected void received(ByteBuf bytes) {
			bytes.release();
		}

		@Override
		public void close(CloseReason reason, @Nullable String detail) {
			context().close();
		}

	}

}
