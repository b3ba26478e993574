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

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

import javax.net.ssl.TrustManagerFactory;

import io.realtimepush.client.ClientSettings;
import io.realtimepush.client.ClientStatus;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.ConnectFailure;
import io.realtimepush.client.ConnectStep;
import io.realtimepush.client.DefaultPushClient;
import io.realtimepush.client.PushClientListener;
import io.realtimepush.client.SubscriptionSettings;
import io.realtimepush.client.transport.NettyClientEnvironment;
import io.realtimepush.client.transport.TlsSettings;
import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.protocol.SyncMode;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of the library, and all that it was told.
 */
final class TestClient implements AutoCloseable {

	static final FlagSetId FLAG_SET = FlagSetId.of("shop");

	/** So long that a client has a further attempt on a machine with too much to do. */
	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	final List<ClientStatus> statuses = new CopyOnWriteArrayList<>();

	final List<String> events = new CopyOnWriteArrayList<>();

	final List<FlagChange> changes = new CopyOnWriteArrayList<>();

	final DefaultPushClient client;

	private TestClient(ClientSettings settings, NettyClientEnvironment.Settings environment) {
		this.client = new DefaultPushClient(settings, NettyClientEnvironment.create(environment), null, null,
				new FlagValueConverter(JsonMapper.shared()), List.of(new Recorder()));
		this.client.feeds().primary().changes().subscribe(this.changes::add);
	}

	static TestClient start(int port, String... transports) {
		return start(port, environment(transports), UnaryOperator.identity());
	}

	/** The defaults, but for a client that pulls more often. */
	static NettyClientEnvironment.Settings environment(String... transports) {
		return environment(null, transports);
	}

	static NettyClientEnvironment.Settings environment(@Nullable TrustManagerFactory trust, String... transports) {
		NettyClientEnvironment.Settings defaults = NettyClientEnvironment.Settings.DEFAULT;
		TlsSettings tls = new TlsSettings(null, trust, null, null);
		return new NettyClientEnvironment.Settings(defaults.resolver(), defaults.nameServers(), defaults.proxy(),
				() -> tls, defaults.connectTimeout(), defaults.maxMessageSize(), List.of(transports),
				Duration.ofMillis(100), defaults.http3Timeout(), defaults.encoding());
	}

	static TestClient start(int port, NettyClientEnvironment.Settings environment,
			UnaryOperator<ClientSettings> customizer) {
		TestClient client = create(port, environment, customizer);
		client.client.start();
		return client;
	}

	static TestClient create(int port, NettyClientEnvironment.Settings environment,
			UnaryOperator<ClientSettings> customizer) {
		return new TestClient(customizer.apply(settings(endpoint(port))), environment);
	}

	static URI endpoint(int port) {
		return URI.create("http://127.0.0.1:" + port + "/realtime");
	}

	static ClientSettings settings(URI... endpoints) {
		return settings(PushServer.SERVER_KEY, SyncMode.DELTA, endpoints);
	}

	static ClientSettings settings(String key, SyncMode mode, URI... endpoints) {
		return settings(List.of(new SubscriptionSettings(FLAG_SET, key, mode, List.of(), null)), endpoints);
	}

	static ClientSettings settings(List<SubscriptionSettings> subscriptions, URI... endpoints) {
		ClientSettings defaults = ClientSettings.of(List.of(endpoints), subscriptions);
		return new ClientSettings(defaults.endpoints(), defaults.subscriptions(), defaults.labels(),
				Duration.ofSeconds(5), defaults.addressFamily(), defaults.timeouts(), Duration.ofMillis(100),
				Duration.ofSeconds(1), defaults.stableAfter(), defaults.retryTransportAfter(), Duration.ofMillis(50),
				defaults.requestTimeout(), defaults.maxRequests());
	}

	@Nullable FlagPosition position() {
		return this.client.feeds().primary().snapshot().map(FlagSnapshot::position).orElse(null);
	}

	@Nullable String value(String key) {
		return this.client.feeds()
			.primary()
			.snapshot()
			.map((snapshot) -> snapshot.flags().get(key))
			.map(Objects::toString)
			.orElse(null);
	}

	/** Live, and the listener has been told, which comes a moment after the status. */
	TestClient awaitLive() {
		return await(() -> this.client.status().state() == State.LIVE && count("live over ") > count("ended over "));
	}

	private long count(String start) {
		return this.events.stream().filter((event) -> event.startsWith(start)).count();
	}

	TestClient awaitState(State state) {
		return await(() -> this.client.status().state() == state);
	}

	TestClient awaitValue(String key, String json) {
		return await(() -> json.equals(value(key)));
	}

	TestClient await(BooleanSupplier condition) {
		PushServer.await(TIMEOUT, this::toString, condition);
		return this;
	}

	/** Nothing was applied twice or backwards. */
	void assertOnlyForward() {
		List<FlagChange> all = List.copyOf(this.changes);
		assertThat(all).isNotEmpty();
		FlagPosition last = null;
		for (FlagChange change : all) {
			assertThat(change.from()).isEqualTo(last);
			if (last != null) {
				assertThat(last.isAheadOf(change.position())).as(last + " before " + change.position()).isFalse();
				assertThat(change.position()).isNotEqualTo(last);
			}
			last = change.position();
		}
	}

	@Override
	public void close() {
		this.client.close().block(Duration.ofSeconds(10));
	}

	@Override
	public String toString() {
		return this.client.status() + " at " + position() + " after " + this.events;
	}

	private final class Recorder implements PushClientListener {

		@Override
		public void statusChanged(ClientStatus status) {
			TestClient.this.statuses.add(status);
		}

		@Override
		public void stepEnded(ConnectStep step, String transport, Duration took, @Nullable ConnectFailure failure) {
			TestClient.this.events
				.add(step + " over " + transport + ((failure != null) ? " failed: " + failure : " succeeded"));
		}

		@Override
		public void sessionLive(String transport, Duration took) {
			TestClient.this.events.add("live over " + transport);
		}

		@Override
		public void sessionEnded(String transport, Duration lived, ConnectFailure failure) {
			TestClient.this.events.add("ended over " + transport + ": " + failure);
		}

	}

}
