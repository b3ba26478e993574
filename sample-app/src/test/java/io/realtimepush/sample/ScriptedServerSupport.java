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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.core.io.ClassPathResource;

/**
 * A page in Chromium with a client, and a server that answers what a test says.
 */
@ExtendWith(ChromiumCondition.class)
abstract class ScriptedServerSupport {

	static final String ORIGIN = "http://shop.test";

	static Page page;

	private static Chromium chromium;

	final List<WebSocketRoute> sockets = new ArrayList<>();

	final List<String> sent = new ArrayList<>();

	final List<String> requests = new ArrayList<>();

	private final String html;

	private final String script;

	private final ClassPathResource source;

	/**
	 * Create a page.
	 * @param html what it holds; has a function {@code start} when it is loaded
	 * @param script the path of the client
	 * @param source the class path resource with the client
	 */
	ScriptedServerSupport(String html, String script, String source) {
		this.html = html;
		this.script = script;
		this.source = new ClassPathResource(source);
	}

	@BeforeAll
	static void start() {
		chromium = Chromium.start();
		page = chromium.newPage();
		page.setDefaultTimeout(20_000);
	}

	@AfterAll
	static void stop() {
		chromium.close();
	}

	@BeforeEach
	void open() {
		page.route(ORIGIN + "/", (route) -> fulfill(route, 200, "text/html", this.html));
		page.route(ORIGIN + this.script, (route) -> fulfill(route, 200, "text/javascript", client()));
		page.routeWebSocket((url) -> url.contains("/realtime/ws"), (socket) -> {
			this.sockets.add(socket);
			socket.onMessage((frame) -> this.sent.add(frame.text()));
		});
		page.navigate(ORIGIN + "/");
		page.waitForFunction("Boolean(window.start)");
	}

	@AfterEach
	void close() {
		page.navigate("about:blank");
		page.unrouteAll();
	}

	private String client() {
		try {
			return this.source.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void send(String message) {
		this.sockets.get(0).send(message.replace('\'', '"'));
	}

	void awaitFlags(String expected) {
		page.waitForCondition(() -> flags().equals(expected));
	}

	String flags() {
		return (String) page.evaluate("`${client.position?.epoch}:${client.position?.version} `"
				+ " + JSON.stringify(Object.fromEntries(client.flags))");
	}

	static String query(Route route) {
		return URI.create(route.request().url()).getRawQuery();
	}

	static void fulfill(Route route, int status, String contentType, String body) {
		route.fulfill(new Route.FulfillOptions().setStatus(status).setContentType(contentType).setBody(body));
	}

}
