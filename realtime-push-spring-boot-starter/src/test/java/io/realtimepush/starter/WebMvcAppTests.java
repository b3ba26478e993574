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

package io.realtimepush.starter;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The starter in a Spring MVC app on Tomcat, with Spring Security.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "realtime-push.server.sdk-keys[0].key=sdk-server-mvc",
				"realtime-push.server.sdk-keys[0].flag-set=shop", "spring.security.user.password=secret" })
class WebMvcAppTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final FlagSetId SHOP = FlagSetId.of("shop");

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(TIMEOUT)
		.build();

	@LocalServerPort
	private int port;

	@Autowired
	private InMemoryFlagSource source;

	@Autowired
	private App app;

	@Test
	void endpointsAreServedBesideControllers() throws Exception {
		assertThat(get("/hello", "").statusCode()).isEqualTo(401);
		assertThat(get("/hello", "Basic dXNlcjpzZWNyZXQ=").body()).isEqualTo("hello");
		assertThat(get("/realtime/flags", "Bearer sdk-server-mvc").body()).contains("\"limit\":");
		assertThat(get("/realtime/flags", "Bearer unknown").statusCode()).isEqualTo(401);
		assertThat(get("/realtime/nothing", "Bearer sdk-server-mvc").statusCode()).isEqualTo(404);
		assertThat(get("/realtime/client.js", "").body()).contains("PushClient");
		assertThat(get("/realtime/../hello", "").statusCode()).isIn(400, 401);
	}

	@Test
	void changeReachesWebSocketAndStreamAndHandler() throws Exception {
		Inbox inbox = new Inbox();
		WebSocket socket = this.client.newWebSocketBuilder()
			.connectTimeout(TIMEOUT)
			.header("Authorization", "Bearer sdk-server-mvc")
			.buildAsync(URI.create("ws://localhost:" + this.port + "/realtime/ws"), inbox)
			.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		HttpResponse<InputStream> stream = this.client.send(request("/realtime/sse", "Bearer sdk-server-mvc"),
				BodyHandlers.ofInputStream());
		try (InputStream events = stream.body()) {
			assertThat(stream.statusCode()).isEqualTo(200);
			assertThat(inbox.await("snapshot")).contains("limit");
			assertThat(read(events, "\"type\":\"snapshot\"")).contains("limit");
			this.source.update(SHOP, Map.of("limit", FlagValue.of(4711)), Set.of());
			assertThat(inbox.await("delta")).contains("4711");
			assertThat(read(events, "4711")).contains("delta");
			assertThat(this.app.limits.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(4711);
		}
		finally {
			socket.abort();
		}
	}

	private static String read(InputStream events, String wanted) throws IOException {
		StringBuilder read = new StringBuilder();
		while (read.indexOf(wanted) < 0 || read.charAt(read.length() - 1) != '\n') {
			int next = events.read();
			assertThat(next).as("the stream has ended after " + read).isNotEqualTo(-1);
			read.append((char) next);
		}
		return read.toString();
	}

	private HttpResponse<String> get(String path, String authorization) throws IOException, InterruptedException {
		return this.client.send(request(path, authorization), BodyHandlers.ofString());
	}

	private HttpRequest request(String path, String authorization) {
		HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.timeout(TIMEOUT);
		return (authorization.isEmpty() ? builder : builder.header("Authorization", authorization)).build();
	}

	private static final class Inbox implements WebSocket.Listener {

		private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

		private final StringBuilder part = new StringBuilder();

		@Override
		public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
			this.part.append(data);
			if (last) {
				this.messages.add(this.part.toString());
				this.part.setLength(0);
			}
			socket.request(1);
			return null;
		}

		String await(String type) throws InterruptedException {
			while (true) {
				String message = this.messages.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
				assertThat(message).as(type).isNotNull();
				if (message.contains("\"type\":\"" + type + "\"")) {
					return message;
				}
			}
		}

	}

	@SpringBootApplication
	@RestController
	static class App {

		private final BlockingQueue<Integer> limits = new LinkedBlockingQueue<>();

		@Bean
		InMemoryFlagSource flagSource() {
			InMemoryFlagSource source = new InMemoryFlagSource();
			source.update(SHOP, Map.of("limit", FlagValue.of(1)), Set.of());
			return source;
		}

		@GetMapping("/hello")
		String hello() {
			return "hello";
		}

		@OnFlagUpdate(value = "limit", initial = false)
		void limit(int limit) {
			this.limits.add(limit);
		}

	}

}
