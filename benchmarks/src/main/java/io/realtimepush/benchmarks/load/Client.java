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

package io.realtimepush.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

import org.jspecify.annotations.Nullable;

/**
 * One connection of the load generator. It looks for {@link Marker}s in all it reads, and
 * understands of its transport only what keeps the connection alive.
 * <p>
 * Confined to the thread of its {@link LoadLoop}.
 *
 * @since 0.1.0
 */
public abstract class Client {

	/** Clients that share a source address; there are 28,000 ports to each. */
	private static final int PER_ADDRESS = 10_000;

	private final LoadLoop loop;

	private final Login login;

	private final Request request;

	private final SocketChannel channel;

	private final SelectionKey selection;

	private final ResponseHead head = new ResponseHead();

	/** What the previous read ended with: a marker can lie across two reads. */
	private final byte[] seam = new byte[2 * (Marker.LENGTH - 1)];

	private int seamSize;

	private State state = State.CONNECTING;

	private boolean ready;

	private int newest;

	Client(LoadLoop loop, Login login, int index) throws IOException {
		this.loop = loop;
		this.login = login;
		this.request = loop.request(login);
		this.channel = SocketChannel.open();
		this.channel.configureBlocking(false);
		this.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
		if (loop.receiveBuffer() > 0) {
			this.channel.setOption(StandardSocketOptions.SO_RCVBUF, loop.receiveBuffer());
		}
		int block = index / PER_ADDRESS;
		if (block > 0) {
			this.channel
				.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] { 127, 0, 0, (byte) (block + 1) }), 0));
		}
		this.selection = this.channel.register(loop.selector(), SelectionKey.OP_CONNECT, this);
	}

	void connect() {
		try {
			if (this.channel.connect(this.login.server())) {
				connected();
			}
		}
		catch (IOException ex) {
			lost(ex);
		}
	}

	void selected() {
		try {
			if (this.state == State.CONNECTING) {
				if (this.channel.finishConnect()) {
					connected();
				}
			}
			else if (this.state != State.CLOSED) {
				read();
			}
		}
		catch (IOException ex) {
			lost(ex);
		}
	}

	private void connected() throws IOException {
		this.loop.connected();
		this.state = State.HEAD;
		this.selection.interestOps(SelectionKey.OP_READ);
		ByteBuffer out = this.loop.out();
		this.request.writeTo(out);
		send(out);
		onConnected();
	}

	void onConnected() {
	}

	private void read() throws IOException {
		int count = this.loop.read(this.channel);
		if (count < 0) {
			lost(null);
			return;
		}
		byte[] data = this.loop.data();
		if (this.loop.isLooking()) {
			look(data, count);
		}
		int from = 0;
		while (from < count && this.state != State.CLOSED) {
			from = (this.state == State.HEAD) ? readHead(data, from, count) : receive(data, from, count);
		}
	}

	private int readHead(byte[] data, int from, int to) throws IOException {
		int next = this.head.read(data, from, to);
		if (this.head.isComplete()) {
			if (this.head.status() != expectedStatus()) {
				lost(new IOException("unexpected answer: " + this.head));
				return to;
			}
			this.state = State.OPEN;
			opened(this.head);
			this.head.clear();
		}
		return next;
	}

	private int expectedStatus() {
		return switch (this.login.transport()) {
			case WEBSOCKET, SOCKET_IO -> 101;
			case SSE, LONG_POLL -> 200;
		};
	}

	/** The head of an answer is complete. */
	abstract void opened(ResponseHead response) throws IOException;

	/**
	 * Take what follows the head.
	 * @return where the next head begins, or {@code to}
	 */
	abstract int receive(byte[] data, int from, int to) throws IOException;

	/** The next bytes are the head of the answer to a further request. */
	final void expectHead() {
		this.state = State.HEAD;
	}

	private void look(byte[] data, int count) {
		int at = Marker.lastIn(data, 0, count);
		if (at >= 0) {
			this.seamSize = 0;
			found(data, at);
		}
		else if (this.seamSize > 0) {
			lookAcross(data, count);
		}
		keepSeam(data, count);
	}

	private void lookAcross(byte[] data, int count) {
		int joined = Math.min(count, Marker.LENGTH - 1);
		System.arraycopy(data, 0, this.seam, this.seamSize, joined);
		int at = Marker.lastIn(this.seam, 0, this.seamSize + joined);
		if (at >= 0) {
			found(this.seam, at);
			this.seamSize = 0;
		}
	}

	private void keepSeam(byte[] data, int count) {
		int room = Marker.LENGTH - 1;
		if (count >= room) {
			System.arraycopy(data, count - room, this.seam, 0, room);
			this.seamSize = room;
			return;
		}
		int kept = Math.min(this.seamSize, room - count);
		System.arraycopy(this.seam, this.seamSize - kept, this.seam, 0, kept);
		System.arraycopy(data, 0, this.seam, kept, count);
		this.seamSize = kept + count;
	}

	private void found(byte[] data, int at) {
		int number = Marker.number(data, at);
		if (number != this.newest) {
			this.newest = number;
			this.loop.delivered(number, Marker.nanos(data, at));
		}
	}

	/**
	 * Return the newest change that has arrived.
	 * @return its number, or 0 if there was none
	 */
	public final int newest() {
		return this.newest;
	}

	/**
	 * Stop reading.
	 */
	public final void stall() {
		this.selection.interestOps(0);
	}

	/**
	 * Go on reading.
	 */
	public final void resume() {
		if (this.state != State.CLOSED) {
			this.selection.interestOps(SelectionKey.OP_READ);
		}
	}

	final void send(ByteBuffer out) throws IOException {
		out.flip();
		this.channel.write(out);
		if (out.hasRemaining()) {
			throw new IOException("the server does not read");
		}
	}

	final LoadLoop loop() {
		return this.loop;
	}

	final Request request() {
		return this.request;
	}

	final boolean isReady() {
		return this.ready;
	}

	/** The client will be sent changes from now on. */
	final void becameReady() {
		if (!this.ready) {
			this.ready = true;
			this.loop.becameReady();
		}
	}

	/**
	 * Return whether the connection is open.
	 * @return whether changes can arrive
	 */
	public final boolean isOpen() {
		return this.state != State.CLOSED;
	}

	/** The server, or the network, has ended the connection. */
	final void lost(@Nullable IOException cause) {
		if (this.state != State.CLOSED) {
			shut();
			this.loop.lost(this.ready, cause);
		}
	}

	/**
	 * End the connection, without a goodbye.
	 */
	public final void close() {
		if (this.state != State.CLOSED) {
			boolean wasReady = this.ready;
			shut();
			this.loop.left(wasReady);
		}
	}

	private void shut() {
		this.state = State.CLOSED;
		try {
			// A reset leaves no port in TIME_WAIT
			this.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
			this.channel.close();
		}
		catch (IOException ex) {
			// It is gone then
		}
	}

	private enum State {

		CONNECTING, HEAD, OPEN, CLOSED

	}

}
