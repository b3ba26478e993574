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

import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Executor;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Frames as a reactive stream that emits one for each that is asked for. That a frame was
 * written shows in another one being asked for. Confined to its executor, but for
 * {@link #asFlux}.
 *
 * @since 0.1.0
 */
public final class FrameStream implements FrameOutlet {

	private final Executor executor;

	private @Nullable FluxSink<ByteBuf> sink;

	/** What has not been asked for yet. */
	private @Nullable ByteBuf frame;

	private @Nullable Runnable taken;

	private boolean completed;

	/**
	 * Create a stream.
	 * @param executor where all happens
	 */
	public FrameStream(Executor executor) {
		this.executor = executor;
	}

	/**
	 * Return the frames.
	 * @param opened run on the executor when the stream was subscribed to
	 * @param ended run on the executor when the stream has ended in whatever way
	 * @return the stream, to be subscribed to once; who is emitted a frame owns it
	 */
	public Flux<ByteBuf> asFlux(Runnable opened, Runnable ended) {
		Flux<ByteBuf> frames = Flux.create((created) -> {
			created.onRequest((count) -> this.executor.execute(this::proceed));
			created.onDispose(() -> this.executor.execute(() -> {
				drop();
				ended.run();
			}));
			this.executor.execute(() -> {
				this.sink = created;
				opened.run();
			});
		}, FluxSink.OverflowStrategy.IGNORE);
		// What is emitted after the stream was cancelled on another thread
		return frames.doOnDiscard(ByteBuf.class, ByteBuf::release);
	}

	private void proceed() {
		FluxSink<ByteBuf> present = this.sink;
		if (present == null || present.requestedFromDownstream() == 0) {
			return;
		}
		ByteBuf next = this.frame;
		if (next != null) {
			this.frame = null;
			present.next(next);
			proceed();
			return;
		}
		Runnable listener = this.taken;
		if (listener != null) {
			this.taken = null;
			listener.run();
		}
	}

	@Override
	public void emit(ByteBuf next, Runnable whenTaken) {
		if (this.completed) {
			next.release();
			return;
		}
		this.frame = next;
		this.taken = whenTaken;
		proceed();
	}

	@Override
	public void complete() {
		drop();
		if (this.sink != null) {
			this.sink.complete();
		}
	}

	@Override
	public void abort() {
		drop();
		if (this.sink != null) {
			this.sink.error(new ClosedChannelException());
		}
	}

	private void drop() {
		this.completed = true;
		if (this.frame != null) {
			this.frame.release();
			this.frame = null;
		}
	}

}
