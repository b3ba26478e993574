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

package io.realtimepush.endtoend;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * What stands between a client and its server, and does to their connections what
 * networks do. Left alone it passes on everything.
 */
final class FaultyProxy implements AutoCloseable {

	/** So much of a stream is held back before any of it is passed on. */
	private static final int HELD_BACK = 65_536;

	private static final int LONGEST_DELAY = 150;

	private final InetSocketAddress target;

	private final int port;

	private final Set<Link> links = ConcurrentHashMap.newKeySet();

	private final AtomicInteger refused = new AtomicInteger();

	private volatile ServerSocket listener;

	/** Whether nothing is passed on, in either direction, and nobody is told. */
	private volatile boolean blackHole;

	/** Whether the server is heard no more, but hears. */
	private volatile boolean muted;

	/** Which part of all that is passed on comes later, 0 to 1. */
	private volatile double delayed;

	/** What every request is answered with in place of the server, or {@code null}. */
	private volatile @Nullable String answer;

	private volatile boolean refusesUpgrades;

	private volatile boolean holdsBackStreams;

	private FaultyProxy(int target) throws IOException {
		this.target = new InetSocketAddress("127.0.0.1", target);
		this.listener = listen(0);
		this.port = this.listener.getLocalPort();
	}

	/** Start a proxy in front of a port of this machine. */
	static FaultyProxy start(int target) {
		try {
			return new FaultyProxy(target);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	int port() {
		return this.port;
	}

	/** How many requests were answered in place of the server. */
	int refused() {
		return this.refused.get();
	}

	void blackHole() {
		this.blackHole = true;
	}

	void mute() {
		this.muted = true;
	}

	void delay(double share) {
		this.delayed = share;
	}

	void refuseUpgrades() {
		this.refusesUpgrades = true;
	}

	void holdBackStreams() {
		this.holdsBackStreams = true;
	}

	/** Answer every request from now on, and end the connections that there are. */
	void answer(String status, String headers, String body) {
		this.answer = "HTTP/1.1 " + status + "\r\nContent-Type: text/html\r\nConnection: close\r\n" + headers
				+ "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
		this.links.forEach(Link::close);
	}

	/** End all connections by RST. */
	void reset() {
		this.links.forEach(Link::reset);
	}

	/** Let nobody in, and end the connections that there are. */
	void closePort() {
		close(this.listener);
		this.links.forEach(Link::close);
	}

	/** Pass on everything again; what was lost on the way stays lost. */
	void heal() {
		boolean lossy = this.blackHole || this.muted;
		this.blackHole = false;
		this.muted = false;
		this.delayed = 0;
		this.answer = null;
		this.refusesUpgrades = false;
		this.holdsBackStreams = false;
		if (lossy) {
			this.links.forEach(Link::close);
		}
		if (this.listener.isClosed()) {
			try {
				this.listener = listen(this.port);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	private ServerSocket listen(int at) throws IOException {
		ServerSocket socket = new ServerSocket();
		socket.setReuseAddress(true);
		socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), at));
		run(() -> {
			while (true) {
				Link link = new Link(socket.accept());
				this.links.add(link);
				run(link::up);
			}
		});
		return socket;
	}

	private static void run(Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException ex) {
				// The socket is closed
			}
		}, "faulty-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		closePort();
	}

	private static void close(@Nullable Closeable socket) {
		if (socket != null) {
			try {
				socket.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	/**
	 * Ends with its socket.
	 */
	private interface Task {

		void run() throws IOException;

	}

	/**
	 * One connection.
	 */
	private final class Link {

		private final Socket client;

		private final Random random = new Random();

		private volatile @Nullable Socket server;

		private volatile boolean holdsBack;

		Link(Socket client) {
			this.client = client;
		}

		/** From the client to the server. */
		void up() throws IOException {
			try {
				this.client.setTcpNoDelay(true);
				InputStream in = this.client.getInputStream();
				byte[] buffer = new byte[65_536];
				for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
					if (FaultyProxy.this.blackHole) {
						continue;
					}
					String text = new String(buffer, 0, count, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
					if (isAnswered(text)) {
						return;
					}
					this.holdsBack |= FaultyProxy.this.holdsBackStreams && text.startsWith("get /realtime/sse");
					late();
					OutputStream out = connected().getOutputStream();
					out.write(buffer, 0, count);
				}
			}
			finally {
				close();
			}
		}

		private boolean isAnswered(String request) throws IOException {
			String instead = FaultyProxy.this.answer;
			if (instead == null && FaultyProxy.this.refusesUpgrades && request.contains("upgrade: websocket")) {
				instead = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
			}
			if (instead != null) {
				FaultyProxy.this.refused.incrementAndGet();
				this.client.getOutputStream().write(instead.getBytes(StandardCharsets.UTF_8));
			}
			return instead != null;
		}

		private Socket connected() throws IOException {
			Socket present = this.server;
			if (present == null) {
				present = new Socket();
				present.connect(FaultyProxy.this.target);
				present.setTcpNoDelay(true);
				this.server = present;
				run(this::down);
			}
			return present;
		}

		/** From the server to the client. */
		private void down() throws IOException {
			ByteArrayOutputStream held = new ByteArrayOutputStream();
			try {
				InputStream in = connected().getInputStream();
				byte[] buffer = new byte[65_536];
				for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
					if (FaultyProxy.this.blackHole || FaultyProxy.this.muted) {
						continue;
					}
					held.write(Arrays.copyOf(buffer, count));
					if (!this.holdsBack || held.size() >= HELD_BACK) {
						late();
						this.client.getOutputStream().write(held.toByteArray());
						held.reset();
					}
				}
			}
			finally {
				// Whoever does not hear of it goes on waiting
				if (!FaultyProxy.this.blackHole && !FaultyProxy.this.muted) {
					close();
				}
			}
		}

		private void late() {
			if (this.random.nextDouble() < FaultyProxy.this.delayed) {
				try {
					TimeUnit.MILLISECONDS.sleep(this.random.nextInt(LONGEST_DELAY));
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
		}

		void reset() {
			try {
				this.client.setSoLinger(true, 0);
			}
			catch (IOException ex) {
				// It is closed already
			}
			close();
		}

		void close() {
			FaultyProxy.this.links.remove(this);
			FaultyProxy.close(this.client);
			FaultyProxy.close(this.server);
		}

	}

}
