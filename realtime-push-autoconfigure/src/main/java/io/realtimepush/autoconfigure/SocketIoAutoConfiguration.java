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
import java.util.stream.Stream;

import io.realtimepush.transport.engineio.EngineHandlerMapping;
import io.realtimepush.transport.engineio.EngineServer;
import io.realtimepush.transport.socketio.SocketIoServer;
import reactor.netty.http.server.HttpServer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.web.reactive.DispatcherHandler;

/**
 * {@link AutoConfiguration Auto-configuration} that makes reachable what the app has as
 * beans of type {@link EngineServer} and {@link SocketIoServer}.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnClass({ HttpServer.class, DispatcherHandler.class })
@Conditional({ OnReactivePort.class, SocketIoAutoConfiguration.AnyServer.class })
public final class SocketIoAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	EngineHandlerMapping engineHandlerMapping(ObjectProvider<EngineServer> engines,
			ObjectProvider<SocketIoServer> servers) {
		return new EngineHandlerMapping(all(engines, servers));
	}

	@Bean
	EngineServerLifecycle engineServerLifecycle(ObjectProvider<EngineServer> engines,
			ObjectProvider<SocketIoServer> servers) {
		return new EngineServerLifecycle(all(engines, servers));
	}

	private static List<EngineServer> all(ObjectProvider<EngineServer> engines,
			ObjectProvider<SocketIoServer> servers) {
		return Stream.concat(engines.orderedStream(), servers.orderedStream().map(SocketIoServer::engine))
			.distinct()
			.toList();
	}

	/**
	 * With something to serve.
	 */
	static class AnyServer extends AnyNestedCondition {

		AnyServer() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		/**
		 * The app speaks Engine.IO.
		 */
		@ConditionalOnBean(EngineServer.class)
		static class Engine {

		}

		/**
		 * The app speaks Socket.IO.
		 */
		@ConditionalOnBean(SocketIoServer.class)
		static class SocketIo {

		}

	}

}
