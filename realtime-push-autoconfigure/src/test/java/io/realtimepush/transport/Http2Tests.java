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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.transport.LoopbackServer.Tenant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for streams and polls over HTTP/2.
 */
class Http2Tests {

	@Nested
	class Cleartext extends Http2Support {

		Cleartext() {
			super(false);
		}

	}

	@Nested
	class Tls extends Http2Support {

		Tls() {
			super(true);
		}

	}

	/**
	 * The JDK's client, which upgrades from HTTP/1.1 or negotiates by ALPN.
	 */
	abstract static class Http2Support extends LoopbackSupport {

		private final HttpClient client = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_2)
			.sslContext(TestKeyStore.clientContext())
			.connectTimeout(LoopbackServer.TIMEOUT)
			.build();

		Http2Support(boolean tls) {
			super(tls, "server.http2.enabled=true");
		}

		private HttpRequest.Builder request(String path, Tenant tenant) {
			String scheme = server().isTls() ? "https" : "http";
			return HttpRequest.newBuilder(URI.create(scheme + "://localhost:" + server().port() + path))
				.timeout(LoopbackServer.TIMEOUT)
				.header("Authorization", "Bearer " + tenant.serverKey());
		}

		private Tenant tenant() {
			Tenant tenant = server().tenant();
			tenant.set("checkout", "true");
			tenant.watch();
			return tenant;
		}

		@Test
		void streamFollowsChangesUntilItsKeyIsRevoked() throws Exception {
			Tenant tenant = tenant();
			HttpResponse<InputStream> response = this.client.send(request("/realtime/sse", tenant).build(),
					HttpResponse.BodyHandlers.ofInputStream());
			assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
			try (BufferedReader lines = new BufferedReader(
					new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
				assertThat(nextEvent(lines)).isEqualTo("welcome");
				assertThat(nextEvent(lines)).isEqualTo("snapshot");
				tenant.set("large", "\"" + "x".repeat(1_000_000) + "\"");
				assertThat(nextEvent(lines)).isEqualTo("delta");
				tenant.set("checkout", "false");
				assertThat(nextEvent(lines)).isEqualTo("delta");
				tenant.revoke();
				assertThat(nextEvent(lines)).isEqualTo("closed");
				assertThat(lines.lines().filter((line) -> line.startsWith("data")).findFirst().orElseThrow())
					.contains("\"code\":" + CloseReason.UNAUTHORIZED.closeCode());
			}
			assertThat(server().handler().sessions()).isEmpty();
		}

		private static String nextEvent(BufferedReader lines) throws IOException {
			String line = lines.readLine();
			while (!line.startsWith("event: ")) {
				line = lines.readLine();
			}
			return line.substring("event: ".length());
		}

		@Test
		void streamThatIsCancelledFreesItsSession() throws Exception {
			Tenant tenant = tenant();
			HttpResponse<InputStream> response = this.client.send(request("/realtime/sse", tenant).build(),
					HttpResponse.BodyHandlers.ofInputStream());
			Awaitility.await().atMost(LoopbackServer.TIMEOUT).until(() -> !server().handler().sessions().isEmpty());
			response.body().close();
			Awaitility.await().atMost(LoopbackServer.TIMEOUT).until(() -> server().handler().sessions().isEmpty());
		}

		@Test
		void pollIsAnswered() throws Exception {
			Tenant tenant = tenant();
			FlagPosition position = tenant.set("a", "1");
			HttpResponse<String> snapshot = this.client.send(request("/realtime/poll", tenant).build(),
					HttpResponse.BodyHandlers.ofString());
			assertThat(snapshot.version()).isEqualTo(HttpClient.Version.HTTP_2);
			assertThat(snapshot.body()).contains("\"snapshot\"");
			var waiting = this.client.sendAsync(request("/realtime/poll?position=" + position, tenant).build(),
					HttpResponse.BodyHandlers.ofString());
			Awaitility.await().atMost(LoopbackServer.TIMEOUT).until(() -> server().handler().connections() >= 2);
			tenant.set("a", "2");
			assertThat(waiting).succeedsWithin(LoopbackServer.TIMEOUT)
				.satisfies((answer) -> assertThat(answer.body()).contains("\"delta\""));
		}

		@Test
		void webSocketIsRefusedClearly() throws Exception {
			HttpResponse<String> response = this.client.send(request("/realtime/ws", tenant()).build(),
					HttpResponse.BodyHandlers.ofString());
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.body()).contains("bad_request");
		}

	}

}
