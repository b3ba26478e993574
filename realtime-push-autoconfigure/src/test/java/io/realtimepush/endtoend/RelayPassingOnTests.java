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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.session.PushSessionListener;
import io.realtimepush.session.SessionInfo;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a relay passes on besides flags and requests: acknowledgements towards the origin,
 * a reset towards its clients.
 */
class RelayPassingOnTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final Source source = new Source();

	private final Acks acks = new Acks();

	@Test
	void acknowledgementsReachTheOriginTogether() {
		FlagPosition position = this.source.set(1, 1);
		try (PushServer origin = PushServer.start(this.source, this.acks);
				PushServer middle = PushServer.relay(origin.port());
				PushServer edge = PushServer.relay(middle.port())) {
			List<TestClient> clients = new ArrayList<>();
			try {
				for (int i = 0; i < 6; i++) {
					clients.add(TestClient.start(edge.port(), (i < 3) ? "websocket" : "sse").awaitValue("limit", "1"));
				}
				// The relays are clients too
				this.acks.await(position, 8);
				FlagPosition next = this.source.set(2, 2);
				this.acks.await(next, 8);
				assertThat(this.acks.of(next)).hasSizeLessThan(8).allMatch(ClientMessage.Ack::applied);
			}
			finally {
				clients.forEach(TestClient::close);
			}
		}
	}

	@Test
	void resetReachesClientsOfTheThirdLevel() {
		FlagPosition high = this.source.set(9, 9);
		PushServer origin = PushServer.start(this.source, this.acks);
		int port = origin.port();
		try (PushServer middle = PushServer.relay(port);
				PushServer edge = PushServer.relay(middle.port());
				TestClient client = TestClient.start(edge.port(), "websocket").awaitValue("limit", "9");
				TestClient polling = TestClient.start(edge.port(), "long-poll").awaitValue("limit", "9")) {
			assertThat(client.position()).isEqualTo(high);
			origin.close();
			// A backup, of a store that cannot name another epoch
			FlagPosition low = this.source.set(6, 6);
			origin = PushServer.start(this.source, this.acks, "server.port=" + port);
			client.awaitValue("limit", "6");
			polling.awaitValue("limit", "6");
			assertThat(client.position()).isEqualTo(low);
			FlagPosition next = this.source.set(7, 7);
			client.awaitValue("limit", "7");
			polling.awaitValue("limit", "7");
			assertThat(client.position()).isEqualTo(next);
			assertThat(polling.position()).isEqualTo(next);
		}
		finally {
			origin.close();
		}
	}

	@Test
	void handlerThatFailsInARelayIsAcknowledgedAndChangesNothingForItsClients() {
		this.source.set(1, 1);
		try (PushServer origin = PushServer.start(this.source, this.acks);
				PushServer relay = PushServer.relay(origin.port(),
						(beans) -> beans.registerBean(OnlyOne.class, OnlyOne::new));
				TestClient client = TestClient.start(relay.port(), "websocket").awaitValue("limit", "1")) {
			FlagPosition refused = this.source.set(2, 2);
			PushServer.await(TIMEOUT, () -> "acknowledged: " + this.acks.all,
					() -> this.acks.of(refused).stream().anyMatch((ack) -> !ack.applied()));
			client.awaitValue("limit", "2");
			// Of another epoch, so that the relay reads all of it
			FlagPosition next = this.source.set("k8", 1, 2);
			client.await(() -> next.equals(client.position()));
			assertThat(client.value("limit")).isEqualTo("2");
		}
	}

	/**
	 * Takes no other value than 1.
	 */
	static final class OnlyOne {

		@OnFlagUpdate(flags = "limit", initial = true)
		void changed(int limit) {
			if (limit != 1) {
				throw new IllegalStateException("not " + limit);
			}
		}

	}

	/**
	 * A source that is where it is told to be.
	 */
	private static final class Source implements FlagSource {

		private final AtomicReference<FlagSnapshot> present = new AtomicReference<>();

		FlagPosition set(long version, int limit) {
			return set("k7", version, limit);
		}

		FlagPosition set(String epoch, long version, int limit) {
			FlagPosition position = new FlagPosition(epoch, version);
			this.present.set(new FlagSnapshot(FLAG_SET, position, FlagSet.of(Map.of("limit", FlagValue.of(limit)))));
			return position;
		}

		@Override
		public Mono<Map<FlagSetId, FlagPosition>> versions(Set<FlagSetId> flagSets) {
			return Mono.fromSupplier(() -> Map.of(FLAG_SET, this.present.get().position()));
		}

		@Override
		public Mono<FlagSnapshot> fetch(FlagSetId flagSet) {
			return Mono.fromSupplier(this.present::get);
		}

	}

	private static final class Acks implements PushSessionListener {

		private final List<ClientMessage.Ack> all = new CopyOnWriteArrayList<>();

		@Override
		public void acknowledged(SessionInfo session, FlagSetId flagSet, ClientMessage.Ack ack) {
			this.all.add(ack);
		}

		List<ClientMessage.Ack> of(FlagPosition position) {
			return this.all.stream().filter((ack) -> ack.position().equals(position)).toList();
		}

		void await(FlagPosition position, int clients) {
			PushServer.await(TIMEOUT, () -> "acknowledged: " + this.all,
					() -> of(position).stream().mapToInt(ClientMessage.Ack::clients).sum() == clients);
		}

	}

}
