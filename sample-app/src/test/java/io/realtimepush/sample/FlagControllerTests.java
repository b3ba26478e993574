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
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FlagController}.
 */
class FlagControllerTests {

	private static final JsonMapper JSON = new JsonMapper();

	private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

	@TempDir
	private static Path directory;

	private static SampleServer server;

	private static JsonNode seeded;

	@BeforeAll
	static void start() throws Exception {
		server = SampleServer.start(directory, 0);
		seeded = flags();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void firstStartSeedsFlagsOfEveryType() {
		JsonNode flags = seeded.get("flags");
		assertThat(flags.size()).isEqualTo(12);
		assertThat(flags).extracting(JsonNode::getNodeType)
			.extracting(Enum::name)
			.contains("BOOLEAN", "NUMBER", "STRING", "ARRAY", "OBJECT", "NULL");
		assertThat(flags.propertyNames()).anyMatch((key) -> key.startsWith("ui."))
			.anyMatch((key) -> !key.startsWith("ui."));
	}

	@Test
	void flagsSurviveRestart() throws Exception {
		put("/api/flags/ui.banner.enabled", "false");
		put("/api/flags/ui.added", "1.50");
		send("DELETE", "/api/flags/ui.categories", BodyPublishers.noBody());
		HttpResponse<String> before = send("GET", "/api/flags", BodyPublishers.noBody());
		server.close();
		server = SampleServer.start(directory, 0);
		HttpResponse<String> after = send("GET", "/api/flags", BodyPublishers.noBody());
		assertThat(after.body()).isEqualTo(before.body()).contains("\"ui.added\":1.50");
	}

	@ParameterizedTest
	@ValueSource(strings = { "true", "null", "1.10", "1e400", "\"text\"", "\"\"", "[]", "{\"a\":{\"b\":[1,null]}}" })
	void putAnswersPositionAndKeepsValue(String json) throws Exception {
		JsonNode before = flags();
		HttpResponse<String> response = put("/api/flags/ui.banner.text", json);
		assertThat(response.statusCode()).isEqualTo(200);
		JsonNode position = JSON.readTree(response.body());
		assertThat(position.propertyNames()).containsExactly("epoch", "version");
		assertThat(position.get("epoch")).isEqualTo(before.get("epoch"));
		assertThat(position.get("version").asLong()).isGreaterThan(before.get("version").asLong());
		assertThat(send("GET", "/api/flags", BodyPublishers.noBody()).body()).contains("\"ui.banner.text\":" + json);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json", "text/plain", "application/x-www-form-urlencoded",
			"multipart/form-data", "application/octet-stream" })
	void putTakesAnyContentType(String contentType) throws Exception {
		HttpRequest request = request("/api/flags/ui.new").header("Content-Type", contentType)
			.PUT(BodyPublishers.ofString("{\"a\":1}"))
			.build();
		assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
		assertThat(flags().get("flags").get("ui.new").toString()).isEqualTo("{\"a\":1}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			ui.new           | ui.new
			a/b              | a/b
			a%2Fb            | a/b
			a//b/            | a//b/
			a;v=1            | a;v=1
			a+b              | a+b
			50%25            | 50%
			a%20b            | a b
			gr%C3%BC%C3%9Fe  | grüße
			__proto__        | __proto__
			flag.json        | flag.json
			""")
	void wholePathIsKey(String path, String key) throws Exception {
		assertThat(put("/api/flags/" + path, "1").statusCode()).isEqualTo(200);
		assertThat(flags().get("flags").propertyNames()).contains(key);
		assertThat(send("DELETE", "/api/flags/" + path, BodyPublishers.noBody()).statusCode()).isEqualTo(200);
		assertThat(flags().get("flags").propertyNames()).doesNotContain(key);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"a":          | flag value must be JSON
			tru            | flag value must be JSON
			1 2            | more follows
			``             | empty
			{"a":1,"a":2}  | Duplicate
			01             | flag value must be JSON
			""")
	void badJsonIsProblem(String body, String detail) throws Exception {
		JsonNode before = flags();
		HttpResponse<String> response = put("/api/flags/ui.banner.text", body);
		assertProblem(response, 400, detail);
		assertThat(flags()).isEqualTo(before);
	}

	@Test
	void tooDeepJsonIsProblem() throws Exception {
		assertProblem(put("/api/flags/ui.deep", "[".repeat(5000) + "]".repeat(5000)), 400, "depth");
	}

	@Test
	void badUtf8IsProblem() throws Exception {
		byte[] body = { '"', (byte) 0xc3, '"' };
		assertProblem(send("PUT", "/api/flags/ui.text", BodyPublishers.ofByteArray(body)), 400, "UTF-8");
	}

	@Test
	void tooLargeValueIsProblem() throws Exception {
		int most = (int) FlagController.MAX_VALUE_SIZE.toBytes();
		assertThat(put("/api/flags/ui.text", '"' + "x".repeat(most - 2) + '"').statusCode()).isEqualTo(200);
		assertProblem(put("/api/flags/ui.text", '"' + "x".repeat(most - 1) + '"'), 413, "at most 65536 bytes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/flags/", "/api/flags", "/api/flags/a%00b", "/api/flags/a%0Ab" })
	void badKeyIsProblem(String path) throws Exception {
		assertProblem(put(path, "1"), 400, "flag key must");
	}

	@Test
	void tooLongKeyIsProblem() throws Exception {
		assertThat(put("/api/flags/" + "k".repeat(256), "1").statusCode()).isEqualTo(200);
		assertProblem(put("/api/flags/" + "k".repeat(257), "1"), 400, "1 to 256 characters, but has 257");
	}

	@Test
	void deleteOfUnknownFlagIsNotFound() throws Exception {
		JsonNode before = flags();
		assertProblem(send("DELETE", "/api/flags/ui.unknown", BodyPublishers.noBody()), 404, "ui.unknown");
		assertThat(flags()).isEqualTo(before);
	}

	@Test
	void deleteAnswersPosition() throws Exception {
		long before = flags().get("version").asLong();
		HttpResponse<String> response = send("DELETE", "/api/flags/ui.banner.text", BodyPublishers.noBody());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(JSON.readTree(response.body()).get("version").asLong()).isGreaterThan(before);
		assertThat(flags().get("flags").propertyNames()).doesNotContain("ui.banner.text");
	}

	private void assertProblem(HttpResponse<String> response, int status, String detail) {
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(JSON.readTree(response.body()).get("detail").asString()).contains(detail);
		assertThat(response.body()).doesNotContain("Exception");
	}

	private static JsonNode flags() throws Exception {
		return JSON.readTree(send("GET", "/api/flags", BodyPublishers.noBody()).body());
	}

	private static HttpResponse<String> put(String path, String json) throws Exception {
		return send("PUT", path, BodyPublishers.ofString(json));
	}

	private static HttpResponse<String> send(String method, String path, BodyPublisher body)
			throws IOException, InterruptedException {
		return CLIENT.send(request(path).method(method, body).build(), BodyHandlers.ofString());
	}

	private static HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(server.url() + path)).timeout(Duration.ofSeconds(20));
	}

}
