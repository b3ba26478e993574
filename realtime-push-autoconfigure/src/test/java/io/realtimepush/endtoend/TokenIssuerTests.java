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

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One app makes access tokens and publishes its keys, another checks them and pushes.
 */
class TokenIssuerTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final List<String> TRANSPORTS = List.of("websocket", "sse", "long-poll");

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	private final List<TestClient> clients = new ArrayList<>();

	@TempDir
	private Path directory;

	private int issuerPort;

	private PushServer pushing;

	private PushServer issuer;

	@BeforeEach
	void startServers() throws IOException, JOSEException {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(1)), Set.of());
		for (String name : List.of("first", "second")) {
			Files.writeString(this.directory.resolve(name), new ECKeyGenerator(Curve.P_256).generate().toString());
		}
		try (ServerSocket free = new ServerSocket(0)) {
			this.issuerPort = free.getLocalPort();
		}
		this.pushing = PushServer.start(this.source, "realtime-push.server.token.enabled=true",
				"realtime-push.server.token.issuer=https://issuer.example.com",
				"realtime-push.server.token.jwk-set-uri=" + jwkSet());
		this.issuer = startIssuer("first");
	}

	@AfterEach
	void stopServers() {
		this.clients.forEach(TestClient::close);
		this.issuer.close();
		this.pushing.close();
	}

	private URI jwkSet() {
		return URI.create("http://127.0.0.1:" + this.issuerPort + "/realtime/jwks.json");
	}

	/** The first of its keys signs. */
	private PushServer startIssuer(String... keys) {
		List<String> properties = new ArrayList<>(
				List.of("server.port=" + this.issuerPort, "realtime-push.server.token.enabled=true",
						"realtime-push.server.token.issuer=https://issuer.example.com",
						"realtime-push.server.token.endpoints=" + TestClient.endpoint(this.pushing.port())));
		for (int i = 0; i < keys.length; i++) {
			properties.add("realtime-push.server.token.signing-keys[" + i + "].id=" + keys[i]);
			properties.add("realtime-push.server.token.signing-keys[" + i + "].location=file:"
					+ this.directory.resolve(keys[i]));
		}
		return PushServer.start(new InMemoryFlagSource(), properties.toArray(String[]::new));
	}

	private TestClient start(String transport) {
		TestClient client = TestClient.start(this.issuerPort, transport);
		this.clients.add(client);
		return client.awaitLive();
	}

	@Test
	void tokenOfOneAppOpensSessionsOfTheOther() {
		TRANSPORTS.forEach(this::start);
		assertPushed(2);
		for (TestClient client : this.clients) {
			assertThat(client.client.status().endpoint()).isEqualTo(TestClient.endpoint(this.pushing.port()));
			assertNothingWasRefused(client);
		}
	}

	@Test
	void keysAreRotatedWithoutARefusedClient() {
		TRANSPORTS.forEach(this::start);
		this.issuer.close();
		this.issuer = startIssuer("second", "first");
		TRANSPORTS.forEach(this::start);
		assertPushed(2);
		// Back with a token of the former key
		this.clients.forEach((client) -> client.client.pause());
		this.clients.forEach((client) -> client.await(() -> !client.client.status().isLive()));
		this.clients.forEach((client) -> client.client.resume());
		this.clients.forEach(TestClient::awaitLive);
		assertPushed(3);
		this.clients.forEach(TokenIssuerTests::assertNothingWasRefused);
		assertThat(this.clients).allMatch((client) -> Stream.of(client.events)
			.flatMap(List::stream)
			.filter((event) -> event.startsWith("TOKEN"))
			.count() == 1);
	}

	private void assertPushed(int value) {
		this.source.set(FLAG_SET, "limit", FlagValue.of(value));
		this.clients.forEach((client) -> client.awaitValue("limit", Integer.toString(value)));
	}

	private static void assertNothingWasRefused(TestClient client) {
		assertThat(List.copyOf(client.events)).noneMatch((event) -> event.contains("failed"))
			.contains("TOKEN over " + client.client.status().transport() + " succeeded");
		client.assertOnlyForward();
	}

	@Test
	void publishedKeysMayBeCachedAndHoldNoSecret() throws IOException, InterruptedException {
		HttpResponse<String> answer = get(jwkSet());
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/jwk-set+json");
		assertThat(answer.headers().firstValue("Cache-Control")).hasValue("max-age=300, public");
		assertThat(answer.body()).contains("\"kid\":\"first\"", "\"crv\":\"P-256\"", "\"x\":").doesNotContain("\"d\"");
	}

	@Test
	void nodeWithoutKeysPublishesNone() throws IOException, InterruptedException {
		HttpResponse<String> answer = get(URI.create(TestClient.endpoint(this.pushing.port()) + "/jwks.json"));
		assertThat(answer.statusCode()).isEqualTo(404);
		assertThat(answer.body()).contains("\"code\":\"not_found\"");
	}

	private static HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

}
