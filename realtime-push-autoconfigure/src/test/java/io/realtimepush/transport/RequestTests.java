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
import io.realtimepush.transport.RawConnection.Answer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for requests of clients over HTTP and WebSocket.
 */
class RequestTests extends LoopbackSupport {

	RequestTests() {
		super(false);
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true");
		return tenant;
	}

	private Answer post(OpenOptions options, String body) {
		return HttpClient.send(server(), "POST /realtime/request", options, body);
	}

	private static String request(String method, String payload) {
		return "{\"type\":\"request\",\"id\":\"r1\",\"method\":\"" + method + "\",\"payload\":" + payload + "}";
	}

	@Test
	void requestIsAnsweredOverHttp() {
		Answer answer = post(OpenOptions.key(tenant().serverKey()), request("double", "21"));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.headers()).containsEntry("Content-Type", "application/json")
			.containsEntry("Cache-Control", "no-store");
		assertThat(answer.message().node().toString())
			.isEqualTo("{\"type\":\"response\",\"id\":\"r1\",\"payload\":42}");
	}

	@Test
	void failureIsAResponseToo() {
		OpenOptions options = OpenOptions.key(tenant().serverKey());
		assertThat(post(options, request("double", "\"x\"")).message().node().path("error").path("code").stringValue())
			.isEqualTo("bad_payload");
		assertThat(post(options, request("half", "2")).message().node().path("error").path("code").stringValue())
			.isEqualTo("unknown_method");
	}

	@Test
	void whatIsNoRequestIsRefused() {
		OpenOptions options = OpenOptions.key(tenant().serverKey());
		for (String body : new String[] { "", "{}", "[]", "{\"type\":\"ping\"}",
				"{\"type\":\"request\",\"id\":\"1\"}" }) {
			Answer answer = post(options, body);
			assertThat(answer.status()).isEqualTo(400);
			assertThat(answer.message().text("code")).isEqualTo("bad_request");
		}
		assertThat(post(options, request("double", "\"" + "x".repeat(70_000) + "\"")).status()).isEqualTo(413);
		assertThat(post(OpenOptions.key("sdk-unknown"), request("double", "1")).status()).isEqualTo(401);
		assertThat(post(OpenOptions.key(server().tenant("forbidden").serverKey()), request("double", "1")).status())
			.isEqualTo(403);
	}

	@Test
	void requestIsAnsweredOverWebSocket() {
		try (WebSocketSession session = WebSocketSession.open(server(), OpenOptions.key(tenant().serverKey()))) {
			session.expectWelcome(false);
			session.next("snapshot");
			session.send(request("double", "4"));
			assertThat(session.next("response").number("payload")).isEqualTo(8);
		}
	}

}
