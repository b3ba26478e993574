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

import io.realtimepush.transport.LoopbackServer.HeldRegistry;
import io.realtimepush.transport.LoopbackServer.Tenant;
import io.realtimepush.transport.RawConnection.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for requests that come while the registry of SDK keys answers nothing.
 */
@ExtendWith(OutputCaptureExtension.class)
class SlowRegistryTests extends LoopbackSupport {

	private static final String SESSION = "Realtime-Push-Session";

	private Tenant tenant;

	private OpenOptions options;

	SlowRegistryTests() {
		super(false, "test.held-registry=true");
	}

	@BeforeEach
	void loadFlags() {
		this.tenant = server().tenant();
		this.options = OpenOptions.key(this.tenant.serverKey()).at(this.tenant.set("checkout", "true"));
		this.tenant.watch();
	}

	@AfterEach
	void release() {
		server().bean(HeldRegistry.class).release();
	}

	private void assertNotReady(String requestLine, OpenOptions asked, String body, CapturedOutput output) {
		server().bean(HeldRegistry.class).hold();
		Answer[] answer = new Answer[1];
		server().fastForward(() -> answer[0] = HttpClient.send(server(), requestLine, asked, body));
		assertThat(answer[0].status()).isEqualTo(503);
		assertThat(answer[0].message().text("code")).isEqualTo("not_ready");
		assertThat(output).doesNotContain("ERROR");
	}

	@Test
	void acknowledgementIsToldToComeBack(CapturedOutput output) {
		assertNotReady("POST /realtime/ack", this.options, "{\"epoch\":\"k7\",\"version\":1,\"status\":\"applied\"}",
				output);
	}

	@Test
	void requestIsToldToComeBack(CapturedOutput output) {
		assertNotReady("POST /realtime/request", this.options,
				"{\"type\":\"request\",\"id\":\"1\",\"method\":\"double\",\"payload\":2}", output);
	}

	@Test
	void pullIsToldToComeBack(CapturedOutput output) {
		assertNotReady(this.options.target("/realtime/flags"), this.options, null, output);
	}

	@Test
	void pollOfASessionIsToldToComeBack(CapturedOutput output) {
		OpenOptions now = this.options.query("wait", "0");
		String session = HttpClient.get(server(), "/realtime/poll", now).headers().get(SESSION);
		OpenOptions further = now.header(SESSION, session);
		assertNotReady(further.target("/realtime/poll"), further, null, output);
	}

	@Test
	void preflightIsToldToComeBack(CapturedOutput output) {
		assertNotReady("OPTIONS /realtime/flags",
				OpenOptions.nobody()
					.header("Origin", "https://shop.example")
					.header("Access-Control-Request-Method", "GET"),
				null, output);
	}

}
