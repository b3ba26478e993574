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

package io.realtimepush.transport;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.realtimepush.protocol.CloseReason;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A session as a client sees it, whatever the transport. Messages are read by a thread of
 * its own, one after another.
 */
abstract class TestSession implements AutoCloseable {

	private final BlockingQueue<Object> arrivals = new LinkedBlockingQueue<>();

	private final Object reading = new Object();

	private boolean paused;

	private @Nullable Message welcome;

	/** Return the next message. */
	Message next() {
		Object arrival = take(LoopbackServer.TIMEOUT);
		assertThat(arrival).as("a message instead of the end").isInstanceOf(Message.class);
		return (Message) arrival;
	}

	/** Return the next message, which has to be of the given type. */
	Message next(String type) {
		Message message = next();
		assertThat(message.type()).as(message.json()).isEqualTo(type);
		return message;
	}

	/** Return the next message that is no heartbeat; it has to be of the given type. */
	Message nextIgnoringHeartbeats(String type) {
		Message message = next();
		while (message.type().equals("heartbeat")) {
			message = next();
		}
		assertThat(message.type()).as(message.json()).isEqualTo(type);
		return message;
	}

	/** Nothing but heartbeats may have arrived. */
	void expectOnlyHeartbeats() {
		Object arrival;
		while ((arrival = readable(this.arrivals.poll())) != null) {
			assertThat(arrival).isInstanceOfSatisfying(Message.class,
					(message) -> assertThat(message.type()).isEqualTo("heartbeat"));
		}
	}

	/** Nothing must arrive for some time. */
	void expectSilence() {
		try {
			assertThat(readable(this.arrivals.poll(300, TimeUnit.MILLISECONDS))).isNull();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Object take(Duration timeout) {
		try {
			Object arrival = readable(this.arrivals.poll(timeout.toMillis(), TimeUnit.MILLISECONDS));
			assertThat(arrival).as("something that arrives within " + timeout).isNotNull();
			return arrival;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What the reader did not expect fails the test that waits for it. */
	private static @Nullable Object readable(@Nullable Object arrival) {
		if (arrival instanceof Throwable failure) {
			throw new AssertionError("what has come is not as it has to be", failure);
		}
		return arrival;
	}

	/** Read the first message, where the transport has one; then the session is open. */
	abstract TestSession expectWelcome(boolean resumed);

	/** Read the first message of a transport that has one. */
	protected final Message nextWelcome(boolean resumed) {
		this.welcome = next("welcome");
		assertThat(this.welcome.flag("resumed")).isEqualTo(resumed);
		return this.welcome;
	}

	/** The first message has to tell this interval, where the transport has one. */
	final void expectHeartbeatInterval(long millis) {
		if (this.welcome != null) {
			assertThat(this.welcome.number("heartbeat")).isEqualTo(millis);
		}
	}

	/** Nothing more may come but the end, in the way of the transport. */
	final End expectEnd(CloseReason reason) {
		Object arrival = take(LoopbackServer.TIMEOUT);
		assertThat(arrival).as("the end for " + reason).isInstanceOf(End.class);
		assertThat(describes((End) arrival, reason)).as(arrival + " means " + reason).isTrue();
		return (End) arrival;
	}

	/** Skip messages until the end, which must be for the given reason. */
	final void expectEndAfterMessages(CloseReason reason) {
		Object arrival = take(LoopbackServer.TIMEOUT);
		while (arrival instanceof Message) {
			arrival = take(LoopbackServer.TIMEOUT);
		}
		assertThat(describes((End) arrival, reason)).as(arrival + " means " + reason).isTrue();
	}

	boolean describes(End end, CloseReason reason) {
		boolean http = end.status() == reason.httpStatus() && reason.code().equals(end.code());
		return http || end.status() == reason.closeCode();
	}

	/** Stop reading from the socket. */
	void pause() {
		synchronized (this.reading) {
			this.paused = true;
		}
	}

	/** Go on reading. */
	void resume() {
		synchronized (this.reading) {
			this.paused = false;
			this.reading.notifyAll();
		}
	}

	protected final void arrived(Object messageOrEnd) {
		this.arrivals.add(messageOrEnd);
		synchronized (this.reading) {
			while (this.paused) {
				try {
					this.reading.wait();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
					return;
				}
			}
		}
	}

	protected final void start(Runnable reader) {
		Thread thread = new Thread(() -> {
			try {
				reader.run();
			}
			catch (Throwable ex) {
				this.arrivals.add(ex);
			}
		}, "test-session");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public abstract void close();

	/**
	 * How a session ended.
	 *
	 * @param status close code of a WebSocket or a {@code closed} event, or HTTP status;
	 * 0 if the connection just ended
	 * @param code the code of problem details
	 * @param text the reason
	 */
	record End(int status, @Nullable String code, String text) {
	}

}
