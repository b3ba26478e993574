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

package io.realtimepush.benchmarks.bytes;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.memory.InMemoryFlagSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * A server with 1,000 flags as teams have them: seven of ten are switches, the others
 * numbers, texts and objects.
 */
final class MeasuredServer implements AutoCloseable {

	static final String KEY = "sdk-server-bytes";

	private static final int FLAGS = 1000;

	private static final FlagSetId FLAG_SET = FlagSetId.of("bytes");

	private static final String CHANGED = "checkout.express-payment";

	private static final String[] AREAS = { "checkout", "search", "ui", "account", "mail", "stock", "price", "login" };

	private static final String[] WORDS = { "new", "fast", "retry", "limit", "banner", "layout", "cache", "rollout",
			"beta", "timeout", "provider", "discount", "variant", "express", "legacy", "mobile" };

	private final InMemoryFlagSource source = new InMemoryFlagSource();

	private final ConfigurableApplicationContext context;

	private boolean on;

	MeasuredServer() {
		this.source.update(FLAG_SET, flags(), Set.of());
		this.context = new SpringApplicationBuilder(App.class).web(WebApplicationType.REACTIVE)
			.initializers((context) -> context.getBeanFactory().registerSingleton("flagSource", this.source))
			.properties("server.port=0", "realtime-push.server.sdk-keys[0].key=" + KEY,
					"realtime-push.server.sdk-keys[0].flag-set=" + FLAG_SET, "realtime-push.featureprobe.enabled=true",
					"realtime-push.server.heartbeat-interval=5m")
			.run();
	}

	/** The same ones each time. */
	private static Map<String, FlagValue> flags() {
		Random random = new Random(42);
		Map<String, FlagValue> flags = new LinkedHashMap<>();
		flags.put(CHANGED, FlagValue.FALSE);
		while (flags.size() < FLAGS) {
			String key = pick(AREAS, random) + "." + pick(WORDS, random) + "-" + pick(WORDS, random) + "-"
					+ random.nextInt(100);
			flags.put(key, value(random));
		}
		return flags;
	}

	private static String pick(String[] words, Random random) {
		return words[random.nextInt(words.length)];
	}

	private static FlagValue value(Random random) {
		int kind = random.nextInt(10);
		if (kind < 7) {
			return FlagValue.of(random.nextBoolean());
		}
		return switch (kind) {
			case 7 -> FlagValue.of(random.nextInt(10_000));
			case 8 -> FlagValue.of(pick(WORDS, random) + " " + pick(WORDS, random) + " " + random.nextInt(1000));
			default -> FlagValue.ofJson("{\"share\":%d.%02d,\"group\":\"%s\"}".formatted(random.nextInt(10),
					random.nextInt(100), pick(WORDS, random)));
		};
	}

	int port() {
		return Integer.parseInt(this.context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	/** Change one flag: a switch is turned. */
	void change() {
		this.on = !this.on;
		this.source.set(FLAG_SET, CHANGED, FlagValue.of(this.on));
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

	}

}
