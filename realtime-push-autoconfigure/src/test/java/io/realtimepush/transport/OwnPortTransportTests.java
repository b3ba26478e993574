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

/**
 * Tests for a transport on a port of its own, over TLS, in an app without a web server.
 */
class OwnPortTransportTests extends LoopbackSupport implements TransportContract {

	OwnPortTransportTests() {
		super(true, LoopbackServer.NO_WEB, "realtime-push.server.port=0", "realtime-push.server.ssl.bundle=loopback");
	}

	@Override
	public TestSession open(LoopbackServer server, OpenOptions options) {
		return WebSocketSession.open(server, options);
	}

}
