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

package io.realtimepush.transport;

import org.junit.jupiter.api.Nested;

/**
 * Tests for WebSockets in a WebFlux app on another server than Reactor Netty; the rest is
 * as in a {@linkplain ServletTransportTests servlet app}.
 */
class TomcatTransportTests {

	/**
	 * Tomcat gives the request objects of a connection that was lost to the next one, and
	 * the end of the lost exchange, which comes on another thread, may then hit that one.
	 */
	private static final String NO_REUSE = "server.tomcat.processor-cache=0";

	@Nested
	class WebSocket extends LoopbackSupport implements TransportContract {

		WebSocket() {
			super(false, "test.tomcat=true", NO_REUSE);
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return WebSocketSession.open(server, options);
		}

	}

	@Nested
	class CborWebSocket extends LoopbackSupport implements TransportContract {

		CborWebSocket() {
			super(false, "test.tomcat=true", NO_REUSE);
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return WebSocketSession.open(server,
					options.header("Sec-WebSocket-Protocol", "realtime-push.v1.cbor, realtime-push.v1"));
		}

	}

}
