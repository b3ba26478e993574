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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.PushClient;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.Flags;
import io.realtimepush.flags.FlagsStatus;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushSessionListener;
import io.realtimepush.session.SessionInfo;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An app without a web server that is a client of a real server.
 */
class ClientAppTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final Duration TIMEOUT = Duration.ofSeconds(15);

	@TempDir
	private Path directory;

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	private final List<ClientMessage.Ack> acks = new CopyOnWriteArrayList<>();

	private PushServer server;

	@BeforeEach
	void startServer() {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(1), "ui.text", FlagValue.of("a")), Set.of());
		this.server = PushServer.start(this.source, new PushSessionListener() {

			@Override
			public void acknowledged(SessionInfo session, FlagSetId flagSet, ClientMessage.Ack ack) {
				ClientAppTests.this.acks.add(ack);
			}

		});
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void flagsAreLiveWhenTheAppHasStarted() {
		try (ConfigurableApplicationContext app = start()) {
			Flags flags = app.getBean(Flags.class);
			assertThat(flags.status()).isEqualTo(FlagsStatus.LIVE);
			assertThat(flags.get("limit", Integer.class, 0)).isEqualTo(1);
			assertThat(app.getBeansOfType(PushHandler.class)).isEmpty();
			assertThat(health(app).getStatus().getCode()).isEqualTo("UP");
			assertThat(health(app).getDetails()).containsEntry("transport", "websocket");
			MeterRegistry meters = app.getBean(MeterRegistry.class);
			assertThat(meters.get("realtimepush.client.live").gauge().value()).isEqualTo(1);
			assertThat(meters.get("realtimepush.client.step")
				.tag("step", "login")
				.tag("outcome", "success")
				.timer()
				.count()).isEqualTo(1);
		}
		this.server.awaitNobody(TIMEOUT);
	}

	@Test
	void handlersRunAsInAServingApp() {
		try (ConfigurableApplicationContext app = start()) {
			Handler handler = app.getBean(Handler.class);
			await(() -> handler.calls.toString(), () -> handler.calls.contains("initial limit 1"));
			this.source.set(FLAG_SET, "limit", FlagValue.of(2));
			await(() -> handler.calls.toString(),
					() -> handler.calls.containsAll(List.of("initial limit 2", "limit 1 -> 2")));
		}
	}

	@Test
	void appliedAndFailedVersionsAreAcknowledgedAndFormerValuesKept() {
		try (ConfigurableApplicationContext app = start()) {
			Flags flags = app.getBean(Flags.class);
			Handler handler = app.getBean(Handler.class);
			await(() -> handler.calls.toString(), () -> handler.calls.contains("initial limit 1"));
			FlagPosition bad = this.source.set(FLAG_SET, "limit", FlagValue.of("many"));
			await(() -> "at " + flags.snapshot(),
					() -> flags.snapshot().position().equals(bad) && flags.get("limit", Integer.class, -1) == 1);
			awaitAck(bad, false);
			FlagPosition good = this.source.set(FLAG_SET, "limit", FlagValue.of(5));
			await(() -> handler.calls.toString(), () -> handler.calls.contains("limit 1 -> 5"));
			assertThat(flags.get("limit", Integer.class, -1)).isEqualTo(5);
			awaitAck(good, true);
		}
	}

	private void awaitAck(FlagPosition position, boolean applied) {
		await(() -> this.acks.toString(), () -> this.acks.stream()
			.anyMatch((ack) -> ack.position().equals(position) && ack.applied() == applied));
	}

	@Test
	void lastFlagSetIsUsedWhenThereIsNoServer() {
		Path cache = this.directory.resolve("flags.cache");
		String[] properties = { "realtime-push.client.cache-file=" + cache, "realtime-push.client.initial-wait=1s",
				"realtime-push.client.defaults.limit=99", "realtime-push.client.defaults.ui.text=plain text" };
		int port = this.server.port();
		start("realtime-push.client.cache-file=" + cache).close();
		assertThat(cache).exists();
		this.server.close();
		try (ConfigurableApplicationContext app = start(port, properties)) {
			Flags flags = app.getBean(Flags.class);
			assertThat(flags.status()).isEqualTo(FlagsStatus.CACHED);
			assertThat(flags.get("limit", Integer.class, 0)).isEqualTo(1);
			assertThat(health(app).getStatus().getCode()).isEqualTo("DEGRADED");
			this.source.set(FLAG_SET, "limit", FlagValue.of(2));
			this.server = PushServer.start(this.source, "server.port=" + port);
			await(() -> app.getBean(PushClient.class).status().toString(),
					() -> flags.get("limit", Integer.class, 0) == 2);
			assertThat(flags.status()).isEqualTo(FlagsStatus.LIVE);
		}
	}

	@Test
	void damagedCacheFileIsNotUsed() throws IOException {
		Path cache = Files.writeString(this.directory.resolve("flags.cache"), "realtime-push-cache 1 00\nnonsense");
		this.server.close();
		try (ConfigurableApplicationContext app = start("realtime-push.client.cache-file=" + cache,
				"realtime-push.client.initial-wait=200ms", "realtime-push.client.defaults.limit=99",
				"realtime-push.client.defaults.ui.text=plain text")) {
			Flags flags = app.getBean(Flags.class);
			assertThat(flags.status()).isEqualTo(FlagsStatus.DEFAULTS);
			assertThat(flags.get("limit", Integer.class, 0)).isEqualTo(99);
			assertThat(flags.get("ui.text", String.class, "")).isEqualTo("plain text");
		}
	}

	@Test
	void appWithoutServerCacheAndDefaultsHasNoFlags() {
		this.server.close();
		try (ConfigurableApplicationContext app = start("realtime-push.client.initial-wait=200ms")) {
			assertThat(app.getBean(Flags.class).status()).isEqualTo(FlagsStatus.NOT_LOADED);
			assertThat(app.getBean(Flags.class).get("limit", Integer.class, 7)).isEqualTo(7);
			assertThat(health(app).getStatus().getCode()).isEqualTo("OUT_OF_SERVICE");
		}
	}

	@Test
	void failFastAppDoesNotStartWithoutAServer() {
		this.server.close();
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> start("realtime-push.client.initial-wait=300ms", "realtime-push.client.fail-fast=true"))
			.withStackTraceContaining("the push client has no connection to 'http://127.0.0.1:");
	}

	@Test
	void refusedKeyIsToldAtOnce() {
		long before = System.nanoTime();
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> start("realtime-push.client.initial-wait=60s", "realtime-push.client.fail-fast=true",
					"realtime-push.client.sdk-key=sdk-unknown-0123456789"))
			.withStackTraceContaining("credential missing, unknown or revoked");
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
	}

	@Test
	void manualClientConnectsWhenTheAppSaysSo() {
		try (ConfigurableApplicationContext app = start("realtime-push.client.connect=manual")) {
			PushClient client = app.getBean(PushClient.class);
			assertThat(client.status().state()).isEqualTo(State.INITIALIZING);
			client.start();
			assertThat(client.whenLive().block(TIMEOUT)).isNotNull();
		}
	}

	@Test
	void furtherFlagSetsComeOverTheSameConnection() {
		try (ConfigurableApplicationContext app = start("realtime-push.client.flag-set=shop",
				"realtime-push.client.subscriptions[0].flag-set=ui",
				"realtime-push.client.subscriptions[0].sdk-key=" + PushServer.CLIENT_KEY)) {
			Flags ui = app.getBean(Flags.class).of(FlagSetId.of("ui"));
			await(() -> "status " + ui.status(), () -> ui.status() == FlagsStatus.LIVE);
			assertThat(ui.get("ui.text", String.class, "")).isEqualTo("a");
			assertThat(ui.get("limit")).isNull();
			assertThat(this.server.leftovers()).containsEntry("connections", 1);
			assertThat(health(app).getStatus().getCode()).isEqualTo("UP");
			assertThat(health(app).getDetails()).hasEntrySatisfying("flagSets",
					(flagSets) -> assertThat(flagSets).asInstanceOf(InstanceOfAssertFactories.MAP)
						.containsOnlyKeys("shop", "ui"));
			this.source.set(FLAG_SET, "ui.text", FlagValue.of("b"));
			await(() -> "snapshot " + ui.snapshot(), () -> ui.get("ui.text", String.class, "").equals("b"));
		}
	}

	@Test
	void furtherFlagSetThatIsRefusedShowsInTheHealth() {
		try (ConfigurableApplicationContext app = start("realtime-push.client.flag-set=shop",
				"realtime-push.client.subscriptions[0].flag-set=ui",
				"realtime-push.client.subscriptions[0].sdk-key=sdk-unknown-0123456789")) {
			assertThat(app.getBean(Flags.class).of(FlagSetId.of("shop")).status()).isEqualTo(FlagsStatus.LIVE);
			assertThat(health(app).getStatus().getCode()).isEqualTo("DEGRADED");
			assertThat(health(app).getDetails()).containsEntry("flags", "LIVE")
				.hasEntrySatisfying("flagSets",
						(flagSets) -> assertThat(flagSets).asInstanceOf(InstanceOfAssertFactories.MAP)
							.containsEntry("ui", Map.of("state", "NOT_LOADED"))
							.hasEntrySatisfying("shop",
									(shop) -> assertThat(shop).asInstanceOf(InstanceOfAssertFactories.MAP)
										.containsEntry("state", "LIVE")
										.containsKey("position")));
		}
	}

	private ConfigurableApplicationContext start(String... properties) {
		return start(this.server.port(), properties);
	}

	private static ConfigurableApplicationContext start(int port, String... properties) {
		SpringApplication app = new SpringApplicationBuilder(App.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "spring.jmx.enabled=false", "logging.level.root=warn",
					"realtime-push.client.url=http://127.0.0.1:" + port + "/realtime",
					"realtime-push.client.sdk-key=" + PushServer.SERVER_KEY, "realtime-push.client.max-back-off=1s",
					"realtime-push.client.ack-interval=20ms", "realtime-push.client.initial-wait=" + TIMEOUT,
					"spring.autoconfigure.exclude=" + String.join(",", PushServer.notNeeded("security|jdbc")))
			.application();
		app.setRegisterShutdownHook(false);
		return app.run(Arrays.stream(properties).map((property) -> "--" + property).toArray(String[]::new));
	}

	private static Health health(ConfigurableApplicationContext app) {
		return app.getBean("realtimePushClientHealthIndicator", HealthIndicator.class).health(true);
	}

	private static void await(Supplier<String> otherwise, BooleanSupplier condition) {
		PushServer.await(TIMEOUT, otherwise, condition);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

		@Bean
		Handler handler() {
			return new Handler();
		}

	}

	static class Handler {

		private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

		@OnFlagUpdate(flags = "limit", initial = true)
		void initial(int limit) {
			this.calls.add("initial limit " + limit);
		}

		/** Told of each change, also of one that comes while it is still at another. */
		@OnFlagUpdate(flags = "limit", conflate = false)
		void limit(FlagUpdate<Integer> update) {
			this.calls.add("limit " + update.oldValue() + " -> " + update.newValue());
		}

	}

}
