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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The sample with the profile {@code client}, connected to the sample without it.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClientProfileTests {

	private static final JsonMapper JSON = new JsonMapper();

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final HttpClient CLIENT = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(TIMEOUT)
		.build();

	@TempDir
	private Path directory;

	@Test
	void updatesArePrintedAndThePageShowsThem(CapturedOutput output) throws Exception {
		try (SampleServer server = SampleServer.start(this.directory, 0);
				SampleServer client = SampleServer.startClientOf(server)) {
			assertThat(client.hasBean(DataSource.class)).isFalse();
			JsonNode first = await(client, (view) -> view.path("state").asString().equals("LIVE"));
			assertThat(first.path("source").asString()).isEqualTo("LIVE");
			assertThat(first.path("transport").asString()).isEqualTo("websocket");
			assertThat(first.path("flags").path("checkout.max-items").asInt()).isEqualTo(50);
			put(server, "checkout.max-items", "51");
			await(client, (view) -> view.path("flags").path("checkout.max-items").asInt() == 51);
			await(client, (view) -> output.getOut().contains("checkout.max-items = 51"));
			assertThat(get(client, "/").body()).contains("Sample client");
			assertThat(get(client, "/style.css").statusCode()).isEqualTo(200);
			assertThat(get(client, "/client.js").statusCode()).isEqualTo(200);
		}
	}

	/** Look every few milliseconds how the client is. */
	private static JsonNode await(SampleServer client, Predicate<JsonNode> condition) throws Exception {
		long end = System.nanoTime() + TIMEOUT.toNanos();
		while (true) {
			JsonNode view = JSON.readTree(get(client, "/api/client").body());
			if (condition.test(view)) {
				return view;
			}
			assertThat(System.nanoTime()).as("not so in time: " + view).isLessThan(end);
			TimeUnit.MILLISECONDS.sleep(20);
		}
	}

	private static HttpResponse<String> get(SampleServer app, String path) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(app.url() + path)).timeout(TIMEOUT).build();
		return CLIENT.send(request, BodyHandlers.ofString());
	}

	private static void put(SampleServer server, String key, String json) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + FlagController.PATH + "/" + key))
			.timeout(TIMEOUT)
			.header("Content-Type", "application/json")
			.PUT(BodyPublishers.ofString(json))
			.build();
		assertThat(CLIENT.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
	}

}
