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

package io.realtimepush.test;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.protocol.CloseReason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The second example of docs/testing.md.
 */
@SpringBootTest
class OutageTests {

	private static final FakePushServer server = FakePushServer.start();

	@DynamicPropertySource
	static void client(DynamicPropertyRegistry properties) {
		server.set("checkout.max-items", 50);
		properties.add("realtime-push.client.url", server::url);
		properties.add("realtime-push.client.sdk-key", () -> "any");
	}

	@Test
	void checkoutGoesOnWithTheLastLimit(@Autowired Checkout checkout) {
		server.refuse(CloseReason.NOT_READY);
		server.dropConnections();
		assertThat(checkout.accepts(50)).isTrue();
		FlagPosition change = server.set("checkout.max-items", 20);
		server.accept();
		server.awaitAck(change);
		assertThat(checkout.accepts(50)).isFalse();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

}
