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
 * Frames as a reactive stream that emits one, or a part of one, for each that is asked
 * for. That it was written shows in another one being asked for. Confined to its
 * executor, but for {@link #asFlux}.
 *
 * @since 0.1.0
 */
public final class FrameStream implements FrameOutlet {

	private static final int PART = 16 * 1024;

	private final Executor executor;

	private final int maxBytes;

	private @Nullable FluxSink<ByteBuf> sink;

	/** What has not been asked for yet. */
	private @Nullable ByteBuf frame;

	private @Nullable Runnable taken;

	private boolean completed;

	/** How many frames or parts of them have been emitted. */
	private long emitted;

	private FrameStream(Executor executor, int maxBytes) {
		this.executor = executor;
		this.maxBytes = maxBytes;
	}

	/**
	 * Create a stream that emits frames as they are, because each is a message.
	 * @param executor where all happens
	 * @return the stream
	 */
	public static FrameStream ofFrames(Executor executor) {
		return new FrameStream(executor, Integer.MAX_VALUE);
	}

	/**
	 * Create a stream that emits large frames in parts, so that it shows how they are
	 * taken.
	 * @param executor where all happens
	 * @return the stream
	 */
	public static FrameStream ofParts(Executor executor) {
		return new FrameStream(executor, PART);
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
		while (present != null && present.requestedFromDownstream() != 0 && this.frame != null) {
			this.emitted++;
			present.next(nextPart(this.frame));
		}
		Runnable listener = this.taken;
		if (present != null && listener != null && present.requestedFromDownstream() != 0) {
			this.taken = null;
			listener.run();
		}
	}

	private ByteBuf nextPart(ByteBuf present) {
		if (present.readableBytes() > this.maxBytes) {
			return present.readRetainedSlice(this.maxBytes);
		}
		this.frame = null;
		return present;
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

	@Override
	public long progress() {
		return this.emitted;
	}

	@Override
	public boolean tellsOfParts() {
		return this.maxBytes == PART;
	}

	private void drop() {
		this.completed = true;
		if (this.frame != null) {
			this.frame.release();
			this.frame = null;
		}
	}

}
