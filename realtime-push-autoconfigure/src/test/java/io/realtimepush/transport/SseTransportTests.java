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
 * Tests for the transport over plain sockets and over TLS.
 */
class SseTransportTests {

	@Nested
	class Plain extends LoopbackSupport implements TransportContract {

		Plain() {
			super(false);
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return SseSession.open(server, options);
		}

	}

	@Nested
	class Tls extends LoopbackSupport implements TransportContract {

		Tls() {
			super(true);
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return SseSession.open(server, options);
		}

	}

	@Nested
	class Compressed extends LoopbackSupport implements TransportContract {

		Compressed() {
			super(false);
		}

		@Override
		public TestSession open(LoopbackServer server, OpenOptions options) {
			return SseSession.open(server, options.header("Accept-Encoding", "gzip, deflate, br, zstd"));
		}

	}

}
