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

import java.util.ArrayDeque;
import java.util.Queue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FrameStream}, on an executor whose tasks run when a test says so.
 */
class FrameStreamTests {

	private final Queue<Runnable> tasks = new ArrayDeque<>();

	private final FrameStream stream = FrameStream.ofFrames(this.tasks::add);

	private final Taker taker = new Taker();

	private int opened;

	private int ended;

	private int taken;

	private void subscribe() {
		this.stream.asFlux(() -> this.opened++, () -> this.ended++).subscribe(this.taker);
		run();
		assertThat(this.opened).isOne();
	}

	private void run() {
		for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
			task.run();
		}
	}

	private ByteBuf emit() {
		ByteBuf frame = Unpooled.buffer(1).writeByte(1);
		this.stream.emit(frame, () -> this.taken++);
		return frame;
	}

	@Test
	void frameIsTakenWhenTheNextOneIsAskedFor() {
		subscribe();
		ByteBuf frame = emit();
		assertThat(this.taker.last).isNull();
		this.taker.request(1);
		run();
		assertThat(this.taker.last).isSameAs(frame);
		assertThat(this.taken).isZero();
		this.taker.request(1);
		run();
		assertThat(this.taken).isOne();
		assertThat(frame.refCnt()).isOne();
	}

	@Test
	void frameThatWaitsIsReleasedAtTheEnd() {
		subscribe();
		ByteBuf frame = emit();
		this.taker.cancel();
		assertThat(frame.refCnt()).isOne();
		run();
		assertThat(frame.refCnt()).isZero();
		assertThat(this.ended).isOne();
		assertThat(emit().refCnt()).isZero();
	}

	@Test
	void frameIsReleasedThatComesBeforeTheExecutorHearsOfTheEnd() {
		subscribe();
		this.taker.request(1);
		run();
		this.taker.cancel();
		ByteBuf frame = emit();
		assertThat(frame.refCnt()).isZero();
		assertThat(this.taker.last).isNull();
		run();
		assertThat(this.ended).isOne();
	}

	/**
	 * Asks for nothing by itself.
	 */
	private static final class Taker extends BaseSubscriber<ByteBuf> {

		private ByteBuf last;

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
		}

		@Override
		protected void hookOnNext(ByteBuf frame) {
			this.last = frame;
		}

	}

}
