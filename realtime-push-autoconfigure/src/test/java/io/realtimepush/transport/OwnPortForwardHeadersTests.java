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
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whose address counts on a port of its own.
 */
class OwnPortForwardHeadersTests {

	private static int failedLogin(LoopbackServer server, String address) {
		OpenOptions unknown = OpenOptions.key("sdk-nobody").header("X-Forwarded-For", address);
		return HttpClient.get(server, "/realtime/flags", unknown).status();
	}

	@Nested
	class BehindAProxy extends LoopbackSupport {

		BehindAProxy() {
			super(false, LoopbackServer.NO_WEB, "realtime-push.server.port=0",
					"realtime-push.server.use-forward-headers=true", "test.max-failed-logins=1");
		}

		@Test
		void addressIsThatOfTheClient() {
			assertThat(failedLogin(server(), "192.0.2.1")).isEqualTo(401);
			assertThat(failedLogin(server(), "192.0.2.1")).isEqualTo(429);
			assertThat(failedLogin(server(), "192.0.2.2")).isEqualTo(401);
		}

	}

	@Nested
	class Unless extends LoopbackSupport {

		Unless() {
			super(false, LoopbackServer.NO_WEB, "realtime-push.server.port=0", "test.max-failed-logins=1");
		}

		@Test
		void clientCannotChooseItsAddress() {
			assertThat(failedLogin(server(), "192.0.2.1")).isEqualTo(401);
			assertThat(failedLogin(server(), "192.0.2.2")).isEqualTo(429);
		}

	}

}
