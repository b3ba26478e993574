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
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

/**
 * Many clients in one thread. Nothing happens to them but in the methods that pump; what
 * arrives meanwhile waits in the sockets. Buffers are shared, and a delivery allocates
 * nothing here.
 * <p>
 * Confined to the thread that created it.
 *
 * @since 0.1.0
 */
public final class LoadLoop implements AutoCloseable {

	private static final int READ_SIZE = 256 * 1024;

	private static final int MAX_CONNECTING = 512;

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

	private final Selector selector;

	private final ByteBuffer in = ByteBuffer.allocateDirect(READ_SIZE);

	private final byte[] data = new byte[READ_SIZE];

	private final ByteBuffer out = ByteBuffer.allocateDirect(8 * 1024);

	private final Map<Login, Request> requests = new HashMap<>();

	private final List<Client> clients = new ArrayList<>();

	private DeliveryListener listener = (number, publishedAt) -> {
	};

	private boolean looking = true;

	private boolean following;

	private int receiveBuffer;

	private int connected;

	private int ready;

	private int failed;

	private int dropped;

	private long beats;

	private long updates;

	private @Nullable IOException firstFault;

	/**
	 * Create a loop without clients.
	 */
	public LoadLoop() {
		try {
			this.selector = Selector.open();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Set who is told of deliveries.
	 * @param listener told of each
	 */
	public void setListener(DeliveryListener listener) {
		this.listener = listener;
	}

	/**
	 * Set whether to look for markers, which takes time where very much is read.
	 * @param looking whether deliveries are told of
	 */
	public void setLooking(boolean looking) {
		this.looking = looking;
	}

	/**
	 * Set whether WebSocket clients follow the positions of what they are sent.
	 * @param following whether to read the start of each message
	 */
	public void setFollowing(boolean following) {
		this.following = following;
	}

	/**
	 * Set the size of the receive buffer of clients that are opened from now on: a client
	 * with a small one is soon noticed when it stops reading.
	 * @param bytes the size to ask for, or 0 for what the system gives
	 */
	public void setReceiveBuffer(int bytes) {
		this.receiveBuffer = bytes;
	}

	/**
	 * Open clients, and wait until all of them are ready or have failed. Gives up when
	 * the server has let nobody in for long.
	 * @param count how many
	 * @param logins how each one connects
	 * @param perSecond how many to open per second
	 * @return the clients, those that failed too, but not those that were given up
	 */
	public List<Client> open(int count, IntFunction<Login> logins, int perSecond) {
		List<Client> opened = new ArrayList<>(count);
		int done = this.ready + this.failed + this.dropped;
		long start = System.nanoTime();
		for (int i = 0; i < count; i++) {
			while ((System.nanoTime() - start) * perSecond / 1_000_000_000L < i) {
				pump(1);
			}
			if (!pumpUntil(() -> connecting() <= MAX_CONNECTING, CONNECT_TIMEOUT)) {
				break;
			}
			opened.add(open(logins.apply(i)));
			if (i % 16 == 15) {
				pump(0);
			}
		}
		pumpUntil(() -> this.ready + this.failed + this.dropped >= done + count, CONNECT_TIMEOUT);
		return opened;
	}

	/**
	 * Open a client. It connects while the loop is pumped.
	 * @param login how it connects
	 * @return the client
	 */
	public Client open(Login login) {
		try {
			int index = this.clients.size();
			Client client = switch (login.transport()) {
				case WEBSOCKET, SOCKET_IO -> new WebSocketClient(this, login, index);
				case SSE -> new SseClient(this, login, index);
				case LONG_POLL -> new LongPollClient(this, login, index);
			};
			this.clients.add(client);
			client.connect();
			return client;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private int connecting() {
		return this.clients.size() - this.connected - this.failed;
	}

	/**
	 * Let things happen once.
	 * @param millis the longest time to wait for anything, 0 to take only what is there
	 */
	public void pump(long millis) {
		try {
			if (millis == 0) {
				this.selector.selectNow(this::selected);
			}
			else {
				this.selector.select(this::selected, millis);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void selected(SelectionKey key) {
		if (key.attachment() instanceof Client client) {
			client.selected();
		}
		else if (key.attachment() instanceof Publisher publisher) {
			publisher.selected();
		}
	}

	/**
	 * Let things happen for some time.
	 * @param time how long
	 */
	public void pumpFor(Duration time) {
		pumpUntil(() -> false, time);
	}

	/**
	 * Let things happen until something is so.
	 * @param condition what to wait for
	 * @param limit the longest time to wait
	 * @return whether it became so
	 */
	public boolean pumpUntil(BooleanSupplier condition, Duration limit) {
		long end = System.nanoTime() + limit.toNanos();
		while (!condition.getAsBoolean()) {
			long left = end - System.nanoTime();
			if (left <= 0) {
				return false;
			}
			pump(Math.min(left / 1_000_000 + 1, 10));
		}
		return true;
	}

	/**
	 * Close all clients, and forget them and what was counted.
	 */
	public void closeClients() {
		this.clients.forEach(Client::close);
		this.clients.clear();
		this.requests.clear();
		pump(0);
		this.connected = 0;
		this.ready = 0;
		this.failed = 0;
		this.dropped = 0;
		this.firstFault = null;
	}

	@Override
	public void close() {
		closeClients();
		try {
			this.selector.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Selector selector() {
		return this.selector;
	}

	Request request(Login login) {
		return this.requests.computeIfAbsent(login, Request::new);
	}

	/** The buffer for what is written next, empty. */
	ByteBuffer out() {
		return this.out.clear();
	}

	/** The bytes of the last read. */
	byte[] data() {
		return this.data;
	}

	int read(SocketChannel channel) throws IOException {
		this.in.clear();
		int count = channel.read(this.in);
		if (count > 0) {
			this.in.get(0, this.data, 0, count);
		}
		return count;
	}

	int receiveBuffer() {
		return this.receiveBuffer;
	}

	boolean isLooking() {
		return this.looking;
	}

	boolean isFollowing() {
		return this.following;
	}

	void connected() {
		this.connected++;
	}

	void becameReady() {
		this.ready++;
	}

	void lost(boolean wasReady, @Nullable IOException cause) {
		if (wasReady) {
			this.ready--;
			this.dropped++;
		}
		else {
			this.failed++;
		}
		if (this.firstFault == null) {
			this.firstFault = (cause != null) ? cause : new IOException("the server has ended the connection");
		}
	}

	void left(boolean wasReady) {
		if (wasReady) {
			this.ready--;
		}
	}

	void beaten() {
		this.beats++;
	}

	void updated() {
		this.updates++;
	}

	void delivered(int number, long publishedAt) {
		this.listener.delivered(number, publishedAt);
	}

	/**
	 * Return the clients that are ready now.
	 * @return how many clients are sent changes
	 */
	public int ready() {
		return this.ready;
	}

	/**
	 * Return the clients that were not let in.
	 * @return how many clients ended before they were ready
	 */
	public int failed() {
		return this.failed;
	}

	/**
	 * Return the clients that were thrown out.
	 * @return how many clients were ended by the server after they were ready
	 */
	public int dropped() {
		return this.dropped;
	}

	/**
	 * Return how many heartbeats have arrived, and answers to polls or pieces of event
	 * streams, which are not told apart.
	 * @return the number since the loop began
	 */
	public long beats() {
		return this.beats;
	}

	/**
	 * Return how many snapshots and deltas have arrived; counted only while positions are
	 * followed.
	 * @return the number since the loop began
	 */
	public long updates() {
		return this.updates;
	}

	/**
	 * Return what went wrong first.
	 * @return the fault, or {@code null} if there was none
	 */
	public @Nullable IOException firstFault() {
		return this.firstFault;
	}

}
