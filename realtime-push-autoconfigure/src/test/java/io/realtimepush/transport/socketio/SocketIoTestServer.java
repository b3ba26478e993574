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

package io.realtimepush.transport.socketio;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.netty.channel.ChannelDuplexHandler;
import io.realtimepush.transport.TestKeyStore;
import io.realtimepush.transport.engineio.EngineCloseReason;
import io.realtimepush.transport.engineio.EngineHandler;
import io.realtimepush.transport.engineio.EngineListener;
import io.realtimepush.transport.engineio.EngineOptions;
import io.realtimepush.transport.engineio.EngineServer;
import io.realtimepush.transport.engineio.EngineTransport;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.tomcat.reactive.TomcatReactiveWebServerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.cors.CorsConfiguration;

/**
 * A real app on a port of the loopback interface. What is mounted below {@code /fast} has
 * the times of the protocol's conformance suites; elsewhere nobody has to hurry.
 */
public final class SocketIoTestServer implements AutoCloseable {

	public static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final String SECURITY = String.join(",",
			"org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration");

	private final ConfigurableApplicationContext context;

	private final boolean tls;

	private final HttpClient http;

	private SocketIoTestServer(ConfigurableApplicationContext context, boolean tls) {
		this.context = context;
		this.tls = tls;
		boolean http2 = context.getEnvironment().getProperty("server.http2.enabled", Boolean.class, false);
		this.http = HttpClient.newBuilder()
			.version(http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
			.sslContext(TestKeyStore.clientContext())
			.build();
	}

	public static SocketIoTestServer startTls(String... properties) {
		List<String> all = new ArrayList<>(Arrays.asList(properties));
		all.addAll(List.of("spring.ssl.bundle.jks.loopback.keystore.location=file:" + TestKeyStore.path(),
				"spring.ssl.bundle.jks.loopback.keystore.password=" + TestKeyStore.PASSWORD,
				"server.ssl.bundle=loopback"));
		return start(true, all.toArray(String[]::new));
	}

	public static SocketIoTestServer start(String... properties) {
		return start(false, properties);
	}

	private static SocketIoTestServer start(boolean tls, String... properties) {
		List<String> all = new ArrayList<>(
				List.of("server.port=0", "server.address=127.0.0.1", "realtime-push.server.enabled=false",
						"spring.main.banner-mode=off", "spring.autoconfigure.exclude=" + SECURITY));
		all.addAll(Arrays.asList(properties));
		SpringApplication application = new SpringApplication(App.class);
		application.setRegisterShutdownHook(false);
		return new SocketIoTestServer(application.run(all.stream().map((each) -> "--" + each).toArray(String[]::new)),
				tls);
	}

	public int port() {
		return ((WebServerApplicationContext) this.context).getWebServer().getPort();
	}

	public URI uri(String pathAndQuery) {
		return URI.create((this.tls ? "https" : "http") + "://127.0.0.1:" + port() + pathAndQuery);
	}

	public URI webSocketUri(String pathAndQuery) {
		return URI.create((this.tls ? "wss" : "ws") + "://127.0.0.1:" + port() + pathAndQuery);
	}

	/** A client for this server, of the newest version of HTTP that it speaks. */
	public HttpClient http() {
		return this.http;
	}

	public EngineServer engine() {
		return this.context.getBean("echo", EngineServer.class);
	}

	public EngineServer fastEngine() {
		return this.context.getBean("fastEcho", EngineServer.class);
	}

	public EngineServer numbers() {
		return this.context.getBean("numbers", EngineServer.class);
	}

	public SocketIoServer io() {
		return this.context.getBean("io", SocketIoServer.class);
	}

	/** Why sockets have left. */
	public List<String> departures() {
		return this.context.getBean(App.class).departures;
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * The app.
	 */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	public static class App {

		private static final EngineOptions FAST = EngineOptions.DEFAULT.pings(Duration.ofMillis(300),
				Duration.ofMillis(200));

		private final List<String> departures = new CopyOnWriteArrayList<>();

		@Bean
		EngineServer echo() {
			CorsConfiguration cors = new CorsConfiguration();
			cors.addAllowedOrigin("https://app.example");
			cors.addAllowedMethod("*");
			cors.setAllowCredentials(true);
			return new EngineServer(EngineOptions.DEFAULT.cors(cors), echoing()).mount("/engine.io").mount("/realtime");
		}

		/** Gives a WebSocket little time to take over. */
		@Bean
		EngineServer hastyEcho() {
			return new EngineServer(EngineOptions.DEFAULT.upgradeTimeout(Duration.ofMillis(700)), echoing())
				.mount("/hasty/engine.io");
		}

		@Bean
		EngineServer fastEcho() {
			return new EngineServer(FAST, echoing()).mount("/fast/engine.io");
		}

		/** Tells what it knows of the handshake, long after it. */
		@Bean
		EngineServer asked() {
			return new EngineServer(EngineOptions.DEFAULT, (session, handshake) -> new EngineListener() {

				@Override
				public void onText(String name) {
					session
						.send(handshake.path() + " " + handshake.query().get(name) + " " + handshake.headers().get(name)
								+ " " + handshake.remoteAddress().getAddress().isLoopbackAddress());
				}

				@Override
				public void onBinary(byte[] bytes) {
				}

			}).mount("/asked/engine.io");
		}

		/** Pings often, but gives clients time to answer. */
		@Bean
		EngineServer beatingEcho() {
			return new EngineServer(EngineOptions.DEFAULT.pings(Duration.ofMillis(300), TIMEOUT), echoing())
				.mount("/beating/engine.io");
		}

		/** Gives up clients that send nothing within two seconds. */
		@Bean
		EngineServer impatient() {
			return new EngineServer(EngineOptions.DEFAULT.pings(Duration.ofMillis(1500), Duration.ofMillis(500)),
					echoing())
				.mount("/impatient/engine.io");
		}

		/** Sends what the tests tell it, and lets little wait. */
		@Bean
		EngineServer numbers() {
			return new EngineServer(EngineOptions.DEFAULT.maxBuffer(200_000), (session, handshake) -> silent())
				.mount("/numbers/engine.io");
		}

		@Bean
		EngineServer pollingOnly() {
			return new EngineServer(EngineOptions.DEFAULT.transports(EngineTransport.POLLING), echoing())
				.mount("/polling/engine.io");
		}

		private static EngineHandler echoing() {
			return (session, handshake) -> new EngineListener() {

				@Override
				public void onText(String text) {
					if (text.equals("close me")) {
						session.send("bye");
						session.close(EngineCloseReason.FORCED_CLOSE);
						return;
					}
					session.send(text);
				}

				@Override
				public void onBinary(byte[] bytes) {
					session.send(bytes);
				}

			};
		}

		private static EngineListener silent() {
			return new EngineListener() {

				@Override
				public void onText(String text) {
				}

				@Override
				public void onBinary(byte[] bytes) {
				}

			};
		}

		@Bean
		SocketIoServer io() {
			SocketIoServer server = setUp(
					new SocketIoServer(EngineOptions.DEFAULT, SocketIoServer.CONNECT_TIMEOUT, JsonMapper.shared()));
			return server.mount("/socket.io").mount("/server/realtime");
		}

		@Bean
		SocketIoServer fastIo() {
			return setUp(new SocketIoServer(FAST, Duration.ofMillis(1000), JsonMapper.shared()))
				.mount("/fast/socket.io");
		}

		@Bean
		SocketIoServer beatingIo() {
			return setUp(new SocketIoServer(EngineOptions.DEFAULT.pings(Duration.ofMillis(300), TIMEOUT), TIMEOUT,
					JsonMapper.shared()))
				.mount("/beating/socket.io");
		}

		private SocketIoServer setUp(SocketIoServer server) {
			handlers(server.of("/"));
			handlers(server.of("/custom"));
			handlers(server.of((name) -> name.endsWith("/realtime")));
			handlers(server.of("/slow").use((socket) -> Mono.delay(Duration.ofMillis(100)).then()).use((socket) -> {
				socket.attach("decided");
				return Mono.empty();
			}));
			server.of("/private").use((socket) -> {
				String token = socket.auth().path("token").asString("");
				return switch (token) {
					case "secret" -> Mono.empty();
					case "broken" -> Mono.error(new IllegalStateException("a detail of the app"));
					default -> Mono.error(new ConnectRefusedException("not authorized", List.of("try", "again")));
				};
			});
			return server;
		}

		private void handlers(Namespace namespace) {
			namespace.onConnection((socket) -> {
				socket.onDisconnect(this.departures::add);
				socket.emit("auth", socket.auth());
				socket.on("own", (event) -> event.ack(socket.id()));
			});
			namespace.on("message", (event) -> event.socket().emit("message-back", array(event)));
			namespace.on("message-with-ack", (event) -> event.ack(array(event)));
			namespace.on("join", (event) -> {
				event.socket().join(event.arg(0).asString());
				event.ack("joined");
			});
			namespace.on("leave", (event) -> {
				event.socket().leave(event.arg(0).asString());
				event.ack(event.socket().rooms().toArray());
			});
			namespace.on("say", (event) -> {
				namespace.to(event.arg(0).asString()).emit("said", event.arg(1));
				event.ack();
			});
			namespace.on("say-others", (event) -> {
				event.socket().to(event.arg(0).asString(), event.arg(1).asString()).emit("said", event.arg(2));
				event.ack();
			});
			namespace.on("ask-me",
					(event) -> event.socket()
						.emitWithAck(TIMEOUT, "ask", event.arg(0))
						.subscribe((answer) -> event.socket().emit("told", answer.toArray())));
			namespace.on("who",
					(event) -> event.ack(String.valueOf(event.socket().attachment()), event.socket().namespace()));
			namespace.on("leave-me", (event) -> event.socket().disconnect());
			namespace.on("fail", (event) -> {
				throw new IllegalStateException("as the test wants it");
			});
		}

		private static Object[] array(SocketEvent event) {
			return event.args().toArray(JsonNode[]::new);
		}

		@Bean
		@ConditionalOnBooleanProperty("test.tomcat")
		TomcatReactiveWebServerFactory tomcat() {
			return new TomcatReactiveWebServerFactory();
		}

		/** As an app may have it, for reasons of its own. */
		@Bean
		@ConditionalOnBooleanProperty("test.unknown-handler")
		NettyServerCustomizer unknownHandler() {
			return (server) -> server.doOnChannelInit(
					(observer, channel, address) -> channel.pipeline().addLast("unknown", new ChannelDuplexHandler()));
		}

	}

}
