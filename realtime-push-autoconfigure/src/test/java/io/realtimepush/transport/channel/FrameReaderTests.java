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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FrameReader}: what it makes of bytes that come in parts. What frames
 * are allowed is tested over connections.
 */
class FrameReaderTests {

	private final Recorder recorder = new Recorder();

	private final FrameReader reader = new FrameReader(this.recorder);

	/** If all before was copied at each byte, that would be 80 GB. */
	@Test
	@Timeout(10)
	void largeFrameMayEndByteByByte() {
		String text = "x".repeat(4_000_000);
		ByteBuf frame = frame(text);
		this.reader.add(frame.readBytes(frame.readableBytes() - 20_000));
		while (frame.isReadable()) {
			this.reader.add(Unpooled.buffer(1).writeByte(frame.readByte()));
		}
		assertThat(this.recorder.texts).containsExactly(text);
		assertThat(this.reader.isIdle()).isTrue();
	}

	@Test
	void framesMayComeInAnyParts() {
		Random random = new Random(7);
		for (int round = 0; round < 200; round++) {
			List<String> sent = new ArrayList<>();
			ByteBuf all = Unpooled.buffer();
			for (int i = 0; i < 20; i++) {
				String text = Integer.toString(i).repeat(random.nextInt(300));
				sent.add(text);
				all.writeBytes(frame(text));
			}
			this.recorder.texts.clear();
			while (all.isReadable()) {
				this.recorder.wantsMore = random.nextInt(4) > 0;
				ByteBuf part = Unpooled.buffer();
				part.writeBytes(all, Math.min(all.readableBytes(), random.nextInt(700)));
				this.reader.add(part);
				assertThat(part.refCnt()).isZero();
				if (random.nextBoolean()) {
					this.recorder.wantsMore = true;
					this.reader.resume();
				}
			}
			this.recorder.wantsMore = true;
			this.reader.resume();
			assertThat(this.recorder.texts).isEqualTo(sent);
			assertThat(this.reader.isIdle()).isTrue();
		}
	}

	/** A text frame of a client, with a mask of nothing. */
	private static ByteBuf frame(String text) {
		byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
		ByteBuf frame = Unpooled.buffer().writeByte(0x81);
		if (payload.length < 126) {
			frame.writeByte(0x80 | payload.length);
		}
		else if (payload.length <= 0xFFFF) {
			frame.writeByte(0x80 | 126).writeShort(payload.length);
		}
		else {
			frame.writeByte(0x80 | 127).writeLong(payload.length);
		}
		return frame.writeInt(0).writeBytes(payload);
	}

	private static final class Recorder implements FrameReader.Receiver {

		private final List<String> texts = new ArrayList<>();

		private boolean wantsMore = true;

		@Override
		public int maxMessageBytes() {
			return 5_000_000;
		}

		@Override
		public boolean wantsMore() {
			return this.wantsMore;
		}

		@Override
		public boolean isClosing() {
			return false;
		}

		@Override
		public void received(String text) {
			this.texts.add(text);
		}

		@Override
		public void receivedBinary(byte[] bytes) {
			throw new AssertionError("no binary message was sent");
		}

		@Override
		public void pinged(byte[] payload) {
			throw new AssertionError("no ping was sent");
		}

		@Override
		public void closed(byte[] payload) {
			throw new AssertionError("no close was sent");
		}

	}

}
