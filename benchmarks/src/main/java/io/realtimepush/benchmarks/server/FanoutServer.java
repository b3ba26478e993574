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

package io.realtimepush.benchmarks.server;

import io.netty.channel.ChannelOption;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.hub.FlagHub;
import io.realtimepush.session.InMemorySdkKeyRegistry;
import io.realtimepush.transport.socketio.Namespace;
import io.realtimepush.transport.socketio.SocketIoServer;
import reactor.netty.ReactorNetty;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * A server as an app has it: the starter and Actuator, with all that is on by default.
 * Only its flags are in memory, so that no database is measured.
 *
 * @since 0.1.0
 */
@SpringBootApplication
@EnableConfigurationProperties(BenchProperties.class)
public class FanoutServer {

	@Bean
	BenchFlagSource flagSource(BenchProperties properties) {
		return BenchFlags.source(properties);
	}

	@Bean
	InMemorySdkKeyRegistry sdkKeyRegistry(BenchProperties properties) {
		return new InMemorySdkKeyRegistry(BenchFlags.keys(properties));
	}

	/** Loopback has large segments, so the system gives it send buffers of megabytes. */
	@Bean
	NettyServerCustomizer sendBuffer(BenchProperties properties) {
		return (server) -> (properties.sendBuffer() > 0)
				? server.childOption(ChannelOption.SO_SNDBUF, properties.sendBuffer()) : server;
	}

	/**
	 * A room that is sent each change, as the Socket.IO servers have it that this one is
	 * compared with.
	 */
	@Bean
	@ConditionalOnBooleanProperty("bench.socket-io")
	SocketIoServer socketIoServer(FlagHub hub) {
		SocketIoServer server = new SocketIoServer().mount("/socket.io");
		Namespace clients = server.of("/").onConnection((socket) -> socket.join(BenchFlags.KEY));
		// Rooms watch nothing by themselves
		hub.acquire(BenchFlags.FLAG_SET, FlagFilter.all());
		hub.addListener((change) -> change.updates()
			.forEach((update) -> clients.to(BenchFlags.KEY).emit("change", json(update))));
		return server;
	}

	private static JsonNode json(FlagUpdate<FlagValue> update) {
		FlagValue value = update.newValue();
		return JsonMapper.shared().readTree((value != null) ? value.json() : "null");
	}

	/**
	 * Start the server, with as many event loops as there are cores, as all servers have
	 * that it is compared with: Reactor Netty takes four at least.
	 * @param args properties such as {@code --server.port=8080}
	 */
	public static void main(String[] args) {
		System.getProperties()
			.putIfAbsent(ReactorNetty.IO_WORKER_COUNT, String.valueOf(Runtime.getRuntime().availableProcessors()));
		SpringApplication.run(FanoutServer.class, args);
	}

}
