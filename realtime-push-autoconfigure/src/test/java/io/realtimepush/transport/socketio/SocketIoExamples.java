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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.realtimepush.transport.engineio.EngineHandler;
import io.realtimepush.transport.engineio.EngineListener;
import io.realtimepush.transport.engineio.EngineOptions;
import io.realtimepush.transport.engineio.EngineServer;
import io.realtimepush.transport.engineio.EngineTransport;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.cors.CorsConfiguration;

/**
 * The code blocks of docs/socketio.md.
 */
final class SocketIoExamples {

	private SocketIoExamples() {
	}

	static Mono<Void> ask(SocketIoSocket socket) {
		return socket.emitWithAck(Duration.ofSeconds(5), "ready?", Map.of("game", 7))
			.doOnNext((answer) -> socket.emit("go", answer.get(0)))
			.then();
	}

	static void anyNamespace(SocketIoServer server) {
		Namespace projects = server.of((name) -> name.startsWith("/projects/"));
		projects.onConnection((socket) -> socket.join(socket.namespace()));
		projects.to("/projects/7").emit("changed", List.of("title"), new byte[] { 1, 2, 3 });
	}

	static SocketIoServer options() {
		CorsConfiguration cors = new CorsConfiguration();
		cors.setAllowedOrigins(List.of("https://app.example"));
		cors.addAllowedMethod(CorsConfiguration.ALL);
		EngineOptions options = EngineOptions.DEFAULT.pings(Duration.ofSeconds(25), Duration.ofSeconds(20))
			.upgradeTimeout(Duration.ofSeconds(10))
			.maxPayload(100_000)
			.maxBuffer(500_000)
			.maxSessions(50_000)
			.transports(EngineTransport.POLLING, EngineTransport.WEBSOCKET)
			.cors(cors);
		return new SocketIoServer(options, Duration.ofSeconds(10), JsonMapper.shared());
	}

	static EngineServer raw() {
		EngineHandler handler = (session, handshake) -> {
			session.send("hello " + handshake.query().getFirst("name"));
			return new EngineListener() {

				@Override
				public void onText(String text) {
					session.send(text);
				}

				@Override
				public void onBinary(byte[] bytes) {
					session.send("got " + new String(bytes, StandardCharsets.UTF_8));
				}

			};
		};
		return new EngineServer(EngineOptions.DEFAULT, handler).mount("/engine.io");
	}

	@Configuration(proxyBeanMethods = false)
	static class ChatConfiguration {

		@Bean
		SocketIoServer chat(Accounts accounts) {
			SocketIoServer server = new SocketIoServer().mount("/socket.io");
			Namespace chat = server.of("/chat");
			chat.use((socket) -> accounts.find(socket.auth().path("token").asString(""))
				.switchIfEmpty(Mono.error(new ConnectRefusedException("not authorized")))
				.doOnNext(socket::attach)
				.then());
			chat.onConnection((socket) -> socket.emit("welcome", socket.id()));
			chat.on("join", (event) -> {
				event.socket().join(event.arg(0).asString());
				event.ack("joined");
			});
			chat.on("say", (event) -> chat.to(event.arg(0).asString()).emit("said", event.arg(1)));
			return server;
		}

	}

	/**
	 * Who may come.
	 */
	interface Accounts {

		Mono<String> find(String token);

	}

}
