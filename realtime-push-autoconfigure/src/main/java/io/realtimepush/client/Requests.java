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

package io.realtimepush.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.MonoSink;

/**
 * Calls of methods of the server app that wait for a session or for their answer. A call
 * is sent at most once; it ends with its answer, its timeout, its cancellation, or the
 * session that it was sent over. No more are sent than a server lets a session send.
 * <p>
 * Confined to the loop.
 */
final class Requests {

	/** A server refuses more that wait for their answer. */
	static final int MAX_SENT = 64;

	private final ClientLoop loop;

	private final Duration timeout;

	private final int limit;

	/** Not sent yet, in the order in which they came. */
	private final Map<String, Call> waiting = new LinkedHashMap<>();

	/** Not answered yet. */
	private final Map<String, Call> sent = new LinkedHashMap<>();

	private long ids;

	private @Nullable ClientSession session;

	private SendAllowance allowance = new SendAllowance(0);

	private Disposable pause = Disposables.disposed();

	private boolean closed;

	Requests(ClientLoop loop, Duration timeout, int limit) {
		this.loop = loop;
		this.timeout = timeout;
		this.limit = limit;
	}

	/**
	 * Call a method.
	 * @param method the method
	 * @param payload what it is given
	 * @param sink is given the payload of the answer, or a {@link PushRequestException}
	 */
	void call(String method, FlagValue payload, MonoSink<FlagValue> sink) {
		if (this.closed) {
			sink.error(closed(method));
			return;
		}
		if (size() >= this.limit) {
			sink.error(new PushRequestException(method, PushRequestException.TOO_MANY,
					this.limit + " requests are waiting already", null));
			return;
		}
		Call call = new Call(new ClientMessage.Request(Long.toString(++this.ids, 36), method, payload), sink);
		this.waiting.put(call.id(), call);
		call.timer = this.loop.schedule(this.timeout, () -> {
			fail(call, PushRequestException.TIMEOUT, "no answer within " + this.timeout.toMillis() + "ms");
			sendNext();
		});
		sink.onCancel(() -> this.loop.execute(() -> {
			remove(call);
			sendNext();
		}));
		sendNext();
	}

	/**
	 * Create the failure of a call that came after the end of the client.
	 */
	static PushRequestException closed(String method) {
		return new PushRequestException(method, PushRequestException.CLOSED, "the client is closed", null);
	}

	/** Send what waits, as much as may be sent now. */
	private void sendNext() {
		ClientSession present = this.session;
		while (present != null && present.isLive() && !this.waiting.isEmpty() && this.sent.size() < MAX_SENT) {
			if (!this.allowance.take(this.loop.nanoTime())) {
				sendLater();
				return;
			}
			send(this.waiting.values().iterator().next(), present);
		}
	}

	private void sendLater() {
		if (this.pause.isDisposed()) {
			this.pause = this.loop.schedule(SendAllowance.INTERVAL, () -> {
				this.pause = Disposables.disposed();
				sendNext();
			});
		}
	}

	private void send(Call call, ClientSession present) {
		this.waiting.remove(call.id());
		this.sent.put(call.id(), call);
		if (!present.send(call.message)) {
			fail(call, PushRequestException.CONNECTION_LOST, "there is no way to send it");
		}
	}

	/**
	 * Send what waits, now that there is a live session.
	 */
	void sessionLive(ClientSession live) {
		this.session = live;
		this.allowance = new SendAllowance(this.loop.nanoTime());
		sendNext();
	}

	/**
	 * Fail what was sent over the session that has ended. What was not sent waits on.
	 */
	void sessionEnded() {
		this.session = null;
		this.pause.dispose();
		List.copyOf(this.sent.values())
			.forEach((call) -> fail(call, PushRequestException.CONNECTION_LOST,
					"the session ended before the answer came; the server may have carried it out"));
	}

	/**
	 * Take an answer.
	 */
	void answered(ServerMessage.Response response) {
		Call call = this.sent.get(response.id());
		if (call == null) {
			return;
		}
		ServerMessage.RequestError error = response.error();
		if (error != null) {
			fail(call, error.code(), error.message());
		}
		else {
			remove(call);
			call.sink.success(response.payload());
		}
		sendNext();
	}

	/**
	 * Fail all calls, and those that come.
	 */
	void close() {
		this.closed = true;
		List.copyOf(this.waiting.values()).forEach(this::failClosed);
		List.copyOf(this.sent.values()).forEach(this::failClosed);
	}

	private void failClosed(Call call) {
		fail(call, PushRequestException.CLOSED, "the client is closed");
	}

	private void fail(Call call, String code, String message) {
		if (remove(call)) {
			call.sink.error(new PushRequestException(call.message.method(), code, message, null));
		}
	}

	private boolean remove(Call call) {
		if (call.timer != null) {
			call.timer.dispose();
		}
		return this.waiting.remove(call.id(), call) || this.sent.remove(call.id(), call);
	}

	int size() {
		return this.waiting.size() + this.sent.size();
	}

	private static final class Call {

		private final ClientMessage.Request message;

		private final MonoSink<FlagValue> sink;

		private @Nullable Disposable timer;

		Call(ClientMessage.Request message, MonoSink<FlagValue> sink) {
			this.message = message;
			this.sink = sink;
		}

		String id() {
			return this.message.id();
		}

	}

}
