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

package io.realtimepush.transport.longpoll;

import java.util.concurrent.Executor;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.realtimepush.session.SessionRejectedException;
import io.realtimepush.transport.http.JsonFormat;
import reactor.core.publisher.MonoSink;

/**
 * A poll that is a WebFlux exchange. It is answered on the event loop of its own channel,
 * where it cannot be cancelled meanwhile: the frame would be lost, and with it its
 * memory.
 */
final class ExchangePoll implements Poll {

	private final MonoSink<ByteBuf> sink;

	private final Executor executor;

	private volatile boolean cancelled;

	/**
	 * Create a poll.
	 * @param sink given the body of the answer
	 * @param executor where to answer
	 */
	ExchangePoll(MonoSink<ByteBuf> sink, Executor executor) {
		this.sink = sink;
		this.executor = executor;
	}

	@Override
	public void parked(LongPollConnection connection) {
		this.sink.onCancel(() -> {
			this.cancelled = true;
			connection.executor().execute(() -> connection.lost(this));
		});
	}

	@Override
	public void answer(ByteBuf frame) {
		ByteBuf own = frame.retainedDuplicate();
		own.readerIndex(JsonFormat.bodyIndex(own));
		if (this.executor instanceof EventLoop eventLoop && !eventLoop.inEventLoop()) {
			eventLoop.execute(() -> succeed(own));
		}
		else {
			succeed(own);
		}
	}

	private void succeed(ByteBuf body) {
		if (this.cancelled) {
			body.release();
		}
		else {
			this.sink.success(body);
		}
	}

	@Override
	public int touch() {
		return 0;
	}

	@Override
	public boolean isLasting() {
		return false;
	}

	@Override
	public void refuse(SessionRejectedException ex) {
		this.sink.error(ex);
	}

}
