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
 * Tests for the transports in a servlet app.
 */
class ServletTransportTests {

	/** See {@link TomcatTransportTests}. */
	private static final String NO_REUSE = "server.tomcat.processor-cache=0";

	@Nested
	class WebSocket extends LoopbackSupport implements TransportContract {

		WebSocket() {
			super(false, LoopbackServer.SERVLET, NO_REUSE);
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return WebSocketSession.open(server, options);
		}

	}

	@Nested
	class Sse extends LoopbackSupport implements TransportContract {

		Sse() {
			super(false, LoopbackServer.SERVLET, NO_REUSE);
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return SseSession.open(server, options);
		}

	}

	@Nested
	class LongPoll extends LoopbackSupport implements TransportContract {

		LongPoll() {
			super(false, LoopbackServer.SERVLET, NO_REUSE);
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return LongPollSession.open(server, options);
		}

	}

	@Nested
	class CompressedSse extends LoopbackSupport implements TransportContract {

		CompressedSse() {
			super(false, LoopbackServer.SERVLET, NO_REUSE);
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return SseSession.open(server, options.header("Accept-Encoding", "gzip"));
		}

	}

}
