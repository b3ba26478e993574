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

package io.realtimepush.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.MessageReader;
import io.realtimepush.protocol.MessageWriter;
import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One connection of a client to a {@link FakePushServer}, or one of its polls. Safe for
 * use by many threads.
 *
 * @since 0.1.0
 */
public final class FakeSession {

	private static final Pattern TYPE = Pattern.compile("\"type\":\"([a-z]+)\"");

	private final String transport;

	private final FakeCall call;

	private final Supplier<Duration> delay;

	private final Supplier<Flow> flow;

	/** What has been held back; guarded by the outlet. */
	private final List<String> held = new ArrayList<>();

	private final Sinks.Many<Delayed> out = Sinks.many().unicast().onBackpressureBuffer();

	private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

	private final Queue<String> passedOver = new ArrayDeque<>();

	private final Sinks.Empty<Void> gone = Sinks.empty();

	private volatile @Nullable String hello;

	private volatile String credential;

	private volatile boolean answersPings = true;

	private volatile Runnable drop = () -> {
	};

	private volatile int closeCode;

	FakeSession(String transport, FakeCall call, Supplier<Duration> delay, Supplier<Flow> flow) {
		this.transport = transport;
		this.call = call;
		this.credential = call.credential();
		this.delay = delay;
		this.flow = flow;
	}

	/**
	 * Return the transport that the client has chosen.
	 * @return {@code websocket}, {@code sse} or {@code long-poll}
	 */
	public String transport() {
		return this.transport;
	}

	/**
	 * Return the request that the connection began with.
	 * @return the request
	 */
	public FakeCall call() {
		return this.call;
	}

	/**
	 * Return what the client has logged in with.
	 * @return the SDK key or token
	 */
	public String credential() {
		return this.credential;
	}

	/**
	 * Return the login over WebSocket.
	 * @return the JSON text of {@code hello}, or {@code null} over other transports
	 */
	public @Nullable String hello() {
		return this.hello;
	}

	/**
	 * Send a message.
	 * @param message the message
	 */
	public void send(ServerMessage message) {
		send(new String(MessageWriter.write(message), StandardCharsets.UTF_8));
	}

	/**
	 * Send any text as a message.
	 * @param text the text, which need not be a message of the protocol
	 */
	public void send(String text) {
		synchronized (this.out) {
			switch (this.flow.get()) {
				case NORMAL -> emit(text);
				case STALLED -> {
				}
				case BUFFERED -> this.held.add(text);
				case DUPLICATED -> {
					emit(text);
					emit(text);
				}
				case REORDERED -> {
					if (this.held.isEmpty()) {
						this.held.add(text);
					}
					else {
						emit(text);
						release();
					}
				}
			}
		}
	}

	private void emit(String text) {
		this.out.tryEmitNext(new Delayed(text, System.nanoTime() + this.delay.get().toNanos()));
	}

	/** Send what has been held back. */
	void release() {
		synchronized (this.out) {
			this.held.forEach(this::emit);
			this.held.clear();
		}
	}

	/**
	 * End the connection in order: a WebSocket with a code, a stream with its end.
	 * @param code the close code
	 */
	public void close(int code) {
		this.closeCode = code;
		synchronized (this.out) {
			this.out.tryEmitComplete();
		}
	}

	/**
	 * Drop the connection without a word.
	 */
	public void drop() {
		this.drop.run();
	}

	/**
	 * Say whether pings are answered, as they are at first.
	 * @param answer whether to answer
	 */
	public void answerPings(boolean answer) {
		this.answersPings = answer;
	}

	/**
	 * Wait for the next message of a type that the client sends over this connection.
	 * @param type its type
	 * @return its JSON text
	 * @throws AssertionError if none comes within 10 s
	 */
	public String next(String type) {
		long end = System.nanoTime() + FakePushServer.TIMEOUT.toNanos();
		while (true) {
			String message = poll(this.received, Math.max(0, end - System.nanoTime()));
			if (message == null) {
				throw new AssertionError("no message of type '" + type + "' within "
						+ FakePushServer.TIMEOUT.toSeconds() + "s, only " + this.passedOver);
			}
			if (type.equals(typeOf(message))) {
				return message;
			}
			this.passedOver.add(message);
		}
	}

	/**
	 * Return whether the client has sent a message of a type that {@link #next} has not
	 * returned.
	 * @param type its type
	 * @return whether there is one
	 */
	public boolean hasReceived(String type) {
		return this.received.stream().anyMatch((message) -> type.equals(typeOf(message)))
				|| this.passedOver.stream().anyMatch((message) -> type.equals(typeOf(message)));
	}

	/**
	 * Wait until the connection has ended.
	 * @throws IllegalStateException if it has not within 10 s
	 */
	public void awaitGone() {
		this.gone.asMono().block(FakePushServer.TIMEOUT);
	}

	static <T> @Nullable T poll(BlockingQueue<T> queue, long nanos) {
		try {
			return queue.poll(nanos, TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while a client was waited for", ex);
		}
	}

	private static String typeOf(String message) {
		Matcher matcher = TYPE.matcher(message);
		return matcher.find() ? matcher.group(1) : "";
	}

	void onDrop(Runnable drop) {
		this.drop = drop;
	}

	void gone() {
		this.gone.tryEmitEmpty();
	}

	Mono<Void> whenGone() {
		return this.gone.asMono();
	}

	int closeCode() {
		return this.closeCode;
	}

	/** What is sent, each when its time has come, in order. */
	Flux<String> texts() {
		return this.out.asFlux().concatMap((next) -> {
			long left = next.due() - System.nanoTime();
			return (left <= 0) ? Mono.just(next.text()) : Mono.just(next.text()).delayElement(Duration.ofNanos(left));
		});
	}

	/**
	 * Take a message of the client.
	 * @return the message
	 * @throws io.realtimepush.protocol.ProtocolViolationException if it is none
	 */
	ClientMessage receive(String text) {
		ClientMessage message = MessageReader.read(text);
		if (message instanceof ClientMessage.Hello login) {
			this.hello = text;
			this.credential = login.key();
			return message;
		}
		if (message instanceof ClientMessage.Ping ping && this.answersPings) {
			send(new ServerMessage.Pong(ping.t()));
		}
		this.received.add(text);
		return message;
	}

	@Override
	public String toString() {
		return this.transport + " " + this.call.query();
	}

	/**
	 * A text on its way.
	 *
	 * @param text the text
	 * @param due when it is to be sent, as {@link System#nanoTime()} tells it
	 */
	private record Delayed(String text, long due) {

	}

}
