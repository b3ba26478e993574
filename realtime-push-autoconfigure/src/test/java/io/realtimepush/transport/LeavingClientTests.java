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

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.hub.FlagView;
import io.realtimepush.transport.LoopbackServer.HeldRegistry;
import io.realtimepush.transport.LoopbackServer.Tenant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what is left of clients that leave while somebody else still thinks about
 * their request.
 */
@ExtendWith(OutputCaptureExtension.class)
class LeavingClientTests extends LoopbackSupport {

	private static final String SESSION = "Realtime-Push-Session";

	LeavingClientTests() {
		super(false, "realtime-push.server.limits.max-connections-per-key=1", "test.held-registry=true");
	}

	@ParameterizedTest
	@CsvSource({ "/realtime/ws, false", "/realtime/ws, true", "/realtime/sse, false", "/realtime/poll, false" })
	void clientThatHasLeftBeforeItsLoginCountsNoMore(String path, boolean browser, CapturedOutput output)
			throws Exception {
		Tenant tenant = tenant();
		FlagView view = server().hub().acquire(tenant.flagSet(), FlagFilter.of(List.of("ui.*")));
		OpenOptions options = OpenOptions.key(tenant.clientKey());
		tenant.allow(Set.of("https://leaving.example"));
		OpenOptions first = browser ? options.header("Origin", "https://leaving.example") : options;
		server().exchanges().clear();
		try (RawConnection connection = RawConnection.to(server())) {
			List<String> headers = first.header(ExchangeRecorder.AFTER_LEAVING, "true")
				.header(SESSION, "former")
				.header("Connection", "Upgrade")
				.header("Upgrade", "websocket")
				.header("Sec-WebSocket-Version", "13")
				.header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
				.headers();
			connection.request("GET " + path, headers);
			await(() -> !server().exchanges().begun().isEmpty());
		}
		await(() -> server().exchanges().ended().contains(path + " completed"));
		view.release();
		assertThat(view.isEnded()).isTrue();
		assertThat(poll(options, "0").status()).isEqualTo(200);
		assertThat(output).doesNotContain("request to a push endpoint failed", "login failed");
	}

	@Test
	void pollOfSessionThatEndsMeanwhileOpensAnotherOne() {
		Tenant tenant = tenant();
		FlagPosition position = tenant.set("checkout", "false");
		HeldRegistry registry = server().bean(HeldRegistry.class);
		OpenOptions options = OpenOptions.key(tenant.serverKey()).at(position);
		String session = poll(options, "0").headers().get(SESSION);
		OpenOptions further = options.header(SESSION, session);
		try (RawConnection next = RawConnection.to(server())) {
			try (RawConnection waiting = RawConnection.to(server())) {
				waiting.request(further.query("wait", "30000").target("/realtime/poll"), further.headers());
				await(() -> server().exchanges().begun().size() > server().exchanges().ended().size());
				registry.hold();
				next.request(further.query("wait", "0").target("/realtime/poll"), further.headers());
				await(() -> registry.waiting() == 1);
			}
			await(() -> server().handler().sessions().isEmpty());
			registry.release();
			RawConnection.Answer answer = next.readAnswer();
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.headers()).containsKey(SESSION).doesNotContainEntry(SESSION, session);
		}
		finally {
			registry.release();
		}
	}

	private Tenant tenant() {
		Tenant tenant = server().tenant();
		tenant.set("checkout", "true");
		tenant.watch();
		return tenant;
	}

	private RawConnection.Answer poll(OpenOptions options, String wait) {
		return HttpClient.get(server(), "/realtime/poll", options.query("wait", wait));
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(LoopbackServer.TIMEOUT).until(condition);
	}

}
