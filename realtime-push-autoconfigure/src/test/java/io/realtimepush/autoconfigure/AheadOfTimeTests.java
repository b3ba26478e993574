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

package io.realtimepush.autoconfigure;

import java.util.List;

import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.annotation.OnPushRequest;
import io.realtimepush.source.jdbc.JdbcFlagSchema;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.web.server.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A whole app is processed ahead of time, with hints for what is reflective.
 */
class AheadOfTimeTests {

	@Test
	void appWithAHandlerIsProcessed() throws Exception {
		RuntimeHints hints = process(App.class);
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(App.Handler.class.getDeclaredMethod("onChange", App.Theme.class))).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(App.Theme.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(App.Ticket.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.resource().forResource("io/realtimepush/transport/http/client.js"))
			.accepts(hints);
	}

	@Test
	void appWithADatabaseTakesItsSchemaAlong() {
		RuntimeHints hints = process(DatabaseApp.class, "realtime-push.source.jdbc.enabled=true");
		for (String database : List.of("h2", "postgresql", "mariadb", "mysql")) {
			String script = JdbcFlagSchema.SCRIPTS.replace("*", database);
			assertThat(RuntimeHintsPredicates.resource().forResource(script)).accepts(hints);
		}
	}

	@Test
	void appThatIsAClientIsProcessed() {
		InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
		DefaultGenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get(ClientApp.class)), files);
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(ClientApp.class);
			TestPropertyValues
				.of("realtime-push.client.url=https://push.example.com/realtime",
						"realtime-push.client.sdk-key=sdk-server-1", "realtime-push.client.cache-file=target/aot.cache")
				.applyTo(context);
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
			generation.writeGeneratedContent();
		}
		assertThat(files.getGeneratedFiles(Kind.SOURCE).keySet())
			.anyMatch((name) -> name.contains("PushClientAutoConfiguration"))
			.anyMatch((name) -> name.contains("PushClientHealthAutoConfiguration"));
		assertThat(RuntimeHintsPredicates.reflection().onType(ClientFlagSetProperties.class))
			.accepts(generation.getRuntimeHints());
	}

	private static RuntimeHints process(Class<?> app, String... properties) {
		InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();
		DefaultGenerationContext generation = new DefaultGenerationContext(new ClassNameGenerator(ClassName.get(app)),
				files);
		try (AnnotationConfigReactiveWebServerApplicationContext context = new AnnotationConfigReactiveWebServerApplicationContext()) {
			context.register(app);
			TestPropertyValues
				.of("realtime-push.server.sdk-keys[0].key=sdk-server-1",
						"realtime-push.server.sdk-keys[0].flag-set=shop",
						"management.endpoints.web.exposure.include=realtimepush")
				.and(properties)
				.applyTo(context);
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
			generation.writeGeneratedContent();
		}
		assertThat(files.getGeneratedFiles(Kind.SOURCE).keySet())
			.anyMatch((name) -> name.contains("PushServerAutoConfiguration"))
			.anyMatch((name) -> name.contains("PushEndpointAutoConfiguration"))
			.anyMatch((name) -> name.contains("PushSecurityAutoConfiguration"))
			.anyMatch((name) -> name.contains("PushHealthAutoConfiguration"));
		return generation.getRuntimeHints();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

		@Bean
		InMemoryFlagSource source() {
			return new InMemoryFlagSource();
		}

		@Bean
		Handler handler() {
			return new Handler();
		}

		/**
		 * A bean with a handler method.
		 */
		static class Handler {

			@OnFlagUpdate("theme")
			void onChange(Theme theme) {
			}

			@OnPushRequest("open")
			Mono<Ticket> open() {
				return Mono.just(new Ticket(1));
			}

		}

		/**
		 * A result.
		 *
		 * @param number its number
		 */
		record Ticket(int number) {

		}

		/**
		 * A value.
		 *
		 * @param name its name
		 */
		record Theme(String name) {

		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class DatabaseApp {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ClientApp {

	}

}
