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

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import io.realtimepush.flags.FlagSource;
import io.realtimepush.session.ClientRequestHandler;
import io.realtimepush.session.PushHandler;
import io.realtimepush.session.PushSessionListener;
import io.realtimepush.transport.longpoll.LongPollEndpoint;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.test.util.ReflectionTestUtils;

/**
 * A whole app with the push server, on a port of its own.
 */
final class PushServer implements AutoCloseable {

	static final String SERVER_KEY = "sdk-server-0123456789abcdef";

	static final String CLIENT_KEY = "sdk-client-0123456789abcdef";

	static final String FLAG_SET = "shop/test";

	private final ConfigurableApplicationContext context;

	private PushServer(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static PushServer start(FlagSource source, String... properties) {
		return startAt("127.0.0.1", source, properties);
	}

	static PushServer startAt(String address, FlagSource source, String... properties) {
		return start(address, (beans) -> beans.registerBean(FlagSource.class, () -> source), properties);
	}

	static PushServer start(FlagSource source, ClientRequestHandler requests) {
		return start((beans) -> {
			beans.registerBean(FlagSource.class, () -> source);
			beans.registerBean(ClientRequestHandler.class, () -> requests);
		});
	}

	static PushServer start(FlagSource source, PushSessionListener listener, String... properties) {
		return start((beans) -> {
			beans.registerBean(FlagSource.class, () -> source);
			beans.registerBean(PushSessionListener.class, () -> listener);
		}, properties);
	}

	/** A server with other beans. */
	static PushServer start(Consumer<GenericApplicationContext> registrar, String... properties) {
		return start("127.0.0.1", registrar, properties);
	}

	/** A server whose source is one of ours, as its properties say. */
	static PushServer startWithoutSource(String... properties) {
		return start("127.0.0.1", (beans) -> {
		}, properties);
	}

	/** A server that has its flags from another one. */
	static PushServer relay(int upstream, String... properties) {
		return relay(upstream, (beans) -> {
		}, properties);
	}

	static PushServer relay(int upstream, Consumer<GenericApplicationContext> registrar, String... properties) {
		String[] all = Stream.concat(Stream.of("realtime-push.source.upstream.enabled=true",
				"realtime-push.client.url=http://127.0.0.1:" + upstream + "/realtime",
				"realtime-push.client.sdk-key=" + SERVER_KEY, "realtime-push.client.flag-set=" + FLAG_SET,
				"realtime-push.client.max-back-off=500ms"), Stream.of(properties))
			.toArray(String[]::new);
		return start(registrar, all);
	}

	private static PushServer start(String address, Consumer<GenericApplicationContext> registrar,
			String... properties) {
		SpringApplicationBuilder builder = new SpringApplicationBuilder(App.class).web(WebApplicationType.REACTIVE)
			.properties("server.port=0", "server.address=" + address, "spring.main.banner-mode=off",
					"spring.jmx.enabled=false", "logging.level.root=warn",
					"realtime-push.server.sdk-keys[0].key=" + SERVER_KEY,
					"realtime-push.server.sdk-keys[0].kind=server",
					"realtime-push.server.sdk-keys[0].flag-set=" + FLAG_SET,
					"realtime-push.server.sdk-keys[1].key=" + CLIENT_KEY,
					"realtime-push.server.sdk-keys[1].kind=client",
					"realtime-push.server.sdk-keys[1].flag-set=" + FLAG_SET,
					"realtime-push.server.sdk-keys[1].flags[0]=ui.*", "realtime-push.server.drain-time=1s",
					"server.shutdown=immediate")
			.properties("spring.autoconfigure.exclude=" + String.join(",", notNeeded()))
			.properties(properties)
			.initializers((context) -> {
				GenericApplicationContext beans = (GenericApplicationContext) context;
				registrar.accept(beans);
				beans.registerBean(ReactorResourceFactory.class, PushServer::ownResources);
			});
		return new PushServer(builder.run());
	}

	/** Event loops that another server does not share. */
	private static ReactorResourceFactory ownResources() {
		ReactorResourceFactory resources = new ReactorResourceFactory();
		resources.setUseGlobalResources(false);
		resources.setShutdownQuietPeriod(Duration.ZERO);
		return resources;
	}

	/** Libraries that are here for other tests. */
	private static List<String> notNeeded() {
		return notNeeded("security|jdbc|actuate");
	}

	static List<String> notNeeded(String packages) {
		return StreamSupport
			.stream(ImportCandidates.load(AutoConfiguration.class, PushServer.class.getClassLoader()).spliterator(),
					false)
			.filter((name) -> name.startsWith("org.springframework.boot.")
					&& name.matches(".*\\.(" + packages + ")\\..*"))
			.toList();
	}

	int port() {
		return Integer.parseInt(this.context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/** What the server still holds of clients; all 0 when nobody is connected. */
	Map<String, Integer> leftovers() {
		PushHandler handler = bean(PushHandler.class);
		Object admission = field(handler, "admission");
		Object open = field(handler, "sessions");
		return Map.of("connections", handler.connections(), "sessions", size(field(open, "sessions")), "byInstance",
				size(field(open, "byInstance")), "byKey", size(field(admission, "byKey")), "byAddress",
				size(field(admission, "byAddress")), "polls", size(field(bean(LongPollEndpoint.class), "sessions")));
	}

	static Object field(Object owner, String name) {
		Object value = ReflectionTestUtils.getField(owner, name);
		if (value == null) {
			throw new IllegalStateException("field '" + name + "' is null");
		}
		return value;
	}

	static int size(Object collection) {
		return (collection instanceof Map<?, ?> map) ? map.size() : ((Collection<?>) collection).size();
	}

	void awaitNobody(Duration timeout) {
		await(timeout, () -> "left over: " + leftovers(),
				() -> leftovers().values().stream().allMatch((count) -> count == 0));
	}

	/** Look every few milliseconds whether something holds. */
	static void await(Duration timeout, Supplier<String> otherwise, BooleanSupplier condition) {
		long end = System.nanoTime() + timeout.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - end > 0) {
				throw new AssertionError("not so within " + timeout + ": " + otherwise.get());
			}
			pause(5);
		}
	}

	private static void pause(long millis) {
		try {
			TimeUnit.MILLISECONDS.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * The app.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

	}

}
