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
import java.util.function.Consumer;

import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.memory.InMemoryFlagSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A change on its way from the source of a server to an {@link OnFlagUpdate} method of a
 * client app: probe, publication, fan-out, socket, client, handler.
 */
final class ChangeToHandler implements AutoCloseable {

	private static final String KEY = "sdk-server-latency";

	static final FlagSetId FLAG_SET = FlagSetId.of("latency");

	static final String FLAG = "limit";

	private final Change change;

	private final ConfigurableApplicationContext server;

	private final ConfigurableApplicationContext client;

	private final Handler handler;

	/**
	 * Start a server and a client app.
	 * @param transport what connects them
	 * @param change what changes the flag
	 * @param beans adds the beans of the server
	 * @param properties properties of the server
	 */
	ChangeToHandler(String transport, Change change, Consumer<ConfigurableApplicationContext> beans,
			String... properties) {
		this.change = change;
		this.server = new SpringApplicationBuilder(Server.class).web(WebApplicationType.REACTIVE)
			.initializers(beans::accept)
			.properties("server.port=0", "realtime-push.server.sdk-keys[0].key=" + KEY,
					"realtime-push.server.sdk-keys[0].flag-set=" + FLAG_SET)
			.properties(properties)
			.run();
		String port = this.server.getEnvironment().getRequiredProperty("local.server.port");
		this.client = new SpringApplicationBuilder(Client.class).web(WebApplicationType.NONE)
			.properties("realtime-push.client.url=http://127.0.0.1:" + port + "/realtime",
					"realtime-push.client.sdk-key=" + KEY, "realtime-push.client.fail-fast=true",
					"realtime-push.client.transports=" + transport)
			.run();
		this.handler = this.client.getBean(Handler.class);
	}

	/** With a source in the memory of the server. */
	static ChangeToHandler inMemory(String transport) {
		InMemoryFlagSource source = new InMemoryFlagSource();
		source.update(FLAG_SET, Map.of(FLAG, FlagValue.of(-1)), Set.of());
		return new ChangeToHandler(transport, (value) -> {
			long since = System.nanoTime();
			source.set(FLAG_SET, FLAG, FlagValue.of(value));
			return since;
		}, (context) -> context.getBeanFactory().registerSingleton("flagSource", source));
	}

	/** Change the flag and wait for the call; nanoseconds from the one to the other. */
	long run(int value) throws InterruptedException {
		long since = this.change.to(value);
		Long called = this.handler.calls.poll(10, TimeUnit.SECONDS);
		if (called == null) {
			throw new IllegalStateException("the handler was not called within 10 s");
		}
		return called - since;
	}

	/** Return a bean of the server. */
	<T> T bean(Class<T> type) {
		return this.server.getBean(type);
	}

	@Override
	public void close() {
		this.client.close();
		this.server.close();
	}

	/**
	 * Changes the flag.
	 */
	interface Change {

		/** Change it, and return the time at which this began, as of the nano clock. */
		long to(int value);

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

		@OnFlagUpdate(value = FLAG, initial = false)
		void limit(int limit) throws InterruptedException {
			this.calls.offer(System.nanoTime(), 1, TimeUnit.SECONDS);
		}

	}

}
