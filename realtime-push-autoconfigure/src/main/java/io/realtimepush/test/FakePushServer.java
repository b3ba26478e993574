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

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.realtimepush.flags.Epochs;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A push server in the process of a test, on a real socket of the loopback address. It
 * serves one flag set, which the test sets, over all transports and to whatever SDK key
 * it is shown, and misbehaves when it is told to.
 * <p>
 * It has no access tokens, and keeps no former versions: a client that comes back after a
 * change is sent a snapshot. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class FakePushServer implements AutoCloseable {

	/** Longest time that a test waits for something. */
	static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final FlagValueConverter converter = new FlagValueConverter(JsonMapper.shared());

	private final FakeFlags flags = new FakeFlags(Epochs.random());

	private final List<ClientMessage.Ack> acks = new CopyOnWriteArrayList<>();

	private final List<FakeCall> calls = new CopyOnWriteArrayList<>();

	private final BlockingQueue<FakeSession> opened = new LinkedBlockingQueue<>();

	private final FakeEndpoints endpoints;

	private volatile Function<FakeCall, @Nullable FakeAnswer> answers = (call) -> null;

	private volatile @Nullable Consumer<FakeSession> script;

	private volatile @Nullable CloseReason refusal;

	private volatile Duration delay = Duration.ZERO;

	private volatile Flow flow = Flow.NORMAL;

	private FakePushServer(int port) {
		this.endpoints = new FakeEndpoints(this, port);
	}

	/**
	 * Start a server without flags on a free port.
	 * @return the running server
	 */
	public static FakePushServer start() {
		return start(0);
	}

	/**
	 * Start a server without flags.
	 * @param port the port, 0 for a free one
	 * @return the running server
	 */
	public static FakePushServer start(int port) {
		return new FakePushServer(port);
	}

	/**
	 * Return the value for {@code realtime-push.client.url}.
	 * @return the URL of the server with its base path
	 */
	public URI url() {
		return URI.create("http://127.0.0.1:" + port() + "/realtime");
	}

	/**
	 * Return the port.
	 * @return the port that the server listens on
	 */
	public int port() {
		return this.endpoints.port();
	}

	// Flags

	/**
	 * Set a flag, and send the change to all clients.
	 * @param key the flag key
	 * @param value the value: anything that Jackson writes, or {@code null} for JSON
	 * {@code null}
	 * @return the position of the change
	 * @throws IllegalArgumentException if the key is no flag key, or the value cannot be
	 * written as JSON
	 */
	public FlagPosition set(String key, @Nullable Object value) {
		return this.flags.update(Map.of(FlagSet.requireValidKey(key), this.converter.write(value)), Set.of());
	}

	/**
	 * Set several flags by one change.
	 * @param values the values by flag key
	 * @return the position of the change
	 * @throws IllegalArgumentException if a key is no flag key, or a value cannot be
	 * written as JSON
	 */
	public FlagPosition set(Map<String, ? extends @Nullable Object> values) {
		Map<String, FlagValue> written = new LinkedHashMap<>();
		values.forEach((key, value) -> written.put(FlagSet.requireValidKey(key), this.converter.write(value)));
		return this.flags.update(written, Set.of());
	}

	/**
	 * Remove a flag, and send the change to all clients.
	 * @param key the flag key
	 * @return the position of the change
	 */
	public FlagPosition remove(String key) {
		return this.flags.update(Map.of(), Set.of(key));
	}

	/**
	 * Return where the flag set is.
	 * @return the position of the last change
	 */
	public FlagPosition position() {
		return this.flags.present().position();
	}

	// What goes wrong

	/**
	 * Drop all connections without a word, as a network does that breaks.
	 */
	public void dropConnections() {
		this.endpoints.sessions().forEach(FakeSession::drop);
	}

	/**
	 * Let nobody in until {@link #accept()}. Connections that are there stay.
	 * @param reason the answer to all requests
	 */
	public void refuse(CloseReason reason) {
		this.refusal = reason;
	}

	/**
	 * Let clients in again.
	 */
	public void accept() {
		this.refusal = null;
	}

	/**
	 * Send everything later than it would be sent.
	 * @param delay how much later, zero to end it
	 */
	public void delay(Duration delay) {
		this.delay = delay;
	}

	/**
	 * Send nothing any more, not even answers to pings, as a server that hangs. What
	 * would be sent until {@link #flow()} is lost.
	 */
	public void stall() {
		this.flow = Flow.STALLED;
	}

	/**
	 * Hold back all that is sent until {@link #flow()}, as a proxy does that buffers.
	 */
	public void buffer() {
		this.flow = Flow.BUFFERED;
	}

	/**
	 * Send everything twice until {@link #flow()}.
	 */
	public void duplicate() {
		this.flow = Flow.DUPLICATED;
	}

	/**
	 * Send each message behind the one that comes after it, until {@link #flow()}.
	 */
	public void reorder() {
		this.flow = Flow.REORDERED;
	}

	/**
	 * Send everything as it comes, and what has been held back.
	 */
	public void flow() {
		this.flow = Flow.NORMAL;
		this.endpoints.sessions().forEach(FakeSession::release);
	}

	/**
	 * Tell all clients to leave and to come back.
	 * @param retryAfter when to come back
	 */
	public void sendAway(Duration retryAfter) {
		this.endpoints.sendAway(retryAfter);
	}

	// What comes from clients

	/**
	 * Return the acknowledgements that have come.
	 * @return the acknowledgements, in the order in which they came
	 */
	public List<ClientMessage.Ack> acks() {
		return List.copyOf(this.acks);
	}

	/**
	 * Wait until a client has acknowledged a version, or a later one.
	 * @param position the position of the version
	 * @return the first acknowledgement that covers it
	 * @throws AssertionError if there is none within 10 s
	 */
	public ClientMessage.Ack awaitAck(FlagPosition position) {
		await(() -> "no acknowledgement of " + position + ", only " + this.acks, () -> findAck(position) != null);
		ClientMessage.Ack found = findAck(position);
		if (found == null) {
			throw new IllegalStateException("acknowledgements are never removed");
		}
		return found;
	}

	private ClientMessage.@Nullable Ack findAck(FlagPosition position) {
		return this.acks.stream()
			.filter((ack) -> ack.position().version() >= position.version())
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return the connections that are open: WebSockets, streams, and polls that wait.
	 * @return the number of connections
	 */
	public int connections() {
		return this.endpoints.sessions().size();
	}

	/**
	 * Wait until so many connections are open.
	 * @param count the number of connections
	 * @throws AssertionError if it is another number after 10 s
	 */
	public void awaitConnections(int count) {
		await(() -> connections() + " connections in place of " + count, () -> connections() == count);
	}

	/**
	 * Wait for the next connection that is opened, each of which is returned once.
	 * @return the connection
	 * @throws AssertionError if none is opened within 10 s
	 */
	public FakeSession nextSession() {
		FakeSession session = FakeSession.poll(this.opened, TIMEOUT.toNanos());
		if (session == null) {
			throw new AssertionError("no connection within " + TIMEOUT.toSeconds() + "s after " + this.calls);
		}
		return session;
	}

	/**
	 * Return the requests by HTTP that have come.
	 * @return the requests, in the order in which they came
	 */
	public List<FakeCall> calls() {
		return List.copyOf(this.calls);
	}

	/**
	 * Answer a method that the app calls by {@code PushClient.request}.
	 * @param method the method
	 * @param handler is given the payload and returns the result, anything that Jackson
	 * writes
	 */
	public void onRequest(String method, Function<FlagValue, @Nullable Object> handler) {
		this.endpoints.onRequest(method, (payload) -> this.converter.write(handler.apply(payload)));
	}

	/**
	 * Tell all clients that have registered for a method by {@code PushClient.on}.
	 * @param method the method
	 * @param payload anything that Jackson writes
	 * @return how many connections it was sent to
	 */
	public int notifyClients(String method, @Nullable Object payload) {
		return this.endpoints.notifyClients(method, this.converter.write(payload));
	}

	// In place of the server

	/**
	 * Answer requests by HTTP in place of the server.
	 * @param answers is given each request, and returns the answer, or {@code null} to
	 * leave it to the server
	 */
	public void onCall(Function<FakeCall, @Nullable FakeAnswer> answers) {
		this.answers = answers;
	}

	/**
	 * Serve all connections that are opened from now on in place of the server, which
	 * then does no more than to answer pings.
	 * @param script is given each connection when its login has come
	 */
	public void onSession(Consumer<FakeSession> script) {
		this.script = script;
	}

	/**
	 * Note a request.
	 * @return the answer to it, or {@code null} to go on
	 */
	@Nullable FakeAnswer answer(FakeCall call) {
		this.calls.add(call);
		FakeAnswer answer = this.answers.apply(call);
		CloseReason reason = this.refusal;
		return (answer != null || reason == null) ? answer : FakeAnswer.of(reason);
	}

	void opened(FakeSession session) {
		this.opened.add(session);
	}

	void acknowledged(ClientMessage.Ack ack) {
		this.acks.add(ack);
	}

	@Nullable Consumer<FakeSession> script() {
		return this.script;
	}

	Duration delay() {
		return this.delay;
	}

	Flow presentFlow() {
		return this.flow;
	}

	FakeFlags flags() {
		return this.flags;
	}

	/** Look every few milliseconds whether something holds. */
	private static void await(Supplier<String> otherwise, BooleanSupplier condition) {
		long end = System.nanoTime() + TIMEOUT.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - end > 0) {
				throw new AssertionError(otherwise.get() + " after " + TIMEOUT.toSeconds() + "s");
			}
			LockSupport.parkNanos(5_000_000);
		}
	}

	/**
	 * Stop: all connections are dropped, and the port is closed.
	 */
	@Override
	public void close() {
		this.endpoints.close();
	}

}
