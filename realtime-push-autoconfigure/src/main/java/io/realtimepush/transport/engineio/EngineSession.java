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

package io.realtimepush.transport.engineio;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import io.realtimepush.protocol.ProtocolViolationException;
import io.realtimepush.transport.channel.SocketWriter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A client, from its handshake to its end, over whichever transports.
 * <p>
 * All of its state is confined to its {@link #carrier() carrier}, an event loop as a
 * rule. What other threads ask for is done there, in the order in which each of them has
 * asked.
 *
 * @since 0.1.0
 */
public final class EngineSession extends Deadlines.Member implements Executor {

	private static final Log logger = LogFactory.getLog(EngineSession.class);

	private final EngineServer server;

	private final String id;

	private final EventExecutor carrier;

	private final EngineTicket ticket;

	private @Nullable EngineListener listener;

	/** Until a WebSocket has taken over. */
	private @Nullable Polling polling;

	private @Nullable EngineSocket socket;

	private @Nullable Upgrade upgrade;

	private boolean awaitingPong;

	/** Whether nothing counts any more, but that the client learns of it. */
	private boolean closing;

	private boolean ended;

	EngineSession(EngineServer server, String id, EventExecutor carrier, EngineTicket ticket,
			@Nullable EngineSocket socket) {
		this.server = server;
		this.id = id;
		this.carrier = carrier;
		this.ticket = ticket;
		this.socket = socket;
		this.polling = (socket != null) ? null : new Polling(this);
	}

	/**
	 * Return the identifier that the client has been given. It is a credential: whoever
	 * has it can take the session over.
	 * @return the identifier
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Return the transport that messages are sent over. To be called on the carrier.
	 * @return the transport
	 */
	public EngineTransport transport() {
		return (this.socket != null) ? EngineTransport.WEBSOCKET : EngineTransport.POLLING;
	}

	/**
	 * Return where the session runs, from its beginning to its end.
	 * @return the executor
	 */
	public EventExecutor carrier() {
		return this.carrier;
	}

	/**
	 * Return what counts the session.
	 * @return what the {@link EngineAdmission} has given
	 */
	public EngineTicket ticket() {
		return this.ticket;
	}

	/**
	 * Return the largest message that the client may send.
	 * @return the limit in bytes
	 */
	public int maxPayload() {
		return this.server.options().maxPayload();
	}

	/**
	 * Return whether the caller is on the carrier.
	 * @return whether what is confined to it may be touched
	 */
	public boolean isHere() {
		return this.carrier.inEventLoop();
	}

	/**
	 * Run a task on the carrier: at once if the caller is there, else after all that the
	 * caller has asked for before.
	 * @param task the task
	 */
	@Override
	public void execute(Runnable task) {
		if (this.carrier.inEventLoop()) {
			task.run();
			return;
		}
		try {
			this.carrier.execute(task);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("an event loop has ended", ex);
		}
	}

	/**
	 * Send text. May be called by any thread.
	 * @param text the message
	 */
	public void send(String text) {
		send(EngineMessage.of(text));
	}

	/**
	 * Send bytes. May be called by any thread.
	 * @param bytes the message, not copied
	 */
	public void send(byte[] bytes) {
		send(EngineMessage.of(bytes));
	}

	/**
	 * Send a message. May be called by any thread; nothing happens if the session has
	 * ended. A client for which too much waits is closed.
	 * @param message the message
	 */
	public void send(EngineMessage message) {
		execute(() -> write(message));
	}

	/**
	 * Send a message that others are sent too. Called on the carrier.
	 * @param message the message
	 * @param frames its frames, which stay the caller's
	 * @return whether the buffer is as it was; if not, its indices belong to this session
	 * from now on and the caller has to go on with a duplicate
	 */
	public boolean sendShared(EngineMessage message, ByteBuf frames) {
		EngineSocket present = this.socket;
		if (present == null || this.closing || this.ended) {
			write(message);
			return true;
		}
		return present.writeShared(message, frames);
	}

	/**
	 * Touch what {@link #sendShared} is going to need, for the reason given at
	 * {@link SocketWriter#touch}. Called on the carrier.
	 * @return a number that depends on what was touched
	 */
	public int touch() {
		EngineSocket present = this.socket;
		return (present != null) ? present.touch() : 0;
	}

	/**
	 * Let what was sent go at once, where it would go with what else is sent now. Called
	 * on the carrier.
	 */
	public void flush() {
		if (this.socket != null) {
			this.socket.flush();
		}
	}

	private void write(EngineMessage message) {
		if (this.closing || this.ended) {
			return;
		}
		if (this.socket != null) {
			this.socket.write(message);
		}
		else if (this.polling != null) {
			buffer(this.polling, message);
		}
	}

	private void buffer(Polling polls, EngineMessage message) {
		if (polls.buffered() > this.server.options().maxBuffer()) {
			slow();
		}
		else {
			polls.send(message);
		}
	}

	/** More waits in a WebSocket than may. */
	void slow(EngineSocket which) {
		if (which == this.socket) {
			slow();
		}
		else {
			disconnected(which, EngineCloseReason.SLOW);
			which.abort();
		}
	}

	private void slow() {
		if (!this.ended) {
			logger.debug("more than " + this.server.options().maxBuffer() + " bytes wait for a client over "
					+ transport().wireName() + ", closing");
			end(EngineCloseReason.SLOW);
		}
	}

	/**
	 * Close the session. May be called by any thread. What has been sent before still
	 * reaches a client that takes it.
	 * @param reason why
	 */
	public void close(EngineCloseReason reason) {
		execute(() -> {
			Polling polls = this.polling;
			if (polls == null || this.ended || this.closing || this.server.isStopped()) {
				end(reason);
				return;
			}
			polls.add(EngineMessage.CLOSE);
			this.closing = true;
			closed(reason);
			if (polls.isPolled()) {
				end(reason);
			}
			// Else the next poll learns of it, or none comes
		});
	}

	/** Begin, with the answer to the handshake. Called on the carrier. */
	void open(EngineHandshake handshake, EngineMessage answer, @Nullable Reply reply) {
		if (this.socket != null) {
			this.socket.write(answer);
		}
		else if (reply != null && answer.text() != null) {
			reply.answer(answer.text());
		}
		this.server.heartbeats(this.carrier).pings().add(this);
		guarded(() -> this.listener = this.server.handler().connected(this, handshake));
		if (this.listener != null && (this.closing || this.ended)) {
			this.listener.onClosed(EngineCloseReason.FORCED_CLOSE);
		}
	}

	/**
	 * Have a request served by polls, unless the session has left them behind. Called on
	 * the carrier, as all that follows.
	 */
	void request(Reply reply, Consumer<Polling> task) {
		Polling polls = this.polling;
		if (this.ended) {
			reply.refuse(EngineError.UNKNOWN_SESSION);
		}
		else if (polls == null) {
			reply.refuse(EngineError.BAD_REQUEST);
		}
		else {
			task.accept(polls);
		}
	}

	/** Tell the polls what has become of a request, if they still count. */
	void withPolls(Consumer<Polling> task) {
		if (this.polling != null) {
			task.accept(this.polling);
		}
	}

	/** A poll has come, and what waited was sent. */
	void polled() {
		if (this.upgrade != null) {
			this.upgrade.releasePollSoon();
		}
		if (this.closing) {
			end(EngineCloseReason.FORCED_CLOSE);
		}
	}

	/**
	 * Take what has come over HTTP.
	 * @return whether it was understood
	 */
	boolean receive(List<EnginePacket> packets) {
		return guarded(() -> packets.forEach(this::receive));
	}

	private void receive(EnginePacket packet) {
		if (this.closing || !countsPacket()) {
			return;
		}
		switch (packet.type()) {
			case MESSAGE -> message(packet);
			case PONG -> pong();
			case CLOSE -> closedByClient();
			case NOOP -> {
			}
			default -> throw EnginePacket.malformed("a client does not send such a packet");
		}
	}

	/**
	 * Count something that costs an answer, as a packet or a ping of the WebSocket does.
	 * Too many of them end the session.
	 * @return whether to take it
	 */
	boolean countsPacket() {
		if (!this.ended && !this.ticket.countsPacket()) {
			logger.debug("a client sends more than it may, closing");
			end(EngineCloseReason.TRY_AGAIN_LATER);
		}
		return !this.ended;
	}

	private void message(EnginePacket packet) {
		EngineListener told = this.listener;
		if (told == null) {
			return;
		}
		byte[] binary = packet.binary();
		if (binary != null) {
			told.onBinary(binary);
		}
		else {
			told.onText(packet.text());
		}
	}

	private void closedByClient() {
		if (this.polling != null && this.polling.isEmpty()) {
			this.polling.add(EngineMessage.NOOP);
		}
		end(EngineCloseReason.TRANSPORT_CLOSE);
	}

	private void pong() {
		if (this.awaitingPong) {
			this.awaitingPong = false;
			leave();
			this.server.heartbeats(this.carrier).pings().add(this);
		}
	}

	@Override
	void elapsed() {
		if (this.awaitingPong || this.closing) {
			end(EngineCloseReason.PING_TIMEOUT);
			return;
		}
		this.awaitingPong = true;
		write(EngineMessage.PING);
		if (!this.ended) {
			this.server.heartbeats(this.carrier).pongs().addSinceDue(this);
		}
	}

	/** A WebSocket wants to take over. */
	void probe(EngineSocket candidate) {
		if (this.ended || this.closing || this.polling == null || this.upgrade != null) {
			candidate.close(EngineCloseReason.TRANSPORT_ERROR);
			return;
		}
		this.upgrade = new Upgrade(this, this.polling, candidate);
		this.upgrade.begin(this.server.options().upgradeTimeout().toMillis());
	}

	void upgradeAbandoned() {
		this.upgrade = null;
	}

	/** A WebSocket has taken over, and is given what has waited. */
	void upgraded(EngineSocket taking, List<EngineMessage> waiting) {
		this.upgrade = null;
		this.polling = null;
		this.socket = taking;
		waiting.forEach(taking::write);
		if (this.closing) {
			end(EngineCloseReason.FORCED_CLOSE);
		}
	}

	/** A WebSocket has received text. */
	void received(EngineSocket from, String text) {
		guarded(() -> {
			if (from == this.socket) {
				receive(EnginePacket.decode(text));
			}
			else if (this.upgrade != null && this.upgrade.isBy(from) && countsPacket()) {
				this.upgrade.receive(text);
			}
		});
	}

	/** A WebSocket has received bytes. */
	void received(EngineSocket from, byte[] bytes) {
		guarded(() -> {
			if (from == this.socket) {
				receive(EnginePacket.binary(bytes));
			}
			else if (this.upgrade != null && this.upgrade.isBy(from)) {
				this.upgrade.abandon();
			}
		});
	}

	/** A WebSocket has ended. */
	void disconnected(EngineSocket which, EngineCloseReason reason) {
		if (which == this.socket) {
			end(reason);
		}
		else if (this.upgrade != null && this.upgrade.isBy(which)) {
			this.upgrade.abandon();
		}
	}

	private boolean guarded(Runnable task) {
		try {
			task.run();
			return true;
		}
		catch (ProtocolViolationException ex) {
			logger.debug("a client has sent what is not understood: " + ex.getMessage());
			end(EngineCloseReason.PARSE_ERROR);
		}
		catch (RuntimeException ex) {
			logger.error("a session is closed because the app has failed", ex);
			end(EngineCloseReason.SERVER_ERROR);
		}
		return false;
	}

	/** End at once: nothing is kept for the client. */
	void end(EngineCloseReason reason) {
		if (this.ended) {
			return;
		}
		this.ended = true;
		leave();
		this.server.remove(this);
		this.ticket.giveBack();
		if (this.upgrade != null) {
			this.upgrade.abandon();
		}
		if (this.polling != null) {
			if (this.polling.isEmpty()) {
				this.polling.add(EngineMessage.CLOSE);
			}
			this.polling.flush();
			this.polling.take();
		}
		if (this.socket != null) {
			endSocket(this.socket, reason);
		}
		if (!this.closing) {
			closed(reason);
		}
	}

	/** Some clients do not notice a close frame, and so would not come back. */
	private static void endSocket(EngineSocket present, EngineCloseReason reason) {
		switch (reason) {
			case SLOW, SERVER_STOPPING, TRY_AGAIN_LATER -> present.abort();
			default -> present.close(reason);
		}
	}

	private void closed(EngineCloseReason reason) {
		EngineListener told = this.listener;
		if (told == null) {
			return;
		}
		try {
			told.onClosed(reason);
		}
		catch (RuntimeException ex) {
			logger.error("the app has failed to take note of the end of a session", ex);
		}
	}

}
