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
import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what the endpoints have to do with the rest of a servlet app.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServletAppTests extends LoopbackSupport {

	private static final int MEBIBYTE = 1024 * 1024;

	ServletAppTests() {
		super(false, LoopbackServer.SERVLET);
	}

	private ServerContainer container() {
		return (ServerContainer) server().bean(ServletContext.class).getAttribute(ServerContainer.class.getName());
	}

	private void connect() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true");
		try (WebSocketSession session = WebSocketSession.open(server(), OpenOptions.key(tenant.serverKey()))) {
			session.expectWelcome(false);
		}
	}

	@Test
	void largerMessagesOfOtherWebSocketsAreStillTaken() {
		container().setDefaultMaxTextMessageBufferSize(MEBIBYTE);
		container().setDefaultMaxBinaryMessageBufferSize(8192);
		connect();
		assertThat(container().getDefaultMaxTextMessageBufferSize()).isEqualTo(MEBIBYTE);
		assertThat(container().getDefaultMaxBinaryMessageBufferSize()).isEqualTo(64 * 1024);
	}

	@ParameterizedTest
	@ValueSource(strings = { "//realtime/flags", "/realtime;x=1/flags", "/%72ealtime/flags", "/./realtime/flags" })
	void pathInAnotherSpellingIsNotFound(String path, CapturedOutput output) {
		assertThat(HttpClient.get(server(), path, OpenOptions.nobody()).status()).isEqualTo(404);
		assertThat(output).doesNotContain("ERROR", "WARN");
	}

}
