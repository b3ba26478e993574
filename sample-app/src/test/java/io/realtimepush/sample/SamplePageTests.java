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
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.jdbc.JdbcFlagSource;
import io.realtimepush.source.jdbc.JdbcFlagStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample's page in a real browser.
 */
@ExtendWith(ChromiumCondition.class)
class SamplePageTests {

	private static final List<String> TRANSPORTS = List.of("websocket", "sse", "long-poll");

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Pattern MILLISECONDS = Pattern.compile("[0-9.]+ ms");

	@TempDir
	private static Path directory;

	private static SampleServer server;

	private static Chromium chromium;

	private final List<String> pageErrors = new CopyOnWriteArrayList<>();

	private Page page;

	@BeforeAll
	static void start() {
		server = SampleServer.start(directory, 0);
		chromium = Chromium.start();
		PlaywrightAssertions.setDefaultAssertionTimeout(TIMEOUT.toMillis());
	}

	@AfterAll
	static void stop() {
		chromium.close();
		server.close();
	}

	@BeforeEach
	void open() throws Exception {
		write("ui.banner.enabled", "true");
		this.page = chromium.newPage();
		this.page.onPageError(this.pageErrors::add);
		this.page.navigate(server.url());
		for (String transport : TRANSPORTS) {
			assertIsLive(transport);
			assertHolds(transport, "ui.banner.enabled", "true");
		}
	}

	@AfterEach
	void close() {
		this.page.close();
		assertThat(this.pageErrors).isEmpty();
	}

	@Test
	void switchReachesAllPanes() {
		editor("ui.banner.enabled").locator(".switch").click();
		for (String transport : TRANSPORTS) {
			assertHolds(transport, "ui.banner.enabled", "false");
			PlaywrightAssertions.assertThat(part(transport, "time")).hasText(MILLISECONDS);
			PlaywrightAssertions.assertThat(part(transport, "chart").locator("rect")).hasCount(1);
			PlaywrightAssertions.assertThat(part(transport, "position")).hasText(Pattern.compile(".+:[0-9]+"));
		}
		PlaywrightAssertions.assertThat(this.page.locator("#calls li").filter(hasText("banner is hidden")).first())
			.isVisible();
	}

	@Test
	void switchWorksByKeyboard() {
		editor("ui.banner.enabled").locator(".switch").focus();
		this.page.keyboard().press("Space");
		TRANSPORTS.forEach((transport) -> assertHolds(transport, "ui.banner.enabled", "false"));
	}

	@Test
	void writeOfSomebodyElseReachesPanesAndEditors() throws Exception {
		write("ui.banner.text", "\"From afar\"");
		TRANSPORTS.forEach((transport) -> assertHolds(transport, "ui.banner.text", "\"From afar\""));
		PlaywrightAssertions.assertThat(editor("ui.banner.text").locator("input")).hasValue("From afar");
	}

	@Test
	void flagOfServerReachesHandlersButNoPane() throws Exception {
		editor("checkout.enabled").locator(".switch").click();
		PlaywrightAssertions.assertThat(this.page.locator("#calls li").filter(hasText("checkout.enabled")).first())
			.isVisible();
		write("ui.after", "1");
		for (String transport : TRANSPORTS) {
			assertHolds(transport, "ui.after", "1");
			PlaywrightAssertions.assertThat(pane(transport).locator("[data-part=flags] [data-key^='checkout']"))
				.hasCount(0);
		}
	}

	@Test
	void flagIsAddedAndRemoved() {
		Locator form = this.page.locator("#add");
		form.locator("[name=key]").fill("ui.added");
		form.locator("[name=type]").selectOption("json");
		form.locator("[name=value]").fill("{\"a\":1.50}");
		form.locator("[type=submit]").click();
		TRANSPORTS.forEach((transport) -> assertHolds(transport, "ui.added", "{\"a\":1.50}"));
		editor("ui.added").locator(".icon").click();
		for (String transport : TRANSPORTS) {
			PlaywrightAssertions.assertThat(held(transport, "ui.added")).hasCount(0);
		}
		PlaywrightAssertions.assertThat(editor("ui.added")).hasCount(0);
	}

	@Test
	void badJsonIsRefusedBesideItsEditor() {
		Locator categories = editor("ui.categories");
		categories.locator("textarea").fill("[1,");
		categories.locator("[type=submit]").click();
		PlaywrightAssertions.assertThat(categories.locator(".error")).containsText("flag value must be JSON");
		categories.locator("textarea").press("Escape");
		PlaywrightAssertions.assertThat(categories.locator("textarea")).hasValue("[\"Books\",\"Games\",\"Garden\"]");
	}

	@Test
	void editorKeepsWhatItDoesNotEdit() throws Exception {
		String json = "{\"id\":12345678901234567890,\"label\":\"Buy\",\"rate\":1.50}";
		write("ui.exact", json);
		write("ui.lines", "\"one\\ntwo\"");
		assertThat(editor("ui.exact").locator("textarea").inputValue()).contains("12345678901234567890", "1.50");
		PlaywrightAssertions.assertThat(editor("ui.lines").locator("textarea")).hasValue("\"one\\ntwo\"");
	}

	@Test
	void flagThatIsRemovedWhileItIsEditedCanBeSavedAgain() throws Exception {
		write("ui.lost", "\"first\"");
		Locator lost = editor("ui.lost");
		lost.locator("input").fill("second");
		remove("ui.lost");
		PlaywrightAssertions.assertThat(lost.locator(".error")).containsText("has removed this flag");
		lost.locator("input").press("Enter");
		TRANSPORTS.forEach((transport) -> assertHolds(transport, "ui.lost", "\"second\""));
		PlaywrightAssertions.assertThat(lost.locator(".error")).isHidden();
		lost.locator("input").fill("third");
		remove("ui.lost");
		PlaywrightAssertions.assertThat(lost.locator(".error")).containsText("has removed this flag");
		lost.locator("input").press("Escape");
		PlaywrightAssertions.assertThat(lost).hasCount(0);
	}

	@Test
	void panesShowStoppedServerAndComeBackWithNothingMissed() throws Exception {
		int port = server.port();
		server.close();
		for (String transport : TRANSPORTS) {
			PlaywrightAssertions.assertThat(part(transport, "due")).hasText(Pattern.compile("in [0-9.]+ s"));
			PlaywrightAssertions.assertThat(part(transport, "state")).hasText("reconnecting");
		}
		PlaywrightAssertions.assertThat(this.page.locator("#server")).hasText("not reachable");
		writeIntoDatabase("ui.while-down", FlagValue.of("missed?"));
		server = SampleServer.start(directory, port);
		write("ui.after-start", "[1]");
		for (String transport : TRANSPORTS) {
			assertIsLive(transport);
			assertHolds(transport, "ui.while-down", "\"missed?\"");
			assertHolds(transport, "ui.after-start", "[1]");
		}
		PlaywrightAssertions.assertThat(this.page.locator("#server")).hasText("running");
		PlaywrightAssertions.assertThat(editor("ui.while-down")).isVisible();
		editor("ui.banner.enabled").locator(".switch").click();
		TRANSPORTS.forEach((transport) -> assertHolds(transport, "ui.banner.enabled", "false"));
	}

	private void assertIsLive(String transport) {
		PlaywrightAssertions.assertThat(pane(transport)).hasAttribute("data-state", "live");
		PlaywrightAssertions.assertThat(part(transport, "state")).hasText("live");
	}

	private void assertHolds(String transport, String key, String json) {
		PlaywrightAssertions.assertThat(held(transport, key)).hasText(json);
	}

	private Locator held(String transport, String key) {
		return part(transport, "flags").locator("[data-key='" + key + "'] dd");
	}

	private Locator part(String transport, String name) {
		return pane(transport).locator("[data-part=" + name + "]");
	}

	private Locator pane(String transport) {
		return this.page.locator(".pane[data-transport=" + transport + "]");
	}

	private Locator editor(String key) {
		return this.page.locator(".flag[data-key='" + key + "']");
	}

	private static Locator.FilterOptions hasText(String text) {
		return new Locator.FilterOptions().setHasText(text);
	}

	private static void write(String key, String json) throws Exception {
		send(key, "PUT", BodyPublishers.ofString(json));
	}

	private static void remove(String key) throws Exception {
		send(key, "DELETE", BodyPublishers.noBody());
	}

	private static void send(String key, String method, BodyPublisher body) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/api/flags/" + key))
			.timeout(TIMEOUT)
			.method(method, body)
			.build();
		HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
	}

	/**
	 * What another node on the same database does while this one is down.
	 */
	private static void writeIntoDatabase(String key, FlagValue value) {
		DriverManagerDataSource dataSource = new DriverManagerDataSource(SampleServer.databaseUrl(directory), "sa", "");
		new JdbcFlagStore(new JdbcFlagSource(dataSource)).set(ShopFlags.FLAG_SET, key, value);
	}

}
