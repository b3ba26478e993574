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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.realtimepush.client.ClientSettings;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.DefaultPushClient;
import io.realtimepush.client.PushRequestException;
import io.realtimepush.client.SubscriptionSettings;
import io.realtimepush.client.transport.NettyClientEnvironment;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.protocol.SyncMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The fake server, with the client of the library.
 */
class FakePushServerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(15);

	private final FakePushServer server = FakePushServer.start();

	private Duration heartbeat = Duration.ofSeconds(5);

	private @Nullable DefaultPushClient client;

	@BeforeEach
	void setFlags() {
		this.server.set(Map.of("limit", 1, "ui.text", "a"));
	}

	@AfterEach
	void stop() {
		if (this.client != null) {
			this.client.close().block(TIMEOUT);
		}
		this.server.close();
	}

	@ParameterizedTest
	@CsvSource({ "websocket, DELTA", "websocket, SNAPSHOT", "websocket, NOTIFY", "sse, DELTA", "long-poll, DELTA",
			"long-poll, SNAPSHOT", "pull, DELTA" })
	void changesReachTheClientAndAreAcknowledged(String transport, SyncMode mode) {
		start(transport, mode, List.of());
		awaitFlag("limit", "1");
		this.server.set("limit", 2);
		awaitFlag("limit", "2");
		FlagPosition last = this.server.remove("ui.text");
		await(() -> flag("ui.text") == null);
		ClientMessage.Ack ack = this.server.awaitAck(last);
		assertThat(ack.position()).isEqualTo(last);
		assertThat(ack.applied()).isTrue();
		assertThat(this.server.acks()).contains(ack);
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse", "long-poll" })
	void clientSeesOnlyWhatItAsksFor(String transport) {
		start(transport, SyncMode.DELTA, List.of("ui.*"));
		awaitFlag("ui.text", "\"a\"");
		this.server.set("ui.text", "b");
		awaitFlag("ui.text", "\"b\"");
		assertThat(flag("limit")).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse" })
	void whatIsHeldBackComesAtOnce(String transport) throws Exception {
		start(transport, SyncMode.DELTA, List.of());
		awaitFlag("limit", "1");
		this.server.buffer();
		this.server.set("limit", 2);
		FlagPosition last = this.server.set("limit", 3);
		// Whoever asks is told, after which the client would have been too
		assertThat(pulled()).contains("\"limit\":3");
		assertThat(flag("limit")).isEqualTo("1");
		this.server.flow();
		awaitFlag("limit", "3");
		this.server.awaitAck(last);
	}

	@Test
	void clientSurvivesMessagesThatComeTwiceOrInAnotherOrder() {
		start("websocket", SyncMode.DELTA, List.of());
		awaitFlag("limit", "1");
		this.server.duplicate();
		this.server.set("limit", 2);
		this.server.awaitAck(this.server.set("limit", 3));
		this.server.flow();
		this.server.reorder();
		this.server.set("limit", 4);
		this.server.set("limit", 5);
		this.server.flow();
		this.server.awaitAck(this.server.set("limit", 6));
		awaitFlag("limit", "6");
	}

	@Test
	void clientLeavesAServerThatHangs() {
		this.heartbeat = Duration.ofSeconds(2);
		start("websocket", SyncMode.DELTA, List.of());
		awaitFlag("limit", "1");
		this.server.stall();
		FlagPosition lost = this.server.set("limit", 2);
		await(() -> !Objects.requireNonNull(this.client).status().isLive());
		this.server.flow();
		this.server.awaitAck(lost);
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse", "long-poll" })
	void droppedClientComesBackToWhatHasChangedMeanwhile(String transport) {
		start(transport, SyncMode.DELTA, List.of());
		awaitFlag("limit", "1");
		this.server.refuse(CloseReason.NOT_READY);
		this.server.dropConnections();
		this.server.awaitConnections(0);
		this.server.set("limit", 2);
		await(() -> this.server.calls().size() > 3);
		assertThat(flag("limit")).isEqualTo("1");
		this.server.accept();
		awaitFlag("limit", "2");
	}

	@Test
	void serverThatHasClosedServesNobody() {
		start("pull", SyncMode.DELTA, List.of());
		awaitFlag("limit", "1");
		this.server.close();
		await(() -> !Objects.requireNonNull(this.client).status().isLive());
	}

	@Test
	void refusedClientIsClosed() {
		this.server.refuse(CloseReason.UNAUTHORIZED);
		DefaultPushClient refused = start("websocket", SyncMode.DELTA, List.of());
		await(() -> refused.status().state() == State.CLOSED);
		assertThat(this.server.connections()).isZero();
	}

	@Test
	void delayedMessagesComeLateAndInOrder() {
		start("websocket", SyncMode.DELTA, List.of());
		awaitFlag("limit", "1");
		this.server.delay(Duration.ofMillis(300));
		long since = System.nanoTime();
		for (int i = 2; i <= 20; i++) {
			this.server.set("limit", i);
		}
		this.server.delay(Duration.ZERO);
		this.server.set("limit", 21);
		awaitFlag("limit", "21");
		assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
	}

	@Test
	void clientThatIsSentAwayLeavesAndComesBack() {
		start("sse", SyncMode.DELTA, List.of());
		FakeSession first = this.server.nextSession();
		awaitFlag("limit", "1");
		this.server.sendAway(Duration.ofMillis(50));
		first.awaitGone();
		FakeSession second = this.server.nextSession();
		assertThat(second.call().query()).containsKey("position");
		assertThat(second.credential()).isEqualTo("sdk-any");
		this.server.awaitConnections(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse" })
	void requestsAreAnswered(String transport) {
		this.server.onRequest("double", (payload) -> 2 * Integer.parseInt(payload.json()));
		this.server.onRequest("fail", (payload) -> {
			throw new IllegalStateException("broken");
		});
		DefaultPushClient caller = start(transport, SyncMode.DELTA, List.of());
		assertThat(caller.request("double", 21, Integer.class).block(TIMEOUT)).isEqualTo(42);
		for (String method : List.of("fail", "nobody")) {
			assertThatExceptionOfType(PushRequestException.class)
				.isThrownBy(() -> caller.request(method, 1, Integer.class).block(TIMEOUT))
				.satisfies((ex) -> assertThat(ex.code())
					.isEqualTo(method.equals("fail") ? "request_failed" : "unknown_method"));
		}
	}

	@Test
	void clientsThatHaveRegisteredAreNotified() throws InterruptedException {
		DefaultPushClient listener = start("websocket", SyncMode.DELTA, List.of());
		BlockingQueue<String> heard = new LinkedBlockingQueue<>();
		listener.on("stock.sold-out", String.class).subscribe(heard::add);
		await(() -> this.server.notifyClients("stock.sold-out", "shoes") == 1);
		assertThat(heard.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo("shoes");
		assertThat(this.server.notifyClients("other", 1)).isZero();
	}

	@Test
	void waitThatIsInVainSaysWhatWasThere() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.server.awaitConnections(1))
			.withMessage("0 connections in place of 1 after 10s");
	}

	private DefaultPushClient start(String transport, SyncMode mode, List<String> flags) {
		ClientSettings defaults = ClientSettings.of(List.of(this.server.url()),
				List.of(new SubscriptionSettings(FlagSetId.of("shop"), "sdk-any", mode, flags, null)));
		ClientSettings settings = new ClientSettings(defaults.endpoints(), defaults.subscriptions(), defaults.labels(),
				this.heartbeat, defaults.addressFamily(), defaults.timeouts(), Duration.ofMillis(20),
				Duration.ofMillis(200), defaults.stableAfter(), defaults.retryTransportAfter(), Duration.ofMillis(20),
				defaults.requestTimeout(), defaults.maxRequests());
		NettyClientEnvironment.Settings all = NettyClientEnvironment.Settings.DEFAULT;
		DefaultPushClient started = new DefaultPushClient(settings,
				NettyClientEnvironment.create(new NettyClientEnvironment.Settings(all.resolver(), all.nameServers(),
						all.proxy(), all.tls(), all.connectTimeout(), all.maxMessageSize(), List.of(transport),
						Duration.ofMillis(100), all.http3Timeout(), all.encoding())),
				null, null, new FlagValueConverter(JsonMapper.shared()), List.of());
		started.start();
		this.client = started;
		return started;
	}

	/** The flag set as another client sees it. */
	private String pulled() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.server.url() + "/flags"))
			.header("Authorization", "Bearer sdk-any")
			.timeout(TIMEOUT)
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
	}

	private void awaitFlag(String key, String json) {
		await(() -> json.equals(flag(key)));
	}

	private @Nullable String flag(String key) {
		return Objects.requireNonNull(this.client)
			.feeds()
			.primary()
			.snapshot()
			.map((snapshot) -> snapshot.flags().get(key))
			.map(FlagValue::json)
			.orElse(null);
	}

	private void await(BooleanSupplier condition) {
		long end = System.nanoTime() + TIMEOUT.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - end > 0) {
				throw new AssertionError(
						"not so in time: " + Objects.requireNonNull(this.client).status() + " " + this.server.calls());
			}
			LockSupport.parkNanos(5_000_000);
		}
	}

}
