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

package io.realtimepush.autoconfigure.security;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.source.memory.InMemoryFlagSource;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real apps with Spring Security: the base path answers SDK keys, all else stays
 * protected.
 */
class PushSecurityTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(TIMEOUT)
		.build();

	@Test
	void defaultsOfBootProtectAllButTheBasePath() throws Exception {
		try (ConfigurableApplicationContext app = start(App.class)) {
			assertPushWorks(app, "/realtime");
			assertOtherIsProtected(app);
			HttpResponse<String> challenged = get(app, "/other", null);
			assertThat(challenged.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic");
		}
	}

	@Test
	void defaultsWithoutActuatorProtectAllButTheBasePath() throws Exception {
		try (ConfigurableApplicationContext app = start(App.class,
				"--spring.autoconfigure.exclude=org.springframework.boot.security.autoconfigure.actuate.web.reactive."
						+ "ReactiveManagementWebSecurityAutoConfiguration")) {
			assertThat(app.getBeanNamesForType(SecurityWebFilterChain.class))
				.containsExactlyInAnyOrder("defaultSecurityFilterChain", "pushSecurityFilterChain");
			assertPushWorks(app, "/realtime");
			assertOtherIsProtected(app);
		}
	}

	@Test
	void resourceServerLeavesBearerKeysToThePushServer() throws Exception {
		try (ConfigurableApplicationContext app = start(ResourceServerApp.class)) {
			assertPushWorks(app, "/realtime");
			assertOtherIsProtected(app);
			HttpResponse<String> challenged = get(app, "/other", "sdk-server-1");
			assertThat(challenged.statusCode()).isEqualTo(401);
			assertThat(challenged.headers().firstValue("WWW-Authenticate").orElse("")).contains("invalid_token");
		}
	}

	@Test
	void chainOfTheAppRulesTheRest() throws Exception {
		try (ConfigurableApplicationContext app = start(OwnChainApp.class, "--realtime-push.server.path=/push/v1")) {
			assertThat(app.getBeanNamesForType(SecurityWebFilterChain.class)).containsExactlyInAnyOrder("ownChain",
					"pushSecurityFilterChain");
			assertPushWorks(app, "/push/v1");
			assertOtherIsProtected(app);
			assertThat(get(app, "/realtime/flags", "sdk-server-1").statusCode()).isEqualTo(401);
		}
	}

	@Test
	void switchedOffSpringSecurityDecides() throws Exception {
		try (ConfigurableApplicationContext app = start(App.class, "--realtime-push.server.security.enabled=false")) {
			assertThat(get(app, "/realtime/flags", "sdk-server-1").statusCode()).isEqualTo(401);
			assertThat(app.containsBean("pushSecurityFilterChain")).isFalse();
		}
	}

	@Test
	void appWithoutSpringSecurityNeedsNoChain() {
		new ReactiveWebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(PushSecurityAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.security"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("pushSecurityFilterChain"));
	}

	@Test
	void appThatExcludesWebSecurityGetsNoChain() {
		new ReactiveWebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(PushSecurityAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SecurityWebFilterChain.class));
	}

	private static ConfigurableApplicationContext start(Class<?> app, String... arguments) {
		String[] all = new String[arguments.length + 6];
		all[0] = "--server.port=0";
		all[1] = "--realtime-push.server.sdk-keys[0].key=sdk-server-1";
		all[2] = "--realtime-push.server.sdk-keys[0].flag-set=shop";
		all[3] = "--realtime-push.server.drain-time=100ms";
		// With the resource server Boot defines no user by itself
		all[4] = "--spring.security.user.name=user";
		all[5] = "--spring.security.user.password=password";
		System.arraycopy(arguments, 0, all, 6, arguments.length);
		return new SpringApplicationBuilder(app).web(WebApplicationType.REACTIVE).run(all);
	}

	private void assertPushWorks(ConfigurableApplicationContext app, String path) throws Exception {
		assertThat(get(app, path + "/flags", "sdk-server-1").body()).contains("\"greeting\":\"hello\"");
		assertThat(get(app, path + "/poll", "sdk-server-1").body()).contains("\"type\":\"snapshot\"");
		HttpResponse<String> unknown = get(app, path + "/flags", "sdk-unknown");
		assertThat(unknown.statusCode()).isEqualTo(401);
		assertThat(unknown.body()).contains("\"code\":\"unauthorized\"");
		assertThat(get(app, path + "/flags", null).headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
		assertStreamWorks(app, path);
		assertWebSocketWorks(app, path);
		assertPostNeedsNoCsrfToken(app, path);
	}

	private void assertStreamWorks(ConfigurableApplicationContext app, String path) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(uri(app, "http", path + "/sse"))
			.header("Authorization", "Bearer sdk-server-1")
			.build();
		HttpResponse<Stream<String>> response = this.client.sendAsync(request, HttpResponse.BodyHandlers.ofLines())
			.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store");
		assertThat(response.headers().map().keySet())
			.noneMatch((name) -> name.equalsIgnoreCase("Set-Cookie") || name.equalsIgnoreCase("X-Frame-Options"));
		try (Stream<String> lines = response.body()) {
			assertThat(CompletableFuture
				.supplyAsync(() -> lines.anyMatch((line) -> line.contains("\"greeting\":\"hello\"")))
				.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
	}

	private void assertWebSocketWorks(ConfigurableApplicationContext app, String path) throws Exception {
		CompletableFuture<String> first = new CompletableFuture<>();
		WebSocket socket = this.client.newWebSocketBuilder()
			.header("Authorization", "Bearer sdk-server-1")
			.buildAsync(uri(app, "ws", path + "/ws"), new WebSocket.Listener() {
				@Override
				public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
					first.complete(data.toString());
					return WebSocket.Listener.super.onText(webSocket, data, last);
				}
			})
			.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(first.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).contains("\"type\":\"welcome\"");
		socket.abort();
	}

	private void assertPostNeedsNoCsrfToken(ConfigurableApplicationContext app, String path) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(uri(app, "http", path + "/ack"))
			.header("Authorization", "Bearer sdk-server-1")
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers
				.ofString("{\"session\":\"none\",\"epoch\":\"a\",\"version\":1,\"status\":\"applied\"}"))
			.build();
		assertThat(send(request).statusCode()).isEqualTo(202);
	}

	private void assertOtherIsProtected(ConfigurableApplicationContext app) throws Exception {
		assertThat(get(app, "/other", null).statusCode()).isEqualTo(401);
		assertThat(get(app, "/realtime", null).statusCode()).isEqualTo(401);
		assertThat(get(app, "/realtimes", null).statusCode()).isEqualTo(401);
	}

	private HttpResponse<String> get(ConfigurableApplicationContext app, String path, String key) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri(app, "http", path));
		if (key != null) {
			request.header("Authorization", "Bearer " + key);
		}
		return send(request.build());
	}

	private HttpResponse<String> send(HttpRequest request) throws Exception {
		return this.client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
			.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
	}

	private static URI uri(ConfigurableApplicationContext app, String scheme, String path) {
		return URI.create(scheme + "://localhost:" + app.getEnvironment().getProperty("local.server.port") + path);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

		@Bean
		InMemoryFlagSource source() {
			InMemoryFlagSource source = new InMemoryFlagSource();
			source.set(FlagSetId.of("shop"), "greeting", FlagValue.of("hello"));
			return source;
		}

		@Bean
		RouterFunction<ServerResponse> other() {
			return RouterFunctions.route().GET("/other", (request) -> ServerResponse.ok().build()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ResourceServerApp extends App {

		@Bean
		ReactiveJwtDecoder jwtDecoder() {
			return (token) -> Mono.error(new BadJwtException("not a token"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnChainApp extends App {

		@Bean
		SecurityWebFilterChain ownChain(ServerHttpSecurity http) {
			return http.authorizeExchange((exchanges) -> exchanges.anyExchange().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

}
