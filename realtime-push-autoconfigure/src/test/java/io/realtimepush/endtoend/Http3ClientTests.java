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

import java.net.URI;
import java.util.Arrays;
import java.util.stream.Stream;

import io.realtimepush.client.transport.NettyClientEnvironment;
import io.realtimepush.source.memory.InMemoryFlagSource;
import io.realtimepush.transport.TestKeyStore;
import org.junit.jupiter.api.Nested;

/**
 * The client over HTTP/3.
 */
class Http3ClientTests {

	@Nested
	class Sse extends Http3ClientContract {

		@Override
		String transport() {
			return "sse-h3";
		}

	}

	@Nested
	class LongPoll extends Http3ClientContract {

		@Override
		String transport() {
			return "long-poll-h3";
		}

	}

	abstract static class Http3ClientContract extends ClientContract {

		@Override
		PushServer startServer(InMemoryFlagSource flags, String... properties) {
			return Http3Server.start(flags, properties);
		}

		@Override
		NettyClientEnvironment.Settings environment() {
			return Http3Server.environment(transport());
		}

		@Override
		URI endpoint(int port) {
			return Http3Server.endpoint(port);
		}

	}

	/**
	 * A server for HTTP/3, and how clients connect to it.
	 */
	static final class Http3Server {

		private Http3Server() {
		}

		static PushServer start(InMemoryFlagSource flags, String... properties) {
			String[] all = Stream.concat(Stream.of("realtime-push.server.http3.enabled=true",
					"spring.ssl.bundle.jks.loopback.keystore.location=file:" + TestKeyStore.path(),
					"spring.ssl.bundle.jks.loopback.keystore.password=" + TestKeyStore.PASSWORD,
					"server.ssl.bundle=loopback"), Arrays.stream(properties))
				.toArray(String[]::new);
			return PushServer.start(flags, all);
		}

		static NettyClientEnvironment.Settings environment(String... transports) {
			return TestClient.environment(TestKeyStore.trust(TestKeyStore.certificate(TestKeyStore.path())),
					transports);
		}

		static URI endpoint(int port) {
			return URI.create("https://127.0.0.1:" + port + "/realtime");
		}

	}

}
