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

package io.realtimepush.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The JavaScript client that the sample serves, in a real browser.
 */
@ExtendWith(ChromiumCondition.class)
class ClientScriptTests {

	private static final double TIMEOUT = 20_000;

	/** How long the server waits for the next poll of a client. */
	private static final Duration SESSION_KEPT = Duration.ofSeconds(30);

	private static final AtomicInteger WRITES = new AtomicInteger();

	@TempDir
	private static Path directory;

	private static SampleServer server;

	private static Chromium chromium;

	private BrowserContext window;

	@BeforeAll
	static void start() {
		server = SampleServer.start(directory, 0);
		chromium = Chromium.start();
	}

	@AfterAll
	static void stop() {
		chromium.close();
		server.close();
	}

	@BeforeEach
	void openWindow() {
		this.window = prepared(chromium);
	}

	private static BrowserContext prepared(Chromium browser) {
		BrowserContext window = browser.window();
		window.setDefaultTimeout(TIMEOUT);
		return window;
	}

	@AfterEach
	void closeWindow() {
		this.window.close();
		awaitConnections(0);
	}

	@Test
	void eightTabsShareOneConnectionAndHandItOver() throws Exception {
		List<Page> tabs = Stream.generate(() -> startedPage("{}")).limit(8).toList();
		assertThat(server.connections()).isEqualTo(1);
		assertThat(tabs).filteredOn(ClientScriptTests::isShared).hasSize(7);
		assertReaches(tabs);
		Page last = tabs.get(7);
		last.evaluate("() => { client.on('sold-out', (article) => { window.soldOut = article; }); }");
		assertIsNotified(last, "book");
		Page leader = tabs.stream().filter((tab) -> !isShared(tab)).findFirst().orElseThrow();
		List<Page> others = tabs.stream().filter((tab) -> tab != leader).toList();
		leader.close();
		Page next = awaitLeader(others);
		awaitState(next, "live");
		assertThat(next.evaluate("client.status.transport")).isEqualTo("websocket");
		assertReaches(others);
		assertIsNotified(last, "game");
		assertThat(others).filteredOn(ClientScriptTests::isShared).hasSize(6);
		// It goes on from where the former one was
		assertThat(messages(next)).contains("welcome resumed").doesNotContain("welcome");
		awaitConnections(1);
	}

	@Test
	void tabThatIsReadyHasTheFlags() {
		AtomicReference<WebSocketRoute> server = new AtomicReference<>();
		Page leader = this.window.newPage();
		leader.routeWebSocket((url) -> url.contains("/realtime/ws"), server::set);
		open(leader);
		leader.evaluate("() => { start({}); }");
		leader.waitForCondition(() -> server.get() != null);
		Page other = this.window.newPage();
		open(other);
		other.evaluate("() => { start({}).then((ready) => window.atReady = [ready, client.flags.size]); }");
		await(other, "(state) => client.status.shared && client.status.state === state", "connecting");
		server.get().send("{\"type\":\"welcome\",\"heartbeat\":25000}");
		server.get().send("{\"type\":\"snapshot\",\"epoch\":\"x\",\"version\":1,\"flags\":{\"ui.test\":1}}");
		assertThat(other.waitForFunction("window.atReady").jsonValue()).isEqualTo(List.of(true, 1));
	}

	@Test
	void tabThatSleepsHandsOverAndComesBack(@TempDir Path profile) throws Exception {
		try (Chromium untouched = Chromium.startUntouched(profile)) {
			BrowserContext plain = prepared(untouched);
			Page first = startedPage(plain, "{}");
			Page second = startedPage(plain, "{}");
			CDPSession devTools = plain.newCDPSession(first);
			setLifecycle(devTools, "frozen");
			awaitLeader(List.of(second));
			awaitState(second, "live");
			awaitConnections(1);
			String value = write();
			awaitValue(second, value);
			setLifecycle(devTools, "active");
			awaitValue(first, value);
			assertThat(isShared(first)).isTrue();
			assertThat(server.connections()).isEqualTo(1);
			second.close();
			awaitLeader(List.of(first));
			awaitState(first, "live");
			first.evaluate("messages = []");
			setLifecycle(devTools, "frozen");
			awaitConnections(0);
			String missed = write();
			setLifecycle(devTools, "active");
			awaitValue(first, missed);
			assertThat(messages(first)).startsWith("welcome resumed", "delta").doesNotContain("snapshot");
		}
	}

	@Test
	void tabThatSleptThroughAResetLeavesTheFormerHistory() {
		AtomicReference<WebSocketRoute> socket = new AtomicReference<>();
		Page leader = this.window.newPage();
		Page other = sleepThroughReset(leader, socket);
		other.evaluate("document.dispatchEvent(new Event('resume'))");
		awaitPosition(other, "x:3");
		assertThat(other.evaluate("client.get('ui.test')")).isEqualTo("former");
	}

	@Test
	void tabThatWakesBeforeItsLeaderIsLiveLeavesTheFormerHistoryToo() {
		AtomicReference<WebSocketRoute> socket = new AtomicReference<>();
		Page leader = this.window.newPage();
		Page other = sleepThroughReset(leader, socket);
		WebSocketRoute former = socket.get();
		former.close(new WebSocketRoute.CloseOptions().setCode(4503));
		leader.waitForCondition(() -> socket.get() != former);
		other.evaluate("document.dispatchEvent(new Event('resume'))");
		await(other, "(name) => client.status.shared && client.status.transport === name", "websocket");
		assertThat(other.evaluate("client.status.state")).isEqualTo("connecting");
		assertThat(other.evaluate("client.position.version")).isEqualTo(9);
		socket.get().send("{\"type\":\"welcome\",\"heartbeat\":25000,\"resumed\":true}");
		awaitPosition(other, "x:3");
	}

	/** Have a tab sleep while the server that leads another one goes back. */
	private Page sleepThroughReset(Page leader, AtomicReference<WebSocketRoute> socket) {
		leader.routeWebSocket((url) -> url.contains("/realtime/ws"), socket::set);
		open(leader);
		leader.evaluate("() => { start({}); }");
		leader.waitForCondition(() -> socket.get() != null);
		socket.get().send("{\"type\":\"welcome\",\"heartbeat\":25000,\"resumed\":false}");
		String flags = "\"flags\":{\"ui.test\":\"%s\"}";
		socket.get().send("{\"type\":\"snapshot\",\"epoch\":\"x\",\"version\":9," + flags.formatted("abandoned") + "}");
		awaitPosition(leader, "x:9");
		Page other = startedPage("{}");
		awaitPosition(other, "x:9");
		other.evaluate("document.dispatchEvent(new Event('freeze'))");
		socket.get()
			.send("{\"type\":\"snapshot\",\"epoch\":\"x\",\"version\":3," + flags.formatted("former")
					+ ",\"reset\":true}");
		awaitPosition(leader, "x:3");
		assertThat(other.evaluate("client.position.version")).isEqualTo(9);
		return other;
	}

	private static void awaitPosition(Page page, String position) {
		await(page, "(position) => `${client.position?.epoch}:${client.position?.version}` === position", position);
	}

	@Test
	void leaderThatAnswersNobodyLosesTheLead() {
		Page first = startedPage("{}");
		Page second = startedPage("{ answerTimeout: 200 }");
		// As a tab that the system has stopped without a word
		List<Route> held = new ArrayList<>();
		first.route((url) -> url.endsWith("/held"), held::add);
		first.evaluate("""
				() => { setTimeout(() => {
				  const request = new XMLHttpRequest();
				  request.open("GET", "/held", false);
				  request.send();
				}); }""");
		first.waitForCondition(() -> !held.isEmpty());
		second.evaluate("client.check()");
		awaitLeader(List.of(second));
		awaitState(second, "live");
		held.get(0).fulfill(new Route.FulfillOptions().setBody("go on"));
		first.waitForFunction("client.status.shared && client.status.state === 'live'");
		awaitConnections(1);
	}

	@Test
	void networkThatComesBackIsUsed() throws Exception {
		Page page = startedPage("{}");
		this.window.setOffline(true);
		awaitState(page, "interrupted");
		String value = write();
		this.window.setOffline(false);
		awaitValue(page, value);
		awaitState(page, "live");
		assertThat(page.evaluate("client.status.transport")).isEqualTo("websocket");
		assertThat(messages(page)).containsOnlyOnce("snapshot");
	}

	@Test
	void transportThatFailedWithoutNetworkIsNotToBlame() throws Exception {
		Page page = startedPage("""
				{ fetch: (...what) => new Promise((goOn) => addEventListener("online", () => setTimeout(goOn)))
				  .then(() => fetch(...what)) }""");
		this.window.setOffline(true);
		await(page, "(next) => client.status.transport === next && client.status.state === 'connecting'", "sse");
		this.window.setOffline(false);
		assertReachesOver(page, "websocket");
		assertThat(messages(page)).containsOnlyOnce("snapshot");
	}

	@Test
	void anotherNetworkIsNotToBlameForTheFormer() throws Exception {
		Page page = this.window.newPage();
		AtomicBoolean blocked = blockWebSocket(page);
		start(page, "{}");
		assertReachesOver(page, "sse");
		blocked.set(false);
		page.evaluate("dispatchEvent(new Event('online'))");
		assertReachesOver(page, "websocket");
	}

	@Test
	void blockedTransportsAreLeftAndComeBack() throws Exception {
		Page page = this.window.newPage();
		AtomicBoolean blocked = blockWebSocket(page);
		page.route((url) -> url.contains("/realtime/sse"),
				(route) -> route.fulfill(new Route.FulfillOptions().setStatus(404).setBody("<html>a proxy")));
		start(page, "{ retryTransportAfter: 100 }");
		assertReachesOver(page, "long-poll");
		blocked.set(false);
		assertReachesOver(page, "websocket");
		assertThat(messages(page)).containsOnlyOnce("snapshot");
		awaitConnections(1);
	}

	@Test
	void lastFlagsAreThereBeforeTheServerAnswers() throws Exception {
		Page page = startedPage("{}");
		String value = write();
		awaitValue(page, value);
		page.reload();
		page.waitForFunction("Boolean(window.start)");
		assertThat(page.evaluate("start(), client.get('ui.test')")).isEqualTo(value);
		awaitState(page, "live");
		assertThat(messages(page)).startsWith("welcome resumed").doesNotContain("snapshot");
		page.route((url) -> url.contains("/realtime/") && !url.endsWith(".js"), Route::abort);
		page.reload();
		page.waitForFunction("Boolean(window.start)");
		assertThat(page.evaluate("start({ transports: ['sse'] }), client.ready(50)")).isEqualTo(false);
		assertThat(page.evaluate("client.get('ui.test')")).isEqualTo(value);
	}

	@Test
	void flagsOfAnUnnamedTokenAreNeitherSharedNorKept() {
		String token = "key: async () => 'sdk-client-sample'";
		Page first = startedPage("{ " + token + " }");
		Page second = startedPage("{ " + token + " }");
		assertThat(server.connections()).isEqualTo(2);
		assertThat(isShared(second)).isFalse();
		first.evaluate("client.stop()");
		assertThat(first.evaluate("localStorage.length")).isEqualTo(0);
		second.evaluate("client.stop()");
		awaitConnections(0);
		Page third = startedPage("{ " + token + ", name: 'anna' }");
		assertThat(isShared(startedPage("{ " + token + ", name: 'anna' }"))).isTrue();
		third.evaluate("client.stop()");
		assertThat(third.evaluate("localStorage.length")).isEqualTo(1);
	}

	private Page startedPage(String options) {
		return startedPage(this.window, options);
	}

	private static Page startedPage(BrowserContext window, String options) {
		Page page = window.newPage();
		start(page, options);
		return page;
	}

	private static void open(Page page) {
		page.navigate(server.url() + "/client-test.html");
		page.waitForFunction("Boolean(window.start)");
	}

	private static void start(Page page, String options) {
		open(page);
		assertThat(page.evaluate("start(" + options + ")")).isEqualTo(true);
	}

	/** Have WebSocket fail until told otherwise. */
	private static AtomicBoolean blockWebSocket(Page page) {
		AtomicBoolean blocked = new AtomicBoolean(true);
		page.routeWebSocket((url) -> url.contains("/realtime/ws"), (socket) -> {
			if (blocked.get()) {
				socket.close();
			}
			else {
				socket.connectToServer();
			}
		});
		return blocked;
	}

	private static void assertReaches(List<Page> pages) throws Exception {
		String value = write();
		pages.forEach((page) -> awaitValue(page, value));
	}

	/** The tab that leads has registered for the other one, sooner or later. */
	private static void assertIsNotified(Page page, String article) {
		page.waitForCondition(() -> server.notifyClients("sold-out", article) == 1);
		await(page, "(article) => window.soldOut === article", article);
	}

	private static void assertReachesOver(Page page, String transport) throws Exception {
		await(page, "(name) => client.status.state === 'live' && client.status.transport === name", transport);
		awaitValue(page, write());
	}

	private static void awaitValue(Page page, String value) {
		await(page, "(value) => client.get('ui.test') === value", value);
	}

	private static void awaitState(Page page, String state) {
		await(page, "(state) => client.status.state === state", state);
	}

	/**
	 * Frames, which are waited for by default, are not painted in a tab that is hidden.
	 */
	private static void await(Page page, String condition, Object argument) {
		page.waitForFunction(condition, argument, new Page.WaitForFunctionOptions().setPollingInterval(10));
	}

	private static Page awaitLeader(List<Page> tabs) {
		tabs.get(0).waitForCondition(() -> tabs.stream().anyMatch((tab) -> !isShared(tab)));
		return tabs.stream().filter((tab) -> !isShared(tab)).findFirst().orElseThrow();
	}

	private static boolean isShared(Page page) {
		return (boolean) page.evaluate("Boolean(client.status.shared)");
	}

	@SuppressWarnings("unchecked")
	private static List<String> messages(Page page) {
		return (List<String>) page.evaluate("messages");
	}

	private static void setLifecycle(CDPSession devTools, String state) {
		JsonObject parameters = new JsonObject();
		parameters.addProperty("state", state);
		devTools.send("Page.setWebLifecycleState", parameters);
	}

	/** A client that leaves between two polls is waited for, as if it came again. */
	private static void awaitConnections(int expected) {
		Awaitility.await()
			.atMost(SESSION_KEPT.plusSeconds(15))
			.untilAsserted(() -> assertThat(server.connections()).isEqualTo(expected));
	}

	/** Write a value that no test has written before. */
	private static String write() throws Exception {
		String value = "value " + WRITES.incrementAndGet();
		HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/api/flags/ui.test"))
			.PUT(BodyPublishers.ofString('"' + value + '"'))
			.build();
		assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
		return value;
	}

}
