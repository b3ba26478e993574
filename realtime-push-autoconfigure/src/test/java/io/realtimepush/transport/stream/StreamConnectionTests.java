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

package io.realtimepush.transport.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.realtimepush.broadcast.Broadcaster;
import io.realtimepush.broadcast.FrameFormat;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long a {@link StreamConnection} waits for a slow peer, in virtual time.
 */
class StreamConnectionTests {

	private static final int MEBIBYTE = 1024 * 1024;

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final Broadcaster broadcaster = new Broadcaster(this.time, (transport, written, passedOver, nanos) -> {
	});

	private final Taker taker = new Taker();

	private static ByteBuf frame(int bytes) {
		return Unpooled.wrappedBuffer(new byte[bytes]);
	}

	private Connection connect(FrameStream stream) {
		Connection connection = new Connection(this.broadcaster, stream);
		stream.asFlux(() -> {
		}, connection::end).subscribe(this.taker);
		return connection;
	}

	/** Whether the peer is still waited for at each second of some time. */
	private boolean waits(Connection connection, int seconds) {
		boolean waits = true;
		for (int i = 0; i < seconds; i++) {
			this.time.advanceTimeBy(Duration.ofSeconds(1));
			waits &= connection.checkProgress(this.broadcaster.now());
		}
		return waits;
	}

	@Test
	void peerThatTakesPartsOfALargeFrameIsWaitedFor() {
		Connection connection = connect(FrameStream.ofParts(Runnable::run));
		connection.write(frame(MEBIBYTE));
		while (this.taker.bytes < MEBIBYTE) {
			this.taker.request(1);
			assertThat(waits(connection, 29)).isTrue();
		}
		assertThat(this.taker.parts).hasSize(64).allMatch((bytes) -> bytes == 16 * 1024);
		assertThat(waits(connection, 1)).isTrue();
		assertThat(waits(connection, 1)).isFalse();
		this.taker.request(1);
		assertThat(connection.isReady()).isTrue();
	}

	@Test
	void peerThatTakesNoPartIsNotWaitedFor() {
		Connection connection = connect(FrameStream.ofParts(Runnable::run));
		this.taker.request(1);
		connection.write(frame(MEBIBYTE));
		assertThat(waits(connection, 29)).isTrue();
		assertThat(waits(connection, 1)).isFalse();
	}

	@Test
	void wholeMessageHasTheTimeThatASlowPeerNeeds() {
		Connection connection = connect(FrameStream.ofFrames(Runnable::run));
		this.taker.request(1);
		connection.write(frame(MEBIBYTE));
		assertThat(this.taker.parts).containsExactly(MEBIBYTE);
		assertThat(waits(connection, 30 + 64 - 1)).isTrue();
		assertThat(waits(connection, 1)).isFalse();
	}

	@Test
	void smallMessageBehindALargeOneHasTheUsualTime() {
		Connection connection = connect(FrameStream.ofFrames(Runnable::run));
		this.taker.request(1);
		connection.write(frame(MEBIBYTE));
		connection.write(frame(100));
		assertThat(waits(connection, 60)).isTrue();
		this.taker.request(1);
		assertThat(waits(connection, 30)).isTrue();
		assertThat(waits(connection, 1)).isFalse();
	}

	private static final class Connection extends StreamConnection {

		Connection(Broadcaster broadcaster, FrameOutlet outlet) {
			super(broadcaster, new Format(), Runnable::run, outlet);
		}

		@Override
		public void close(CloseReason reason, @Nullable String detail) {
			complete();
		}

	}

	private static final class Format implements FrameFormat {

		@Override
		public String transport() {
			return "test";
		}

		@Override
		public ByteBuf encode(ServerMessage message, ByteBufAllocator allocator) {
			return Unpooled.EMPTY_BUFFER;
		}

	}

	/**
	 * Asks for nothing by itself.
	 */
	private static final class Taker extends BaseSubscriber<ByteBuf> {

		private final List<Integer> parts = new ArrayList<>();

		private int bytes;

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
		}

		@Override
		protected void hookOnNext(ByteBuf part) {
			this.parts.add(part.readableBytes());
			this.bytes += part.readableBytes();
			part.release();
		}

	}

}
