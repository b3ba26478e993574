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

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long a change takes from the server's source to a handler in a client app, next to
 * an echo of the same bytes by bare Netty. The figures are written to
 * {@code target/latency.md}; what is tested is that each change arrives.
 */
class LatencyTests {

	private static final FlagSetId FLAG_SET = FlagSetId.of(PushServer.FLAG_SET);

	private static final int WARM_UP = 2_000;

	private static final int MEASURED = 2_000;

	@Test
	void changeReachesAHandler() throws Exception {
		long[] changes = changes();
		long[] echoes = echoes();
		String table = "| | p50 µs | p99 µs |\n|---|---|---|\n" + row("change to handler", changes)
				+ row("echo by bare Netty", echoes);
		Files.writeString(Path.of("target", "latency.md"), table);
	}

	private static String row(String name, long[] times) {
		return "| " + name + " | " + percentile(times, 50) / 1_000 + " | " + percentile(times, 99) / 1_000 + " |\n";
	}

	private static long percentile(long[] times, int percent) {
		long[] sorted = times.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length * percent / 100];
	}

	private static long[] changes() throws InterruptedException {
		InMemoryFlagSource source = new InMemoryFlagSource();
		source.update(FLAG_SET, Map.of("limit", FlagValue.of(-1)), Set.of());
		long[] times = new long[MEASURED];
		try (PushServer server = PushServer.start(source); ConfigurableApplicationContext app = startClientOf(server)) {
			Handler handler = app.getBean(Handler.class);
			for (int i = -WARM_UP; i < MEASURED; i++) {
				long since = System.nanoTime();
				source.set(FLAG_SET, "limit", FlagValue.of(i));
				Long at = handler.calls.poll(10, TimeUnit.SECONDS);
				assertThat(at).isNotNull();
				if (i >= 0) {
					times[i] = at - since;
				}
			}
		}
		return times;
	}

	private static ConfigurableApplicationContext startClientOf(PushServer server) {
		SpringApplication app = new SpringApplicationBuilder(App.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "spring.jmx.enabled=false", "logging.level.root=warn",
					"realtime-push.client.url=http://127.0.0.1:" + server.port() + "/realtime",
					"realtime-push.client.sdk-key=" + PushServer.SERVER_KEY, "realtime-push.client.fail-fast=true",
					"spring.autoconfigure.exclude=" + String.join(",", PushServer.notNeeded("security|jdbc|actuate")))
			.application();
		app.setRegisterShutdownHook(false);
		return app.run();
	}

	private static long[] echoes() throws Exception {
		byte[] bytes = "{\"type\":\"delta\",\"epoch\":\"k7f3\",\"from\":1000,\"version\":1001,\"set\":{\"limit\":1000},\"removed\":[]}"
			.getBytes(StandardCharsets.UTF_8);
		EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
		long[] times = new long[MEASURED];
		try {
			Channel server = new ServerBootstrap().group(loops)
				.channel(NioServerSocketChannel.class)
				.childHandler(new Echo())
				.bind(InetAddress.getLoopbackAddress(), 0)
				.sync()
				.channel();
			InetSocketAddress address = (InetSocketAddress) server.localAddress();
			try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
				socket.setTcpNoDelay(true);
				DataInputStream in = new DataInputStream(socket.getInputStream());
				for (int i = -WARM_UP; i < MEASURED; i++) {
					long since = System.nanoTime();
					echo(socket, in, bytes);
					if (i >= 0) {
						times[i] = System.nanoTime() - since;
					}
				}
			}
		}
		finally {
			loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
		}
		return times;
	}

	private static void echo(Socket socket, DataInputStream in, byte[] bytes) throws IOException {
		socket.getOutputStream().write(bytes);
		in.readFully(new byte[bytes.length]);
	}

	@Sharable
	private static final class Echo extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			context.writeAndFlush(message);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

		@Bean
		Handler handler() {
			return new Handler();
		}

	}

	static class Handler {

		private final BlockingQueue<Long> calls = new LinkedBlockingQueue<>();

		@OnFlagUpdate("limit")
		void limit(int limit) {
			this.calls.add(System.nanoTime());
		}

	}

}
