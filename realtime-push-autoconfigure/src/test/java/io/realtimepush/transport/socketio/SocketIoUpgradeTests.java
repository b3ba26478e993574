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

package io.realtimepush.transport.socketio;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that change from long-polling to WebSocket while the server does not stop
 * sending.
 */
class SocketIoUpgradeTests {

	private static final int CLIENTS = 24;

	/**
	 * Broadcasts and messages to single sockets, by one thread, so that there is one
	 * order.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void nothingIsLostOrDoubledOrOutOfOrder(boolean tls) {
		try (SocketIoTestServer server = tls ? SocketIoTestServer.startTls() : SocketIoTestServer.start()) {
			upgradeWhileSending(server);
		}
	}

	private static void upgradeWhileSending(SocketIoTestServer server) {
		Namespace namespace = server.io().of("/upgrade");
		List<SocketIoSocket> sockets = new CopyOnWriteArrayList<>();
		namespace.onConnection((socket) -> {
			socket.join("all");
			sockets.add(socket);
		});
		List<Client> clients = IntStream.range(0, CLIENTS).mapToObj((i) -> new Client(server)).toList();
		assertThat(sockets).hasSize(CLIENTS);
		AtomicBoolean running = new AtomicBoolean(true);
		AtomicInteger sent = new AtomicInteger();
		Thread sender = new Thread(() -> {
			while (running.get()) {
				int number = sent.getAndIncrement();
				if (number % 3 == 0) {
					sockets.forEach((socket) -> socket.emit("n", number));
				}
				else {
					namespace.to("all", "nobody").emit("n", number);
				}
				// Clients are read one after another, the last one before its ping times
				// out
				LockSupport.parkNanos(1_000_000);
			}
		});
		sender.start();
		List<CompletableFuture<Void>> upgrades = clients.stream()
			.map((client) -> CompletableFuture.runAsync(client::upgrade))
			.toList();
		upgrades.forEach(CompletableFuture::join);
		int upgraded = sent.get();
		Awaitility.await().until(() -> sent.get() > upgraded + 100);
		running.set(false);
		join(sender);
		List<Integer> all = IntStream.range(0, sent.get()).boxed().toList();
		for (Client client : clients) {
			client.readUntil(sent.get() - 1);
			assertThat(client.numbers).isEqualTo(all);
			client.close();
		}
	}

	private static void join(Thread thread) {
		try {
			thread.join(SocketIoTestServer.TIMEOUT.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Upgrades as a client does: the poll that is under way is read to its end.
	 */
	private static final class Client {

		private final EngineClient http;

		private final String sid;

		private final List<Integer> numbers = new ArrayList<>();

		private TestWebSocket socket;

		Client(SocketIoTestServer server) {
			this.http = new EngineClient(server, "/socket.io/");
			this.sid = this.http.open();
			this.http.post(this.sid, "40/upgrade,");
			assertThat(this.http.poll(this.sid).body()).startsWith("40/upgrade,");
		}

		void upgrade() {
			for (int i = 0; i < 5; i++) {
				take(this.http.poll(this.sid).body());
			}
			this.socket = this.http.upgrade(this.sid);
			var poll = this.http.pollAsync(this.sid);
			this.socket.send("2probe");
			assertThat(this.socket.next()).isEqualTo("3probe");
			take(poll.join().body());
			this.socket.send("5");
		}

		private void take(String payload) {
			for (String packet : payload.split("\u001e")) {
				if (packet.startsWith("42")) {
					this.numbers.add(Integer.parseInt(packet.replaceAll("^42/upgrade,\\[\"n\",(\\d+)]$", "$1")));
				}
				else {
					assertThat(packet).isEqualTo("6");
				}
			}
		}

		void readUntil(int last) {
			while (this.numbers.isEmpty() || this.numbers.get(this.numbers.size() - 1) < last) {
				take(this.socket.nextText());
			}
		}

		void close() {
			this.socket.close();
		}

	}

}
