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

package io.realtimepush.benchmarks.latency;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.memory.InMemoryFlagSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A change on its way from the source of a server to an {@link OnFlagUpdate} method of a
 * client app: probe, publication, fan-out, socket, client, handler.
 */
final class ChangeToHandler implements AutoCloseable {

	private static final String KEY = "sdk-server-latency";

	private static final FlagSetId FLAG_SET = FlagSetId.of("latency");

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	private final ConfigurableApplicationContext server;

	private final ConfigurableApplicationContext client;

	private final Handler handler;

	ChangeToHandler(String transport) {
		this.source.update(FLAG_SET, Map.of("limit", FlagValue.of(-1)), Set.of());
		this.server = new SpringApplicationBuilder(Server.class).web(WebApplicationType.REACTIVE)
			.initializers((context) -> context.getBeanFactory().registerSingleton("flagSource", this.source))
			.properties("server.port=0", "realtime-push.server.sdk-keys[0].key=" + KEY,
					"realtime-push.server.sdk-keys[0].flag-set=" + FLAG_SET)
			.run();
		int port = ((WebServerApplicationContext) this.server).getWebServer().getPort();
		this.client = new SpringApplicationBuilder(Client.class).web(WebApplicationType.NONE)
			.properties("realtime-push.client.url=http://127.0.0.1:" + port + "/realtime",
					"realtime-push.client.sdk-key=" + KEY, "realtime-push.client.fail-fast=true",
					"realtime-push.client.transports=" + transport)
			.run();
		this.handler = this.client.getBean(Handler.class);
	}

	/** Change the flag and wait for the call; nanoseconds from the one to the other. */
	long run(int value) throws InterruptedException {
		long since = System.nanoTime();
		this.source.set(FLAG_SET, "limit", FlagValue.of(value));
		Long called = this.handler.calls.poll(10, TimeUnit.SECONDS);
		if (called == null) {
			throw new IllegalStateException("the handler was not called within 10 s");
		}
		return called - since;
	}

	@Override
	public void close() {
		this.client.close();
		this.server.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Server {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Client {

		@Bean
		Handler handler() {
			return new Handler();
		}

	}

	static class Handler {

		private final SynchronousQueue<Long> calls = new SynchronousQueue<>();

		@OnFlagUpdate(value = "limit", initial = false)
		void limit(int limit) throws InterruptedException {
			this.calls.offer(System.nanoTime(), 1, TimeUnit.SECONDS);
		}

	}

}
