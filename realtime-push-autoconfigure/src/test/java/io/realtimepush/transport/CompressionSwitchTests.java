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

import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.WebSocketSession.Frame;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a server that compresses neither WebSockets nor event streams.
 */
class CompressionSwitchTests extends LoopbackSupport {

	CompressionSwitchTests() {
		super(false, "realtime-push.server.compress-streams=false");
	}

	private OpenOptions options() {
		Tenant tenant = server().tenant();
		tenant.set("banner", "\"" + "again and ".repeat(200) + "\"");
		return OpenOptions.key(tenant.serverKey());
	}

	@Test
	void offerOfWebSocketIsDeclined() {
		OpenOptions options = options().header("Sec-WebSocket-Extensions", "permessage-deflate");
		try (WebSocketSession session = WebSocketSession.open(server(), options)) {
			assertThat(session.head().headers()).doesNotContainKey("Sec-WebSocket-Extensions");
			session.expectWelcome(false).next("snapshot");
			assertThat(session.frames()).noneMatch(Frame::isCompressed);
		}
	}

	@Test
	void eventStreamIsPlain() {
		try (SseSession session = SseSession.open(server(), options().header("Accept-Encoding", "gzip"))) {
			assertThat(session.head().headers()).doesNotContainKey("Content-Encoding");
			session.expectWelcome(false).next("snapshot");
		}
	}

}
