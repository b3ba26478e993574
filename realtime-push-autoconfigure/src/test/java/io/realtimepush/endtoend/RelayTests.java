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

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.realtimepush.annotation.OnPushRequest;
import io.realtimepush.client.ClientSettings;
import io.realtimepush.client.PushClient;
import io.realtimepush.client.PushRequestException;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSourceHealth;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.protocol.SyncMode;
import io.realtimepush.relay.UpstreamFlagSource;
import io.realtimepush.session.ClientRequest;
import io.realtimepush.session.ClientRequestHandler;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A server whose clients include a server, whose clients include a server.
 */
class RelayTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	private PushServer origin;

	private PushServer middle;

	private PushServer edge;

	@BeforeEach
	void startServers() {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(1), "ui.text", FlagValue.of("a")), Set.of());
		this.origin = PushServer.start(this.source, new Doubling());
		this.middle = PushServer.relay(this.origin.port());
		this.edge = PushServer.relay(this.middle.port());
	}

	@AfterEach
	void stopServers() {
		this.edge.close();
		this.middle.close();
		this.origin.close();
	}

	private FlagPosition set(String key, int value) {
		return this.source.update(FLAG_SET, Map.of(key, FlagValue.of(value)), Set.of());
	}

	@Test
	void changeReachesClientsOfTheThirdLevelUnderItsPosition() {
		try (TestClient client = TestClient.start(this.edge.port(), "websocket").awaitValue("limit", "1")) {
			for (int i = 2; i <= 50; i++) {
				set("limit", i);
			}
			FlagPosition last = set("other", 7);
			client.awaitValue("other", "7");
			assertThat(client.position()).isEqualTo(last);
			assertThat(client.value("limit")).isEqualTo("50");
			client.assertOnlyForward();
		}
	}

	@Test
	void clientMovesFromTheEdgeToTheOriginWithoutASnapshot() throws IOException, InterruptedException {
		FlagPosition before;
		try (TestClient client = TestClient.start(this.edge.port(), "websocket").awaitValue("limit", "1")) {
			before = client.position();
		}
		FlagPosition after = set("limit", 2);
		PushServer.await(TIMEOUT, () -> "at " + this.edge.bean(FlagHub.class).position(FLAG_SET),
				() -> after.equals(this.edge.bean(FlagHub.class).position(FLAG_SET)));
		for (PushServer server : new PushServer[] { this.origin, this.edge }) {
			String answer = pull(server.port(), before);
			assertThat(answer).contains("\"type\":\"delta\"", "\"limit\":2");
		}
	}

	private static String pull(int port, FlagPosition position) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + port + "/realtime/flags?position=" + position))
			.header("Authorization", "Bearer " + PushServer.SERVER_KEY)
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
	}

	@Test
	void relayOfAPartServesPartsOfIt() {
		String key = "sdk-ui-0123456789abcdef";
		try (PushServer whole = PushServer.start(this.source, "realtime-push.server.sdk-keys[2].key=" + key,
				"realtime-push.server.sdk-keys[2].kind=server",
				"realtime-push.server.sdk-keys[2].flag-set=" + PushServer.FLAG_SET,
				"realtime-push.server.sdk-keys[2].flags[0]=ui.*");
				PushServer relay = PushServer.relay(whole.port(), "realtime-push.client.sdk-key=" + key);
				TestClient client = TestClient.start(relay.port(), TestClient.environment("websocket"),
						(defaults) -> TestClient.settings(PushServer.CLIENT_KEY, SyncMode.DELTA,
								TestClient.endpoint(relay.port())))) {
			client.awaitValue("ui.text", "\"a\"");
			set("ui.text", 2);
			client.awaitValue("ui.text", "2");
			assertThat(client.value("limit")).isNull();
			client.assertOnlyForward();
		}
	}

	@Test
	void restartOfTheMiddleLosesNothing() {
		int port = this.middle.port();
		try (TestClient client = TestClient.start(this.edge.port(), "websocket").awaitValue("limit", "1")) {
			this.middle.close();
			PushServer.await(TIMEOUT, () -> "no problem told",
					() -> !this.edge.bean(FlagSourceHealth.class).problems().isEmpty());
			set("limit", 2);
			FlagPosition last = set("limit", 3);
			assertThat(client.value("limit")).isEqualTo("1");
			this.middle = PushServer.relay(this.origin.port(), "server.port=" + port);
			client.awaitValue("limit", "3");
			assertThat(client.position()).isEqualTo(last);
			client.assertOnlyForward();
			UpstreamFlagSource upstream = this.edge.bean(UpstreamFlagSource.class);
			PushServer.await(TIMEOUT, () -> "still told: " + upstream.problems(), () -> upstream.problems().isEmpty());
		}
	}

	@Test
	void flagSetThatIsRefusedIsAProblem() {
		FlagSetId refused = FlagSetId.of("ui");
		try (PushServer relay = PushServer.relay(this.origin.port(),
				"realtime-push.client.subscriptions[0].flag-set=" + refused,
				"realtime-push.client.subscriptions[0].sdk-key=sdk-unknown-0123456789")) {
			UpstreamFlagSource upstream = relay.bean(UpstreamFlagSource.class);
			assertThat(upstream.versions(Set.of(FLAG_SET, refused)).block(TIMEOUT)).isNotNull();
			PushServer.await(TIMEOUT, () -> "told: " + upstream.problems(),
					() -> upstream.problems().equals(Map.of("upstream flag set 'ui'", "not kept current: NOT_LOADED")));
		}
	}

	@Test
	void requestThatNobodyAnswersIsForwarded() {
		try (TestClient client = TestClient.start(this.edge.port(), "websocket").awaitLive()) {
			assertThat(client.client.request("double", 21, Integer.class).block(TIMEOUT)).isEqualTo(42);
			assertThatExceptionOfType(PushRequestException.class)
				.isThrownBy(() -> client.client.request("nobody", 1, Integer.class).block(TIMEOUT))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo("unknown_method"));
		}
	}

	@Test
	void methodOfTheRelayComesBeforeThatOfTheOrigin() {
		try (PushServer relay = PushServer.relay(this.origin.port(),
				(beans) -> beans.registerBean(Tripling.class, Tripling::new));
				TestClient client = TestClient.start(relay.port(), "websocket").awaitLive()) {
			assertThat(client.client.request("double", 21, Integer.class).block(TIMEOUT)).isEqualTo(63);
		}
	}

	@Test
	void requestsInQuickSuccessionEndNoSession() {
		UnaryOperator<ClientSettings> defaults = UnaryOperator.identity();
		try (TestClient client = TestClient.create(this.edge.port(), TestClient.environment("websocket"), defaults)) {
			Mono<List<Integer>> answers = Flux.range(0, 200)
				.flatMapSequential((i) -> client.client.request("double", i, Integer.class), 200)
				.collectList();
			CompletableFuture<List<Integer>> asked = answers.toFuture();
			client.client.start();
			assertThat(asked.orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS).join())
				.isEqualTo(IntStream.range(0, 200).map((i) -> 2 * i).boxed().toList());
			assertThat(client.events).noneMatch((event) -> event.startsWith("ended"));
			for (PushServer relay : List.of(this.edge, this.middle)) {
				assertThat(relay.bean(PushClient.class).status().since()).isBefore(client.client.status().since());
			}
		}
	}

	/**
	 * Answers in the relay what the origin would answer otherwise.
	 */
	static final class Tripling {

		@OnPushRequest("double")
		int triple(int number) {
			return 3 * number;
		}

	}

	static final class Doubling implements ClientRequestHandler {

		@Override
		public boolean handles(String method) {
			return method.equals("double");
		}

		@Override
		public Mono<FlagValue> handle(ClientRequest request) {
			return Mono.just(FlagValue.of(2 * Long.parseLong(request.payload().json())));
		}

	}

}
