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

import io.realtimepush.transport.engineio.EngineHandlerMapping;
import io.realtimepush.transport.engineio.EngineListener;
import io.realtimepush.transport.engineio.EngineOptions;
import io.realtimepush.transport.engineio.EngineServer;
import io.realtimepush.transport.http.PushHandlerMapping;
import io.realtimepush.transport.http.PushWebHandler;
import io.realtimepush.transport.socketio.SocketIoServer;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SocketIoAutoConfiguration}.
 */
class SocketIoAutoConfigurationTests {

	private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SocketIoAutoConfiguration.class));

	private static EngineServer engine() {
		return new EngineServer(EngineOptions.DEFAULT, (session, handshake) -> new EngineListener() {

			@Override
			public void onText(String text) {
			}

			@Override
			public void onBinary(byte[] bytes) {
			}

		}).mount("/engine.io/");
	}

	private static boolean isMapped(EngineHandlerMapping mapping, String path) {
		MockServerHttpRequest request = MockServerHttpRequest.method(HttpMethod.GET, path).build();
		return mapping.getHandler(MockServerWebExchange.from(request)).blockOptional().isPresent();
	}

	@Test
	void nothingIsThereWithoutServer() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(EngineHandlerMapping.class)
			.doesNotHaveBean(EngineServerLifecycle.class));
	}

	@Test
	void serversOfBothKindsAreMapped() {
		this.runner.withBean(EngineServer.class, SocketIoAutoConfigurationTests::engine)
			.withBean(SocketIoServer.class, () -> new SocketIoServer().mount("/socket.io").mount("/other"))
			.run((context) -> {
				EngineHandlerMapping mapping = context.getBean(EngineHandlerMapping.class);
				assertThat(isMapped(mapping, "/engine.io")).isTrue();
				assertThat(isMapped(mapping, "/engine.io/?EIO=4")).isTrue();
				assertThat(isMapped(mapping, "/socket.io//")).isTrue();
				assertThat(isMapped(mapping, "/other")).isTrue();
				assertThat(isMapped(mapping, "/socket.io/more")).isFalse();
				assertThat(isMapped(mapping, "/engine.ioo")).isFalse();
				assertThat(isMapped(mapping, "/")).isFalse();
			});
	}

	@Test
	void pushEndpointsComeLater() {
		PushHandlerMapping push = new PushHandlerMapping(new PushWebHandler("/realtime", null, List.of()));
		this.runner.withBean(SocketIoServer.class, () -> new SocketIoServer().mount("/realtime"))
			.run((context) -> assertThat(context.getBean(EngineHandlerMapping.class).getOrder())
				.isLessThan(push.getOrder()));
	}

	@Test
	void mappingOfTheAppBacksOff() {
		EngineHandlerMapping own = new EngineHandlerMapping(List.of());
		this.runner.withBean(EngineServer.class, SocketIoAutoConfigurationTests::engine)
			.withBean(EngineHandlerMapping.class, () -> own)
			.run((context) -> assertThat(context.getBean(EngineHandlerMapping.class)).isSameAs(own));
	}

	@Test
	void otherAppsAndMissingLibrariesBackOff() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SocketIoAutoConfiguration.class))
			.withBean(EngineServer.class, SocketIoAutoConfigurationTests::engine)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(EngineHandlerMapping.class));
		this.runner.withClassLoader(new FilteredClassLoader("reactor.netty"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(EngineHandlerMapping.class));
	}

}
