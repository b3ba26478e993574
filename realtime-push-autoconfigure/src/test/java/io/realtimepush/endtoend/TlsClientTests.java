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

import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.realtimepush.client.ClientStatus.State;
import io.realtimepush.client.transport.NettyClientEnvironment;
import io.realtimepush.client.transport.TlsSettings;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagSource;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.SyncMode;
import io.realtimepush.source.memory.InMemoryFlagSource;
import io.realtimepush.transport.TestKeyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients of a real server over TLS, and over HTTP/2 where a transport can use it.
 */
class TlsClientTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final TlsSettings TRUSTING = new TlsSettings(null,
			TestKeyStore.trust(TestKeyStore.certificate(TestKeyStore.path())), null, null);

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	private final Requests requests = new Requests();

	private PushServer server;

	@BeforeEach
	void startServer() {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(1)), Set.of());
		this.server = PushServer.start((beans) -> {
			beans.registerBean(FlagSource.class, () -> this.source);
			beans.registerBean(WebFilter.class, () -> this.requests);
		}, "spring.ssl.bundle.jks.loopback.keystore.location=file:" + TestKeyStore.path(),
				"spring.ssl.bundle.jks.loopback.keystore.password=" + TestKeyStore.PASSWORD,
				"server.ssl.bundle=loopback", "server.http2.enabled=true",
				"realtime-push.server.request-head-timeout=1m");
	}

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse", "long-poll", "pull" })
	void trustedServerIsConnectedTo(String transport) {
		try (TestClient client = start("localhost", transport, TRUSTING)) {
			client.awaitLive();
			this.source.set(FLAG_SET, "limit", FlagValue.of(2));
			client.awaitValue("limit", "2");
			client.assertOnlyForward();
		}
	}

	@Test
	void streamsUseHttp2() {
		try (TestClient client = start("localhost", "sse", TRUSTING)) {
			client.awaitLive();
			this.source.set(FLAG_SET, "limit", FlagValue.of(2));
			client.awaitValue("limit", "2");
			assertThat(this.requests.versions).containsEntry("sse", "HTTP/2.0");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "long-poll", "pull" })
	void callsShareConnections(String transport) {
		try (TestClient client = start("localhost", transport, TRUSTING)) {
			client.awaitLive();
			for (int i = 2; i < 12; i++) {
				this.source.set(FLAG_SET, "limit", FlagValue.of(i));
				client.awaitValue("limit", Integer.toString(i));
			}
			String endpoint = transport.equals("pull") ? "flags" : "poll";
			assertThat(this.requests.connections(endpoint).distinct().count()).isLessThanOrEqualTo(2);
			assertThat(this.requests.connections(endpoint).count()).isGreaterThanOrEqualTo(10);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse" })
	void sessionThatEndsLeavesNoConnection(String transport) {
		try (TestClient client = start("localhost", transport, TRUSTING)) {
			client.awaitLive();
			client.client.pause();
			client.await(() -> this.requests.connections(transport.equals("sse") ? "sse" : "ws")
				.noneMatch(Channel::isActive));
			client.client.resume();
			client.awaitLive();
		}
	}

	@Test
	void streamThatTheServerEndsLeavesNoConnection() {
		this.requests.cut = true;
		try (TestClient client = start("localhost", "sse", TRUSTING)) {
			client.await(() -> this.requests.connections("sse").count() >= 5);
			this.requests.cut = false;
			client.awaitLive();
			client.await(() -> this.requests.connections("sse").filter(Channel::isActive).count() == 1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse", "long-poll", "pull" })
	void certificateThatIsNotTrustedIsFinal(String transport) {
		try (TestClient client = start("localhost", transport, TlsSettings.DEFAULT)) {
			client.awaitState(State.CLOSED);
			assertThat(client.client.status().failure()).isNotNull();
			assertThat(client.client.status().failure().code()).isEqualTo("certificate");
			assertThat(client.client.status().reason()).startsWith("the certificate of the server is not trusted");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "websocket", "sse", "long-poll", "pull" })
	void certificateOfAnotherHostIsFinal(String transport) {
		try (TestClient client = start("push.example.com", transport, TRUSTING)) {
			client.awaitState(State.CLOSED);
			assertThat(client.client.status().failure()).isNotNull();
			assertThat(client.client.status().failure().code()).isEqualTo("certificate");
		}
	}

	private TestClient start(String host, String transport, TlsSettings tls) {
		NettyClientEnvironment.Settings defaults = NettyClientEnvironment.Settings.DEFAULT;
		List<InetAddress> addresses = List.of(InetAddress.getLoopbackAddress());
		NettyClientEnvironment.Settings environment = new NettyClientEnvironment.Settings(
				(name, family) -> Mono.just(addresses), List.of(), null, () -> tls, defaults.connectTimeout(),
				defaults.maxMessageSize(), List.of(transport), Duration.ofMillis(100), defaults.http3Timeout(),
				defaults.encoding());
		URI endpoint = URI.create("https://" + host + ":" + this.server.port() + "/realtime");
		return TestClient.start(this.server.port(), environment,
				(settings) -> TestClient.settings(PushServer.SERVER_KEY, SyncMode.DELTA, endpoint));
	}

	/**
	 * Notes by endpoint how requests have come.
	 */
	private static final class Requests implements WebFilter {

		private final Map<String, String> versions = new ConcurrentHashMap<>();

		private final Map<String, Queue<Channel>> connections = new ConcurrentHashMap<>();

		/** Whether streams end with their first event. */
		private volatile boolean cut;

		Stream<Channel> connections(String endpoint) {
			return this.connections.getOrDefault(endpoint, new ConcurrentLinkedQueue<>()).stream();
		}

		@Override
		public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
			String path = exchange.getRequest().getPath().value();
			HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
			String endpoint = path.substring(path.lastIndexOf('/') + 1);
			this.versions.put(endpoint, request.protocol());
			Channel channel = ((ChannelOperations<?, ?>) request).channel();
			this.connections.computeIfAbsent(endpoint, (any) -> new ConcurrentLinkedQueue<>())
				.add((channel instanceof Http2StreamChannel) ? channel.parent() : channel);
			if (!this.cut || !endpoint.equals("sse")) {
				return chain.filter(exchange);
			}
			exchange.getResponse().getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
			return exchange.getResponse()
				.writeWith(Mono.fromSupplier(() -> exchange.getResponse()
					.bufferFactory()
					.wrap("event: x\ndata: {\"type\":\"x\"}\n\n".getBytes(StandardCharsets.UTF_8))));
		}

	}

}
