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

package io.realtimepush.transport;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import io.realtimepush.featureprobe.EventReport;
import io.realtimepush.featureprobe.EventSink;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.session.FlagEvaluation;
import io.realtimepush.session.SdkKeyDetails;
import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.RawConnection.Answer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What SDKs of FeatureProbe are answered.
 */
class FeatureProbeEndpointTests extends LoopbackSupport {

	private static final String SERVER = "/api/server-sdk/toggles";

	private static final String CLIENT = "/api/client-sdk/toggles";

	private static final String EVENTS = "/api/events";

	private static final String DEFINITIONS = "/api/client-sdk/events";

	private static final String TOGGLES = "toggles-only";

	private static final String ANNA = "{\"key\":\"u-1\",\"attrs\":{\"city\":\"Oslo\"}}";

	private final List<EventReport> reports = new CopyOnWriteArrayList<>();

	FeatureProbeEndpointTests() {
		super(false, "realtime-push.featureprobe.enabled=true", "realtime-push.featureprobe.repositories=" + TOGGLES,
				"realtime-push.featureprobe.max-event-size=2KB", LoopbackServer.WITH_SECURITY);
	}

	@BeforeEach
	void listen() {
		this.reports.clear();
		server().bean(RecordingEventSink.class).listener = this.reports::add;
	}

	private static OpenOptions key(String key) {
		return OpenOptions.nobody().header("Authorization", key);
	}

	private Answer get(String path, OpenOptions options) {
		return HttpClient.get(server(), path, options);
	}

	private static String base64(String json) {
		return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
	}

	private static JsonNode json(Answer answer) {
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.headers()).containsEntry("Content-Type", "application/json")
			.containsEntry("Cache-Control", "no-store")
			.containsEntry("Access-Control-Allow-Origin", "*");
		return JsonMapper.shared().readTree(answer.body());
	}

	private static void assertRefused(Answer answer, int status) {
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.body()).isEmpty();
		assertThat(answer.headers()).containsEntry("Content-Length", "0")
			.containsEntry("Access-Control-Allow-Origin", "*")
			.containsEntry("Cache-Control", "no-store");
	}

	/** A flag set of plain values. */
	private Tenant values() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true", "ui.theme", "\"dark\"");
		return tenant;
	}

	/** The flag set that holds toggles. */
	private Tenant toggles() {
		Tenant tenant = server().tenant(TOGGLES);
		tenant.show("*");
		List<String> flags = new ArrayList<>();
		flags.add("checkout");
		flags.add(toggle("checkout", true, "[{'serve':{'select':1},'conditions':[{'type':'segment','subject':'',"
				+ "'predicate':'is in','objects':['oslo']}]}]", "[{'key':'shop_open','value':true}]"));
		flags.add("shop_open");
		flags.add(toggle("shop_open", false, "[{'serve':{'select':1},'conditions':[]}]", "[]"));
		flags.add("$segment/oslo");
		flags.add("{'uniqueId':'oslo','rules':[{'conditions':[{'type':'string','subject':'city',"
				+ "'predicate':'is one of','objects':['Oslo']}]}]}".replace('\'', '"'));
		flags.add("$repository/events");
		flags.add("{\"home\":{\"name\":\"home\",\"type\":\"PAGE_VIEW\"}}");
		flags.replaceAll((text) -> text.startsWith("{'") ? text.replace('\'', '"') : text);
		tenant.set(flags.toArray(String[]::new));
		return tenant;
	}

	@Test
	void pollForAnotherUserOverTheSameConnectionIsAnotherSession() {
		Tenant tenant = toggles();
		try (RawConnection connection = RawConnection.to(server())) {
			for (String[] userAndValue : new String[][] { { ANNA, "true" }, { "{\"key\":\"u-2\"}", "false" },
					{ ANNA, "true" } }) {
				OpenOptions options = OpenOptions.key(tenant.clientKey()).query("user", base64(userAndValue[0]));
				Answer answer = connection.request(options.target("/realtime/poll"), options.headers()).readAnswer();
				assertThat(answer.status()).isEqualTo(200);
				assertThat(new String(answer.body(), StandardCharsets.UTF_8))
					.contains("\"checkout\":" + userAndValue[1]);
			}
		}
	}

	private static String toggle(String key, boolean forClient, String rules, String prerequisites) {
		return ("{'key':'" + key + "','enabled':true,'forClient':" + forClient + ",'version':5,"
				+ "'disabledServe':{'select':0},'defaultServe':{'select':0},'rules':" + rules
				+ ",'variations':[false,true],'prerequisites':" + prerequisites + "}")
			.replace('\'', '"');
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/server", "/", "//", "/server//", "//server/" })
	void valuesAreShownToServersAsToggles(String base) {
		Tenant tenant = values();
		JsonNode repository = json(get(base + SERVER, key(tenant.serverKey()).query("version", "1")));
		assertThat(repository.path("toggles").propertyNames()).containsExactly("checkout", "ui.theme");
		assertThat(repository.path("toggles").path("checkout").path("variations").get(0).booleanValue()).isTrue();
		assertThat(repository.path("segments").isObject()).isTrue();
	}

	@Test
	void versionGrowsWithEachChangeAndOverEpochs() {
		Tenant tenant = values();
		tenant.watch();
		OpenOptions key = key(tenant.serverKey());
		long first = json(get(SERVER, key)).path("version").asLong();
		assertThat(first).isGreaterThan(1_700_000_000_000L);
		assertThat(json(get(SERVER, key)).path("version").asLong()).isEqualTo(first);
		FlagPosition position = tenant.set("checkout", "false");
		long second = json(get(SERVER, key)).path("version").asLong();
		assertThat(second).isEqualTo(first + 1);
		tenant.restore(new FlagPosition("other", 1), "checkout", "true");
		Awaitility.await()
			.atMost(LoopbackServer.TIMEOUT)
			.until(() -> !server().hub().position(tenant.flagSet()).isSameEpoch(position));
		assertThat(json(get(SERVER, key)).path("version").asLong()).isGreaterThan(second);
	}

	@Test
	void valuesOfItsPatternsAreShownToAClient() {
		Tenant tenant = values();
		JsonNode toggles = json(get(CLIENT, key(tenant.clientKey()).query("user", base64(ANNA))));
		assertThat(toggles.propertyNames()).containsExactly("ui.theme");
		JsonNode theme = toggles.path("ui.theme");
		assertThat(theme.path("value").asString()).isEqualTo("dark");
		assertThat(theme.path("trackAccessEvents").isBoolean()).isTrue();
		assertThat(theme.path("variationIndex").asInt(-1)).isZero();
		assertThat(theme.path("reason").asString()).isEqualTo("default.");
	}

	@Test
	void togglesPassThroughToServers() {
		Tenant tenant = toggles();
		JsonNode repository = json(get(SERVER, key(tenant.serverKey())));
		assertThat(repository.path("toggles").propertyNames()).containsExactly("checkout", "shop_open");
		assertThat(repository.path("segments").propertyNames()).containsExactly("oslo");
		assertThat(repository.path("events").path("home").path("name").asString()).isEqualTo("home");
		assertThat(
				repository.path("toggles").path("checkout").path("rules").get(0).path("serve").path("select").asInt())
			.isEqualTo(1);
	}

	@Test
	void togglesAreEvaluatedForClients() {
		Tenant tenant = toggles();
		JsonNode inOslo = json(get(CLIENT, key(tenant.clientKey()).query("user", base64(ANNA))));
		assertThat(inOslo.propertyNames()).containsExactly("checkout");
		assertThat(inOslo.path("checkout").path("value").booleanValue()).isTrue();
		assertThat(inOslo.path("checkout").path("ruleIndex").asInt(-1)).isZero();
		JsonNode elsewhere = json(get(CLIENT, key(tenant.clientKey()).query("user", base64("{\"key\":\"u-2\"}"))));
		assertThat(elsewhere.path("checkout").path("value").booleanValue()).isFalse();
		assertThat(elsewhere.path("checkout").path("ruleIndex").isNull()).isTrue();
	}

	@Test
	void patternsOfAKeyHideTogglesButNotWhatTheyDependOn() {
		Tenant tenant = toggles();
		tenant.show("check*");
		assertThat(json(get(CLIENT, key(tenant.clientKey()).query("user", base64(ANNA)))).path("checkout")
			.path("value")
			.booleanValue()).isTrue();
		tenant.show("other*");
		assertThat(json(get(CLIENT, key(tenant.clientKey()).query("user", base64(ANNA)))).size()).isZero();
	}

	@Test
	void pullAfterAChangeHasIt() {
		Tenant tenant = toggles();
		tenant.watch();
		tenant.set("shop_open", toggle("shop_open", false, "[]", "[]"));
		assertThat(json(get(CLIENT, key(tenant.clientKey()).query("user", base64(ANNA)))).path("checkout")
			.path("value")
			.booleanValue()).isFalse();
		assertThat(json(get(SERVER, key(tenant.serverKey()))).path("toggles").path("shop_open").path("rules").size())
			.isZero();
	}

	@Test
	void plusSignOfAUserMayArriveAsASpace() {
		Tenant tenant = values();
		String user = base64("{\"key\":\"~~~>>>???\",\"attrs\":{\"a\":\"ûûû~~\"}}");
		assertThat(user).contains("+");
		OpenOptions raw = new OpenOptions(List.of("user=" + user.replace("=", "")), key(tenant.clientKey()).headers(),
				0);
		assertThat(json(get(CLIENT, raw)).size()).isEqualTo(1);
		String encoded = URLEncoder.encode(user, StandardCharsets.UTF_8);
		OpenOptions escaped = new OpenOptions(List.of("user=" + encoded), key(tenant.clientKey()).headers(), 0);
		assertThat(json(get(CLIENT, escaped)).size()).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "user=", "user=%25%25", "user=e30=", "user=bnVsbA==", "user=%ff", "user=%zz" })
	void userThatCannotBeReadIsRefused(String query) {
		Tenant tenant = values();
		OpenOptions options = new OpenOptions(List.of(query), key(tenant.clientKey()).headers(), 0);
		assertThat(get(CLIENT, options)).satisfies((answer) -> {
			assertThat(answer.status()).isEqualTo(400);
			assertThat(answer.body()).isEmpty();
		});
	}

	@Test
	void unknownKeyIsAnsweredNothing() {
		assertThat(json(get(SERVER, key("nobody"))).toString())
			.isEqualTo("{\"version\":0,\"debugUntilTime\":null,\"segments\":{},\"toggles\":{},\"events\":null}");
		assertThat(json(get(CLIENT, key("nobody").query("user", base64(ANNA)))).toString()).isEqualTo("{}");
		assertThat(json(get(DEFINITIONS, key("nobody"))).toString()).isEqualTo("{}");
	}

	@Test
	void keyOfTheOtherKindIsAnsweredNothing() {
		Tenant tenant = toggles();
		assertThat(json(get(SERVER, key(tenant.clientKey()))).path("toggles").size()).isZero();
		assertThat(json(get(CLIENT, key(tenant.serverKey()).query("user", base64(ANNA)))).size()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { SERVER, CLIENT + "?user=eyJrZXkiOiJ1In0", DEFINITIONS, EVENTS })
	void requestWithoutKeyIsRefused(String path) {
		assertRefused(get(path, OpenOptions.nobody()), 400);
		assertRefused(get(path, OpenOptions.nobody().header("Authorization", " ")), 400);
		assertRefused(get(path, key("one").header("Authorization", "two")), 400);
	}

	@Test
	void flagSetThatDoesNotLoadIsRefusedWithoutABody() {
		Tenant tenant = server().tenant();
		server().fastForward(() -> assertRefused(get(SERVER, key(tenant.serverKey())), 503));
	}

	@Test
	void flagSetThatLoadsInTimeIsWaitedFor() throws Exception {
		Tenant tenant = server().tenant();
		try (RawConnection connection = RawConnection.to(server())) {
			connection.request("GET " + SERVER, key(tenant.serverKey()).headers());
			Awaitility.await().atMost(LoopbackServer.TIMEOUT).until(() -> server().hub().isWatched(tenant.flagSet()));
			server().source().update(tenant.flagSet(), Map.of("a", FlagValue.TRUE), Set.of());
			assertThat(json(connection.readAnswer()).path("toggles").propertyNames()).containsExactly("a");
		}
	}

	@Test
	void loginThatTheAppForbidsIsRefused() {
		server().registry()
			.put(new SdkKeyDetails(SdkKey.server("of-forbidden"), FlagSetId.of("forbidden"), FlagFilter.all(),
					Set.of()));
		assertRefused(get(SERVER, key("of-forbidden")), 403);
	}

	@Test
	void eventsAreHandedToTheSink() {
		Tenant tenant = values();
		String body = "[{\"events\":[{\"kind\":\"custom\",\"value\":9.50}],\"access\":null},{}]";
		Answer answer = HttpClient.send(server(), "POST " + EVENTS,
				key(tenant.clientKey()).header("UA", "JS/2.2.0").header("User-Agent", "Mozilla/5.0"), body);
		assertRefused(answer, 200);
		assertThat(this.reports).singleElement().satisfies((report) -> {
			assertThat(report.key()).isEqualTo(SdkKey.client(tenant.clientKey()));
			assertThat(report.flagSet()).isEqualTo(tenant.flagSet());
			assertThat(report.sdk()).isEqualTo("JS/2.2.0");
			assertThat(report.batches()).extracting(Object::toString)
				.containsExactly("{\"events\":[{\"kind\":\"custom\",\"value\":9.50}],\"access\":null}", "{}");
		});
	}

	@Test
	void eventsOfServersAreTakenWithTheirUserAgent() {
		Tenant tenant = values();
		HttpClient.send(server(), "POST /server" + EVENTS, key(tenant.serverKey()).header("User-Agent", "Java/2.1.1"),
				"[]");
		assertThat(this.reports).singleElement().extracting(EventReport::sdk).isEqualTo("Java/2.1.1");
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = { "text;400", "7;400", "'';400" })
	void eventsThatCannotBeReadAreRefused(String body, int status) {
		assertRefused(HttpClient.send(server(), "POST " + EVENTS, key(values().serverKey()), body), status);
		assertThat(this.reports).isEmpty();
	}

	@Test
	void eventsAreBounded() {
		String body = "[{\"events\":[\"" + "x".repeat(3000) + "\"]}]";
		assertRefused(HttpClient.send(server(), "POST " + EVENTS, key(values().serverKey()), body), 413);
		assertRefused(HttpClient.send(server(), "POST " + EVENTS, key("nobody"), "[]"), 401);
		assertThat(this.reports).isEmpty();
	}

	@Test
	void sinkThatFailsHurtsNobody() {
		server().bean(RecordingEventSink.class).listener = (report) -> {
			throw new IllegalStateException("on purpose");
		};
		assertRefused(HttpClient.send(server(), "POST " + EVENTS, key(values().serverKey()), "[]"), 200);
	}

	@ParameterizedTest
	@ValueSource(strings = { DEFINITIONS + "?", EVENTS + "?" })
	void definitionsOfEventsAreAnswered(String path) {
		assertThat(json(get(path, key(toggles().clientKey()))).path("home").path("type").asString())
			.isEqualTo("PAGE_VIEW");
		assertThat(json(get(path, key(values().clientKey()))).size()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { SERVER, CLIENT, EVENTS, DEFINITIONS, "/server" + CLIENT, "//api/events" })
	void preflightNeedsNoKey(String path) {
		Answer answer = HttpClient.send(server(), "OPTIONS " + path,
				OpenOptions.nobody()
					.header("Origin", "https://shop.example")
					.header("Access-Control-Request-Method", "GET")
					.header("Access-Control-Request-Headers", "authorization,content-type,ua"),
				null);
		assertThat(answer.status()).isEqualTo(204);
		assertThat(answer.headers()).containsEntry("Access-Control-Allow-Origin", "*")
			.containsEntry("Access-Control-Allow-Methods", "GET,POST,OPTIONS")
			.containsEntry("Access-Control-Allow-Headers", "Authorization, Content-Type, UA")
			.containsEntry("Access-Control-Max-Age", "600");
	}

	@Test
	void everyOriginIsAllowed() {
		Tenant tenant = values();
		OpenOptions foreign = key(tenant.clientKey()).header("Origin", "https://shop.example")
			.query("user", base64(ANNA));
		assertThat(json(get(CLIENT, foreign)).size()).isEqualTo(1);
		assertRefused(get(CLIENT, OpenOptions.nobody().header("Origin", "https://shop.example")), 400);
	}

	@Test
	void otherMethodsAreRefused() {
		Answer answer = HttpClient.send(server(), "DELETE " + SERVER, key("any"), null);
		assertRefused(answer, 405);
		assertThat(answer.headers()).containsEntry("Allow", "GET");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "/api/server-sdk", "/other/api/events", "/api/server-sdk/toggles/x", "/api/server-sdk/keys" })
	void otherPathsAreTheApps(String path) {
		assertThat(get(path, key("any")).status()).isIn(401, 404);
	}

	@Test
	void clientKeyWithoutUserDoesNotReadTogglesOverOtherTransports() {
		Tenant tenant = toggles();
		for (String path : List.of("/realtime/flags", "/realtime/poll", "/realtime/sse")) {
			Answer answer = get(path, OpenOptions.key(tenant.clientKey()));
			assertThat(answer.status()).as(path).isEqualTo(400);
			assertThat(answer.message().text("detail")).contains("'user'");
			assertThat(get(path, OpenOptions.key(tenant.clientKey()).query("user", "e30=")).status()).isEqualTo(400);
		}
		Answer server = get("/realtime/flags", OpenOptions.key(tenant.serverKey()));
		assertThat(server.message().flags().propertyNames()).contains("checkout", "$segment/oslo");
	}

	private static OpenOptions as(Tenant tenant, String user) {
		return OpenOptions.key(tenant.clientKey()).query("user", base64(user));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse", "long-poll", "websocket" })
	void clientKeySeesTogglesAsTheyAreEvaluatedForItsUser(String transport) {
		Tenant tenant = toggles();
		tenant.watch();
		try (TestSession session = switch (transport) {
			case "sse" -> SseSession.open(server(), as(tenant, ANNA));
			case "long-poll" -> LongPollSession.open(server(), as(tenant, ANNA));
			default -> WebSocketSession.open(server(), as(tenant, ANNA));
		}) {
			session.expectWelcome(false);
			Message snapshot = session.next("snapshot");
			assertThat(snapshot.flags().toString()).isEqualTo("{\"checkout\":true}");
			tenant.set("shop_open", toggle("shop_open", false, "[]", "[]"));
			Message delta = session.next("delta");
			assertThat(delta.node().path("set").toString()).isEqualTo("{\"checkout\":false}");
			assertThat(delta.node().path("removed").size()).isZero();
			tenant.remove("shop_open");
			tenant.set("secret_plan", toggle("secret_plan", false, "[]", "[]"));
			tenant.remove("secret_plan");
			tenant.set("checkout", toggle("checkout", false, "[]", "[]"));
			Message gone = session.next("delta");
			while (gone.node().path("removed").isEmpty()) {
				assertThat(gone.json()).doesNotContain("secret_plan", "shop_open", "segment");
				gone = session.next("delta");
			}
			assertThat(gone.json()).doesNotContain("secret_plan", "shop_open", "segment");
			assertThat(gone.node().path("removed").toString()).isEqualTo("[\"checkout\"]");
		}
	}

	@Test
	void userMayComeWithTheLoginOfAWebSocket() {
		Tenant tenant = toggles();
		try (WebSocketSession session = WebSocketSession.open(server(), OpenOptions.nobody())) {
			session.send("{\"type\":\"hello\",\"key\":\"" + tenant.clientKey() + "\",\"user\":" + ANNA + "}");
			session.next("welcome");
			assertThat(session.next("snapshot").flags().toString()).isEqualTo("{\"checkout\":true}");
			session.send("{\"type\":\"subscribe\",\"sub\":\"ben\",\"key\":\"" + tenant.clientKey()
					+ "\",\"user\":{\"key\":\"u-2\"}}");
			session.next("welcome");
			assertThat(session.next("snapshot").flags().toString()).isEqualTo("{\"checkout\":false}");
			session.send("{\"type\":\"subscribe\",\"sub\":\"nobody\",\"key\":\"" + tenant.clientKey() + "\"}");
			assertThat(session.next("error").text("code")).isEqualTo("bad_request");
		}
	}

	@Test
	void resumeOfAUserGoesOnWhereItWas() {
		Tenant tenant = toggles();
		tenant.watch();
		server().hub()
			.acquire(tenant.flagSet(),
					server().bean(FlagEvaluation.class).lens(tenant.flagSet(), ANNA, FlagFilter.of(List.of("*"))), 10)
			.loaded()
			.block(LoopbackServer.TIMEOUT);
		Message first = get("/realtime/flags", as(tenant, ANNA)).message();
		tenant.set("shop_open", toggle("shop_open", false, "[]", "[]"));
		Message delta = get("/realtime/flags", as(tenant, ANNA).at(first.position())).message();
		assertThat(delta.type()).isEqualTo("delta");
		assertThat(delta.node().path("set").toString()).isEqualTo("{\"checkout\":false}");
		Message other = get("/realtime/flags", as(tenant, "{\"key\":\"u-2\"}").at(first.position())).message();
		assertThat(other.type()).as("to another user").isEqualTo("snapshot");
	}

	@Test
	void sessionWhoseKeyIsGivenTogglesEndsWithoutAUser() {
		Tenant values = values();
		Tenant toggles = toggles();
		try (SseSession session = SseSession.open(server(), OpenOptions.key(values.clientKey()))) {
			session.expectWelcome(false);
			session.next("snapshot");
			server().registry()
				.put(new SdkKeyDetails(SdkKey.client(values.clientKey()), toggles.flagSet(), FlagFilter.all(),
						Set.of()));
			session.expectEndAfterMessages(CloseReason.BAD_REQUEST);
		}
	}

	@Test
	void sessionWhoseKeyBecomesAClientKeyEndsWithoutAUser() {
		Tenant toggles = toggles();
		String key = "sdk-that-changes-its-kind";
		server().registry().put(new SdkKeyDetails(SdkKey.server(key), toggles.flagSet(), FlagFilter.all(), Set.of()));
		try (SseSession session = SseSession.open(server(), OpenOptions.key(key))) {
			session.expectWelcome(false);
			session.next("snapshot");
			server().registry()
				.put(new SdkKeyDetails(SdkKey.client(key), toggles.flagSet(), FlagFilter.all(), Set.of()));
			session.expectEndAfterMessages(CloseReason.BAD_REQUEST);
		}
	}

	/**
	 * Tells the test of reports.
	 */
	static final class RecordingEventSink implements EventSink {

		private volatile EventSink listener = (report) -> {
		};

		@Override
		public void accept(EventReport report) {
			this.listener.accept(report);
		}

	}

}
