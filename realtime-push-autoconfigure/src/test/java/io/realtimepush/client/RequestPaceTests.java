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

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.SyncMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How fast requests are sent, in virtual time.
 */
class RequestPaceTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of("shop");

	private final VirtualLoop loop = new VirtualLoop();

	private final Connection connection = new Connection();

	private final List<FlagValue> answers = new ArrayList<>();

	private SessionKeeper keeper;

	@BeforeEach
	void createClient() {
		Effects effects = new Effects(this.loop, (endpoint, key) -> Mono.empty(),
				(host, family) -> Mono.just(List.of(InetAddress.getLoopbackAddress())),
				(endpoint, credential, options, minimum, subscriptions) -> Mono.empty(), new Random(1));
		ClientSettings settings = ClientSettings.of(List.of(URI.create("http://one/realtime")),
				List.of(new SubscriptionSettings(FLAG_SET, "key", SyncMode.DELTA, List.of(), null)));
		this.keeper = new SessionKeeper(settings, effects, List.of(this.connection), ClientIdentity.create(Map.of()),
				null, List.of());
	}

	private void request(int count) {
		for (int i = 0; i < count; i++) {
			this.loop.execute(
					() -> Mono.<FlagValue>create((sink) -> this.keeper.requests().call("any", FlagValue.NULL, sink))
						.subscribe(this.answers::add, (ex) -> {
						}));
		}
	}

	@Test
	void requestsThatWaitedAreSentNoFasterThanAServerAllows() {
		this.connection.answerAfter = Duration.ofMillis(20);
		request(250);
		this.loop.execute(this.keeper::start);
		this.loop.advance(Duration.ofSeconds(10));
		assertThat(this.answers).hasSize(250);
		List<Long> sent = this.connection.sentAt;
		for (int i = 0; i < sent.size(); i++) {
			long millis = Duration.ofNanos(sent.get(i) - sent.get(0)).toMillis();
			assertThat(i + 1).as("sent within %d ms", millis).isLessThanOrEqualTo((int) (60 + 40 * millis / 1000));
		}
	}

	@Test
	void pauseEarnsTheNextBurst() {
		this.connection.answerAfter = Duration.ofMillis(1);
		this.loop.execute(this.keeper::start);
		for (int i = 1; i <= 3; i++) {
			this.loop.advance(Duration.ofSeconds(5));
			request(60);
			this.loop.advance(Duration.ofMillis(1));
			assertThat(this.answers).hasSize(60 * i);
		}
	}

	@Test
	void requestWaitsWhile64AreNotAnswered() {
		this.loop.execute(this.keeper::start);
		request(100);
		this.loop.advance(Duration.ofSeconds(5));
		assertThat(this.connection.waiting).hasSize(64);
		this.connection.answer();
		this.connection.answer();
		this.loop.advance(Duration.ofSeconds(1));
		assertThat(this.answers).hasSize(2);
		assertThat(this.connection.waiting).hasSize(64);
		assertThat(this.connection.sentAt).hasSize(66);
	}

	@Test
	void requestsThatTimeOutMakeRoom() {
		request(60);
		this.loop.execute(this.keeper::start);
		this.loop.advance(Duration.ofSeconds(5));
		request(40);
		this.loop.advance(Duration.ofSeconds(4));
		assertThat(this.connection.sentAt).hasSize(64);
		this.loop.advance(Duration.ofSeconds(2));
		assertThat(this.connection.sentAt).hasSize(100);
	}

	/**
	 * A way to a server that lets everybody in, and its only connection.
	 */
	private final class Connection implements ClientTransport, TransportConnection {

		private final List<Long> sentAt = new ArrayList<>();

		private final List<ClientMessage.Request> waiting = new ArrayList<>();

		private @Nullable Duration answerAfter;

		private TransportListener listener;

		@Override
		public String name() {
			return WEB_SOCKET;
		}

		@Override
		public TransportConnection open(TransportRequest request, TransportListener events) {
			this.listener = events;
			RequestPaceTests.this.loop.execute(() -> {
				events.opened();
				events.received(null, new ServerMessage.Welcome("s", 300_000, SyncMode.DELTA, null, null));
				events.received(null, new ServerMessage.Snapshot(
						new FlagSnapshot(FLAG_SET, new FlagPosition("k7", 1), FlagSet.of(Map.of())), false, null));
			});
			return this;
		}

		@Override
		public boolean send(ClientMessage message) {
			if (message instanceof ClientMessage.Request request) {
				this.sentAt.add(RequestPaceTests.this.loop.nanoTime());
				this.waiting.add(request);
				if (this.answerAfter != null) {
					RequestPaceTests.this.loop.scheduleOutside(this.answerAfter, this::answer);
				}
			}
			return true;
		}

		private void answer() {
			this.listener.received(null, new ServerMessage.Response(this.waiting.remove(0).id(), FlagValue.NULL, null));
		}

		@Override
		public void close() {
		}

	}

}
