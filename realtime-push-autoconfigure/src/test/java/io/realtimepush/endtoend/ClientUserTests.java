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
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.realtimepush.client.ClientSettings;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.ClientUser;
import io.realtimepush.client.PushClient;
import io.realtimepush.client.SubscriptionSettings;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.SyncMode;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A client whose key selects toggles sees their values for its user.
 */
class ClientUserTests {

	private static final FlagSetId TOGGLES = FlagSetId.of(PushServer.FLAG_SET);

	private static final FlagSetId UI = FlagSetId.of("ui");

	private static final ClientUser ANNA = new ClientUser("u-1", Map.of("city", "Oslo", "name", "Ånna + \"1\""));

	private static final ClientUser BELA = ClientUser.of("u-2");

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	private PushServer server;

	@BeforeEach
	void startServer() {
		serve("[\"light\",\"dark\",\"other\"]");
		this.server = PushServer.start(this.source, "realtime-push.featureprobe.repositories=" + TOGGLES.name());
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	/** The second variation is for those in Oslo. */
	private void serve(String variations) {
		String toggle = "{'enabled':true,'forClient':true,'defaultServe':{'select':0},'disabledServe':{'select':0},"
				+ "'rules':[{'serve':{'select':1},'conditions':[{'type':'string','subject':'city',"
				+ "'predicate':'is one of','objects':['Oslo']}]}],'variations':";
		this.source.update(TOGGLES, Map.of("ui.theme", FlagValue.ofJson(toggle.replace('\'', '"') + variations + "}"),
				"secret", FlagValue.ofJson(toggle.replace('\'', '"') + variations + "}")), Set.of());
	}

	private TestClient start(ClientUser user, SyncMode mode, String transport) {
		return TestClient.start(this.server.port(), TestClient.environment(transport), (settings) -> settings(settings,
				new SubscriptionSettings(TestClient.FLAG_SET, PushServer.CLIENT_KEY, mode, List.of(), user, null)));
	}

	private static ClientSettings settings(ClientSettings defaults, SubscriptionSettings... subscriptions) {
		return new ClientSettings(defaults.endpoints(), List.of(subscriptions), defaults.labels(), defaults.heartbeat(),
				defaults.addressFamily(), defaults.timeouts(), defaults.firstBackOff(), defaults.longestBackOff(),
				defaults.stableAfter(), defaults.retryTransportAfter(), defaults.ackInterval(),
				defaults.requestTimeout(), defaults.maxRequests());
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse", "long-poll", "pull" })
	void togglesAreEvaluatedForTheUser(String transport) {
		try (TestClient client = start(ANNA, SyncMode.DELTA, transport)) {
			client.awaitLive().awaitValue("ui.theme", "\"dark\"");
			FlagSnapshot seen = client.client.feeds().primary().snapshot().orElseThrow();
			assertThat(seen.flags().asMap()).containsOnlyKeys("ui.theme");
			serve("[\"light\",\"black\",\"other\"]");
			client.awaitValue("ui.theme", "\"black\"");
			client.client.changeUser(TestClient.FLAG_SET, BELA);
			client.awaitValue("ui.theme", "\"light\"").awaitLive();
			serve("[\"white\",\"black\",\"other\"]");
			client.awaitValue("ui.theme", "\"white\"");
			client.client.changeUser(TestClient.FLAG_SET, ANNA);
			client.awaitValue("ui.theme", "\"black\"");
			assertThat(client.toString()).doesNotContain("Oslo");
		}
		this.server.awaitNobody(Duration.ofSeconds(10));
	}

	@ParameterizedTest
	@EnumSource
	void everyModeKeepsToTheUser(SyncMode mode) {
		try (TestClient client = start(ANNA, mode, "websocket")) {
			client.awaitLive().awaitValue("ui.theme", "\"dark\"");
			serve("[\"light\",\"black\",\"other\"]");
			client.awaitValue("ui.theme", "\"black\"");
			client.client.changeUser(TestClient.FLAG_SET, BELA);
			client.awaitValue("ui.theme", "\"light\"");
		}
	}

	@Test
	void sameUserIsNotLoggedInAgain() {
		try (TestClient client = start(ANNA, SyncMode.DELTA, "websocket").awaitLive()) {
			client.client.changeUser(TestClient.FLAG_SET, new ClientUser(ANNA.key(), ANNA.attributes()));
			serve("[\"light\",\"black\",\"other\"]");
			client.awaitValue("ui.theme", "\"black\"");
			assertThat(client.events.stream().filter((event) -> event.startsWith("live"))).hasSize(1);
			assertThatIllegalArgumentException().isThrownBy(() -> client.client.changeUser(FlagSetId.of("none"), ANNA))
				.withMessage("client has no flag set 'none'");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse", "long-poll", "pull" })
	void loginWithoutUserIsRefused(String transport) {
		try (TestClient client = start(null, SyncMode.DELTA, transport)) {
			client.awaitState(State.CLOSED);
			assertThat(client.client.status().failure().code()).isEqualTo("bad_request");
			assertThat(client.client.status().failure().message()).contains("send 'user'");
			assertThat(client.position()).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse" })
	void furtherFlagSetHasAUserOfItsOwn(String transport) {
		SubscriptionSettings documents = new SubscriptionSettings(TestClient.FLAG_SET, PushServer.SERVER_KEY,
				SyncMode.DELTA, List.of(), null);
		SubscriptionSettings values = new SubscriptionSettings(UI, PushServer.CLIENT_KEY, SyncMode.DELTA, List.of(),
				ANNA, null);
		try (TestClient client = TestClient
			.start(this.server.port(), TestClient.environment(transport),
					(settings) -> settings(settings, documents, values))
			.awaitLive()) {
			FlagFeed feed = client.client.feeds().flagSet(UI);
			client.await(() -> "\"dark\"".equals(theme(feed)));
			assertThat(client.value("secret")).contains("rules");
			client.client.changeUser(UI, null);
			client.client.changeUser(UI, BELA);
			client.await(() -> "\"light\"".equals(theme(feed)));
			assertThat(client.value("secret")).contains("rules");
		}
	}

	private static String theme(FlagFeed feed) {
		return feed.snapshot().map((snapshot) -> String.valueOf(snapshot.flags().get("ui.theme"))).orElse("none");
	}

	@Test
	void userIsReadFromProperties() {
		String client = "realtime-push.client.";
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(PushServer.App.class)
			.web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "logging.level.root=warn",
					"spring.autoconfigure.exclude=" + String.join(",", PushServer.notNeeded("security|jdbc|actuate")),
					client + "url=http://127.0.0.1:" + this.server.port() + "/realtime",
					client + "sdk-key=" + PushServer.CLIENT_KEY, client + "user.key=u-1",
					client + "user.attributes.city=Oslo", client + "subscriptions[0].flag-set=ui",
					client + "subscriptions[0].sdk-key=" + PushServer.CLIENT_KEY,
					client + "subscriptions[0].user.key=u-2")
			.run()) {
			PushClient present = context.getBean(PushClient.class);
			PushServer.await(Duration.ofSeconds(10), () -> "status " + present.status(),
					() -> "\"dark\"".equals(theme(present.feeds().primary()))
							&& "\"light\"".equals(theme(present.feeds().flagSet(UI))));
		}
	}

}
