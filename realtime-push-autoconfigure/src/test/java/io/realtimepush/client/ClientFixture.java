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

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.transport.NettyClientEnvironment;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.protocol.SyncMode;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client with short times, and what it has told.
 */
final class ClientFixture implements AutoCloseable {

	static final FlagSetId FLAG_SET = FlagSetId.of("shop");

	final List<String> events = new CopyOnWriteArrayList<>();

	final DefaultPushClient client;

	private ClientFixture(Builder builder) {
		ClientSettings defaults = ClientSettings.of(builder.endpoints, builder.subscriptions);
		ClientSettings settings = new ClientSettings(defaults.endpoints(), defaults.subscriptions(),
				Map.of("region", "eu"), builder.heartbeat, defaults.addressFamily(), builder.timeouts,
				Duration.ofMillis(50), Duration.ofMillis(500), defaults.stableAfter(), builder.retryTransportAfter,
				Duration.ofMillis(50), builder.requestTimeout, 4);
		this.client = new DefaultPushClient(settings, NettyClientEnvironment.create(builder.environment),
				builder.flagCache, builder.tokenStore, new FlagValueConverter(JsonMapper.shared()),
				List.of(new Recorder()));
	}

	static Builder of(ScriptedPushServer... servers) {
		return of(Arrays.stream(servers).map(ScriptedPushServer::endpoint).toArray(URI[]::new));
	}

	static Builder of(URI... endpoints) {
		return new Builder(List.of(endpoints));
	}

	/** Live, and the listener has been told, which comes a moment after the status. */
	ClientFixture awaitLive() {
		return await(() -> this.client.status().state() == State.LIVE && count("live over ") > count("ended over "));
	}

	private long count(String start) {
		return this.events.stream().filter((event) -> event.startsWith(start)).count();
	}

	ClientFixture awaitState(State state) {
		return await(() -> this.client.status().state() == state);
	}

	ClientFixture awaitEvent(String start) {
		return await(() -> this.events.stream().anyMatch((event) -> event.startsWith(start)));
	}

	ClientFixture awaitLimit(String json) {
		return await(() -> json.equals(limit()));
	}

	@Nullable String limit() {
		return this.client.feeds()
			.primary()
			.snapshot()
			.map((snapshot) -> snapshot.flags().get("limit"))
			.map(Objects::toString)
			.orElse(null);
	}

	@Nullable String position() {
		return this.client.feeds().primary().snapshot().map(FlagSnapshot::position).map(Objects::toString).orElse(null);
	}

	/** Look every few milliseconds whether something holds. */
	ClientFixture await(BooleanSupplier condition) {
		long end = System.nanoTime() + ScriptedPushServer.TIMEOUT.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - end > 0) {
				throw new AssertionError(
						"not so in time: " + this.client.status() + " at " + position() + " after " + this.events);
			}
			try {
				TimeUnit.MILLISECONDS.sleep(5);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}
		return this;
	}

	@Override
	public void close() {
		this.client.close().block(ScriptedPushServer.TIMEOUT);
	}

	static final class Builder {

		private final List<URI> endpoints;

		private List<SubscriptionSettings> subscriptions = List
			.of(new SubscriptionSettings(FLAG_SET, "sdk-1", SyncMode.DELTA, List.of(), null));

		private NettyClientEnvironment.Settings environment = NettyClientEnvironment.Settings.DEFAULT;

		private @Nullable Duration heartbeat;

		private ClientSettings.Timeouts timeouts = new ClientSettings.Timeouts(Duration.ofSeconds(5),
				Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5));

		private Duration retryTransportAfter = Duration.ofMinutes(5);

		private Duration requestTimeout = Duration.ofSeconds(5);

		private @Nullable FlagCache flagCache;

		private @Nullable TokenStore tokenStore;

		Builder(List<URI> endpoints) {
			this.endpoints = endpoints;
		}

		Builder transports(String... names) {
			this.environment = this.environment.withTransports(names);
			return this;
		}

		Builder environment(NettyClientEnvironment.Settings settings) {
			this.environment = settings;
			return this;
		}

		Builder mode(SyncMode mode) {
			this.subscriptions = List
				.of(new SubscriptionSettings(FLAG_SET, "sdk-1", mode, List.of("li*", "a b"), null));
			return this;
		}

		Builder subscriptions(SubscriptionSettings... all) {
			this.subscriptions = List.of(all);
			return this;
		}

		Builder loginTimeout(Duration timeout) {
			this.timeouts = new ClientSettings.Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(5),
					Duration.ofSeconds(5), timeout);
			return this;
		}

		Builder retryTransportAfter(Duration time) {
			this.retryTransportAfter = time;
			return this;
		}

		Builder requestTimeout(Duration timeout) {
			this.requestTimeout = timeout;
			return this;
		}

		Builder heartbeat(Duration interval) {
			this.heartbeat = interval;
			return this;
		}

		Builder flagCache(FlagCache cache) {
			this.flagCache = cache;
			return this;
		}

		Builder tokenStore(TokenStore store) {
			this.tokenStore = store;
			return this;
		}

		ClientFixture start() {
			ClientFixture fixture = create();
			fixture.client.start();
			return fixture;
		}

		ClientFixture create() {
			return new ClientFixture(this);
		}

	}

	private final class Recorder implements PushClientListener {

		@Override
		public void stepEnded(ConnectStep step, String transport, Duration took, @Nullable ConnectFailure failure) {
			if (failure != null) {
				ClientFixture.this.events.add(step + " over " + transport + " failed: " + failure.code());
			}
		}

		@Override
		public void sessionLive(String transport, Duration took) {
			ClientFixture.this.events.add("live over " + transport);
		}

		@Override
		public void sessionEnded(String transport, Duration lived, ConnectFailure failure) {
			ClientFixture.this.events.add("ended over " + transport + ": " + failure.code());
		}

	}

}
