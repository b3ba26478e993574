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
 * Tests for the transports over HTTP/3: beside the server of a WebFlux app, and beside a
 * server on a port of its own in an app without a web server.
 */
class Http3TransportTests {

	@Nested
	class Sse extends LoopbackSupport implements TransportContract {

		Sse() {
			super(true, LoopbackServer.WITH_HTTP3, LoopbackServer.OVER_HTTP3);
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return SseSession.open(server, options);
		}

	}

	@Nested
	class LongPoll extends LoopbackSupport implements TransportContract {

		LongPoll() {
			super(true, LoopbackServer.NO_WEB, "realtime-push.server.port=0",
					"realtime-push.server.ssl.bundle=loopback", LoopbackServer.WITH_HTTP3, LoopbackServer.OVER_HTTP3);
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return LongPollSession.open(server, options);
		}

	}

}
