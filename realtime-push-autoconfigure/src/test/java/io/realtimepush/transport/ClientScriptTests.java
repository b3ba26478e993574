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

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import io.realtimepush.transport.RawConnection.Answer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The JavaScript client as it is served, wherever the endpoints are.
 */
class ClientScriptTests {

	private static final Path SOURCES = Path.of("src", "main", "javascript");

	/** What a page may have to load, in bytes. */
	private static final int MAX_SIZE = 6 * 1024;

	/**
	 * What holds on every server.
	 */
	interface Served extends OnLoopback {

		default Answer get(String file, OpenOptions options) {
			return HttpClient.get(server(), "/realtime/" + file, options);
		}

		@Test
		default void scriptNeedsNoCredential() {
			Answer answer = get("client.js", OpenOptions.nobody());
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.headers()).containsEntry("Cache-Control",
					"max-age=600, public, stale-while-revalidate=86400");
			assertThat(answer.headers().get("Content-Type")).isEqualToIgnoringCase("text/javascript;charset=utf-8");
			assertThat(answer.headers().get("Vary").split(",\\s*")).contains("Accept-Encoding", "Origin");
			assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("export class PushClient {");
		}

		@Test
		default void presentScriptIsNotSentAgain() {
			String etag = get("client.js", OpenOptions.nobody()).headers().get("ETag");
			Answer same = get("client.js", OpenOptions.nobody().header("If-None-Match", "\"x\", " + etag));
			assertThat(same.status()).isEqualTo(304);
			assertThat(same.body()).isEmpty();
			assertThat(same.headers()).containsEntry("ETag", etag);
			for (String other : List.of("\"x\"", "x\", \"", ",,\u00e4")) {
				assertThat(get("client.js", OpenOptions.nobody().header("If-None-Match", other)).status())
					.isEqualTo(200);
			}
		}

		@Test
		default void compressedScriptIsSmall() {
			String plain = new String(get("client.js", OpenOptions.nobody()).body(), StandardCharsets.UTF_8);
			Answer answer = get("client.js", OpenOptions.nobody().header("Accept-Encoding", "br, gzip"));
			assertThat(answer.headers()).containsEntry("Content-Encoding", "gzip");
			assertThat(answer.body()).hasSizeLessThanOrEqualTo(MAX_SIZE);
			assertThat(TestGzip.unzip(answer.body())).isEqualTo(plain);
		}

		@Test
		default void typesAreServedBesideIt() throws Exception {
			Answer answer = get("client.d.ts", OpenOptions.nobody());
			assertThat(answer.status()).isEqualTo(200);
			assertThat(new String(answer.body(), StandardCharsets.UTF_8))
				.isEqualTo(Files.readString(SOURCES.resolve("client.d.ts")));
		}

		@Test
		default void pagesOfAllowedOriginsMayLoadIt() {
			server().tenant().allow(Set.of("https://script.example"));
			assertThat(get("client.js", OpenOptions.nobody().header("Origin", "https://script.example")).headers())
				.containsEntry("Access-Control-Allow-Origin", "https://script.example");
			assertThat(get("client.js", OpenOptions.nobody().header("Origin", "https://evil.example")).headers())
				.doesNotContainKey("Access-Control-Allow-Origin");
		}

	}

	@Nested
	class WebFlux extends LoopbackSupport implements Served {

		WebFlux() {
			super(false);
		}

		@Test
		void linesAreThoseOfTheSource() throws Exception {
			List<String> source = Files.readAllLines(SOURCES.resolve("client.js"));
			List<String> served = new String(get("client.js", OpenOptions.nobody()).body(), StandardCharsets.UTF_8)
				.lines()
				.toList();
			assertThat(served).hasSameSizeAs(source);
			for (int i = 0; i < served.size(); i++) {
				assertThat(served.get(i)).doesNotContain(" // ").doesNotStartWith("*");
				assertThat(source.get(i)).contains(served.get(i));
			}
		}

	}

	@Nested
	class Servlet extends LoopbackSupport implements Served {

		Servlet() {
			super(false, LoopbackServer.SERVLET);
		}

	}

	@Nested
	class OwnPort extends LoopbackSupport implements Served {

		OwnPort() {
			super(true, LoopbackServer.NO_WEB, "realtime-push.server.port=0",
					"realtime-push.server.ssl.bundle=loopback");
		}

	}

}
