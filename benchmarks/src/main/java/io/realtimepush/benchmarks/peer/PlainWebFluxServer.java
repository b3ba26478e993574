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

package io.realtimepush.benchmarks.peer;

import java.time.Duration;
import java.util.Map;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;

/**
 * Spring WebFlux as one writes it first: a sink, and every connection a subscriber of it.
 *
 * @since 0.1.0
 */
@SpringBootApplication
public class PlainWebFluxServer {

	private static final Duration HEARTBEAT = Duration.ofSeconds(25);

	private final PlainFanout fanout = new PlainFanout();

	@Bean
	RouterFunction<ServerResponse> routes() {
		return RouterFunctions.route()
			.POST("/publish",
					(request) -> request.bodyToMono(String.class)
						.doOnNext(this.fanout::publish)
						.then(ServerResponse.noContent().build()))
			.GET("/sse",
					(request) -> ServerResponse.ok()
						.contentType(MediaType.TEXT_EVENT_STREAM)
						.body(BodyInserters.fromServerSentEvents(events())))
			.GET("/poll", (request) -> this.fanout.next()
				.flatMap((change) -> ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(change)))
			.build();
	}

	/**
	 * WebFlux sends the head of a stream with its first event, so there is one at once.
	 */
	private Flux<ServerSentEvent<String>> events() {
		Flux<ServerSentEvent<String>> changes = this.fanout.changes()
			.map((change) -> ServerSentEvent.builder(change).build());
		Flux<ServerSentEvent<String>> beats = Flux.interval(HEARTBEAT)
			.map((beat) -> ServerSentEvent.<String>builder().comment("").build());
		return changes.startWith(ServerSentEvent.builder("{}").build()).mergeWith(beats);
	}

	@Bean
	HandlerMapping webSocketMapping() {
		WebSocketHandler handler = (session) -> {
			Flux<WebSocketMessage> changes = this.fanout.changes().map(session::textMessage);
			Flux<WebSocketMessage> beats = Flux.interval(HEARTBEAT)
				.map((beat) -> session.pingMessage((factory) -> factory.wrap(new byte[0])));
			Mono<Void> sent = session.send(changes.mergeWith(beats));
			return sent.and(session.receive());
		};
		return new SimpleUrlHandlerMapping(Map.of("/ws", handler), -1);
	}

	/**
	 * Start the server.
	 * @param args properties such as {@code --server.port=8080}
	 */
	public static void main(String[] args) {
		SpringApplication.run(PlainWebFluxServer.class, args);
	}

}
