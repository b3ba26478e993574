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

package io.realtimepush.client.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.ClientAuth;
import io.realtimepush.client.ConnectFailedException;
import io.realtimepush.client.ConnectFailure.Kind;
import io.realtimepush.transport.TestKeyStore;
import io.realtimepush.transport.http3.Http3Server;
import io.realtimepush.transport.http3.Http3Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Http3Way} and what it is told of ports.
 */
class Http3WayTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final NettyClientLoop loop = new NettyClientLoop();

	private final AtomicReference<String> asked = new AtomicReference<>();

	private Http3Server server;

	@BeforeEach
	void startServer() {
		Http3Settings settings = new Http3Settings(Duration.ofSeconds(60), 10, 10, 10, 65_536, Duration.ofSeconds(10));
		this.server = Http3Server.start(new InetSocketAddress("127.0.0.1", 0),
				new Http3Server.Tls(TestKeyStore.keys(TestKeyStore.path()), null, ClientAuth.NONE), settings,
				this::answer, null);
	}

	@AfterEach
	void stopServer() {
		this.server.stop();
		this.loop.disposeLater().block(TIMEOUT);
	}

	private Mono<Void> answer(ServerHttpRequest request, ServerHttpResponse response) {
		this.asked.set(request.getMethod() + " " + request.getURI());
		response.getHeaders().set("X-Test", "yes");
		return response.writeWith(Mono.just(response.bufferFactory().wrap(new byte[] { 'o', 'k' })));
	}

	private HttpAnswer ask(String host, ProxySettings proxy) {
		TlsSettings tls = new TlsSettings(null, TestKeyStore.trust(TestKeyStore.certificate(TestKeyStore.path())), null,
				null);
		ClientHttp http = new ClientHttp(this.loop,
				(name, family) -> Mono.just(List.of(InetAddress.getLoopbackAddress())), proxy, () -> tls, TIMEOUT,
				1_000_000);
		URI endpoint = URI.create("https://" + host + ":" + this.server.port() + "/realtime");
		Http3Way way = new Http3Way(http, endpoint, Duration.ofSeconds(10));
		HttpQuery query = new HttpQuery().add("position", "e:1");
		Mono<HttpAnswer> answer = Mono
			.defer(() -> way.exchange(HttpCall.get(endpoint, "flags", query, "key", TIMEOUT)));
		try {
			return answer.subscribeOn(Schedulers.fromExecutor(this.loop::execute)).block(TIMEOUT);
		}
		finally {
			this.loop.execute(way::close);
		}
	}

	@Test
	void requestIsAnswered() {
		HttpAnswer answer = ask("localhost", null);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.headers().get("x-test")).isEqualTo("yes");
		assertThat(answer.body()).containsExactly('o', 'k');
		assertThat(this.asked)
			.hasValue("GET https://localhost:" + this.server.port() + "/realtime/flags?position=e%3A1");
	}

	@Test
	void certificateOfAnotherHostIsNotTaken() {
		assertThatExceptionOfType(ConnectFailedException.class).isThrownBy(() -> ask("push.example.com", null))
			.satisfies((ex) -> assertThat(ex.failure().kind()).isEqualTo(Kind.UNFIT));
		assertThat(this.asked).hasNullValue();
	}

	@Test
	void httpProxyIsNotGoneAround() {
		assertThatExceptionOfType(ConnectFailedException.class)
			.isThrownBy(() -> ask("localhost", new ProxySettings("127.0.0.1", 1, null, null)))
			.withMessageContaining("an HTTP proxy does not carry it");
		assertThat(this.asked).hasNullValue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none",
			value = { "none | 8443", "h3=\":9443\"; ma=60 | 9443", "h2=\":1\", h3=\":9443\" | 9443",
					"h3=\":9443\"; ma=0 | 8443", "h3=\"other.example.com:9443\" | 8443", "h3=\":99999\" | 8443",
					"h3-29=\":9443\" | 8443", "clear | 8443" })
	void portIsThatOfTheLastAnswerOrOfTheUrl(String value, int port) {
		AlternativeServices services = new AlternativeServices();
		URI endpoint = URI.create("https://push.example.com:8443/realtime");
		HttpHeaders headers = new DefaultHttpHeaders();
		if (value != null) {
			headers.set("Alt-Svc", value);
		}
		services.note(endpoint, headers);
		assertThat(services.port(endpoint)).isEqualTo(port);
		assertThat(services.port(URI.create("https://push.example.com/realtime"))).isEqualTo(443);
	}

}
