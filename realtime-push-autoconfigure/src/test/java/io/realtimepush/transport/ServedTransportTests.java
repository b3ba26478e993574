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
 * Tests for the transports where Reactor Netty goes on serving the channel, because there
 * is a handler in the pipeline that is not known.
 */
class ServedTransportTests {

	@Nested
	class WebSocket extends LoopbackSupport implements TransportContract {

		WebSocket() {
			super(false, "test.unknown-handler=true");
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return WebSocketSession.open(server, options);
		}

	}

	@Nested
	class Sse extends LoopbackSupport implements TransportContract {

		Sse() {
			super(false, "test.unknown-handler=true");
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return SseSession.open(server, options);
		}

	}

	@Nested
	class LongPoll extends LoopbackSupport implements TransportContract {

		LongPoll() {
			super(false, "test.unknown-handler=true");
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return LongPollSession.open(server, options);
		}

	}

	@Nested
	class CborWebSocket extends LoopbackSupport implements TransportContract {

		CborWebSocket() {
			super(false, "test.unknown-handler=true");
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return WebSocketSession.open(server,
					options.header("Sec-WebSocket-Protocol", "realtime-push.v1.cbor, realtime-push.v1"));
		}

	}

	@Nested
	class CompressedSse extends LoopbackSupport implements TransportContract {

		CompressedSse() {
			super(false, "test.unknown-handler=true");
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return SseSession.open(server, options.header("Accept-Encoding", "gzip"));
		}

	}

}
