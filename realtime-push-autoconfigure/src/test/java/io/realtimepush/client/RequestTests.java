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

package io.realtimepush.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.realtimepush.client.ScriptedPushServer.Session;
import io.realtimepush.protocol.CloseReason;
import io.realtimepush.test.FakeAnswer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests to a server app, and what it tells, over real sockets.
 */
class RequestTests {

	private final ScriptedPushServer server = ScriptedPushServer.start();

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void answersBelongToTheirRequests() throws Exception {
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			CompletableFuture<Integer> one = request(client, "one", Map.of("a", 1));
			CompletableFuture<Integer> two = request(client, "two", null);
			JsonNode first = session.next("request");
			JsonNode second = session.next("request");
			assertThat(first.path("method").asString()).isEqualTo("one");
			assertThat(first.path("payload").path("a").asInt()).isEqualTo(1);
			assertThat(second.path("method").asString()).isEqualTo("two");
			answer(session, second, "2");
			answer(session, first, "1");
			answer(session, first, "3");
			assertThat(get(one)).isEqualTo(1);
			assertThat(get(two)).isEqualTo(2);
			session.delta(1, 2, "2");
			client.awaitLimit("2");
		}
	}

	@Test
	void errorOfTheServerIsTold() throws Exception {
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			CompletableFuture<Integer> answer = request(client, "buy", null);
			session.raw("{\"type\":\"response\",\"id\":" + session.next("request").path("id")
					+ ",\"error\":{\"code\":\"sold_out\",\"message\":\"nothing left\"}}");
			assertThat(code(answer)).isEqualTo("sold_out");
		}
	}

	@Test
	void answerThatDoesNotFitIsAFailure() throws Exception {
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			CompletableFuture<Integer> answer = request(client, "count", null);
			answer(session, session.next("request"), "[\"many\"]");
			assertThat(code(answer)).isEqualTo(PushRequestException.BAD_PAYLOAD);
		}
	}

	@Test
	void slowRequestHoldsUpNothingAndTimesOut() throws Exception {
		try (ClientFixture client = ClientFixture.of(this.server).requestTimeout(Duration.ofMillis(500)).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			CompletableFuture<Integer> slow = request(client, "slow", null);
			JsonNode message = session.next("request");
			session.delta(1, 2, "2");
			client.awaitLimit("2");
			assertThat(code(slow)).isEqualTo(PushRequestException.TIMEOUT);
			answer(session, message, "1");
			CompletableFuture<Integer> next = request(client, "fast", null);
			answer(session, session.next("request"), "2");
			assertThat(get(next)).isEqualTo(2);
		}
	}

	@Test
	void requestThatWasSentIsNotSentAgain() throws Exception {
		try (ClientFixture client = ClientFixture.of(this.server).start()) {
			Session session = this.server.nextSession();
			client.awaitLive();
			CompletableFuture<Integer> answer = request(client, "buy", null);
			session.next("request");
			session.drop();
			assertThat(code(answer)).isEqualTo(PushRequestException.CONNECTION_LOST);
			Session again = this.server.nextSession();
			client.awaitLive();
			CompletableFuture<Integer> other = request(client, "other", null);
			JsonNode first = again.next("request");
			assertThat(first.path("method").asString()).isEqualTo("other");
			answer(again, first, "1");
			assertThat(get(other)).isEqualTo(1);
		}
	}

	@Test
	void requestsWaitForTheSessionInOrder() throws Exception {
		try (ClientFixture client = ClientFixture.of(this.server).create()) {
			CompletableFuture<Integer> one = request(client, "one", null);
			CompletableFuture<Integer> two = request(client, "two", null);
			client.client.start();
			Session session = this.server.nextSession();
			for (String method : List.of("one", "two")) {
				JsonNode message = session.next("request");
				assertThat(message.path("method").asString()).isEqualTo(method);
				answer(session, message, "1");
			}
			assertThat(get(one)).isEqualTo(1);
			assertThat(get(two)).isEqualTo(1);
		}
	}

	@Test
	void queueIsBoundedAndCancellingFreesAPlace() throws Exception {
		try (ClientFixture client = ClientFixture.of(this.server).create()) {
			Disposable given = client.client.request("up", null, Integer.class).subscribe();
			for (int i = 0; i < 3; i++) {
				request(client, "wait", null);
			}
			assertThat(code(request(client, "more", null))).isEqualTo(PushRequestException.TOO_MANY);
			given.dispose();
			CompletableFuture<Integer> last = request(client, "last", null);
			client.client.start();
			Session session = this.server.nextSession();
			for (int i = 0; i < 3; i++) {
				assertThat(session.next("request").path("method").asString()).isEqualTo("wait");
			}
			JsonNode message = session.next("request");
			assertThat(message.path("method").asString()).isEqualTo("last");
			answer(session, message, "1");
			assertThat(get(last)).isEqualTo(1);
		}
	}

	@Test
	void closedClientFailsWhatWaits() throws Exception {
		CompletableFuture<Integer> waiting;
		try (ClientFixture client = ClientFixture.of(this.server).create()) {
			waiting = request(client, "one", null);
		}
		assertThat(code(waiting)).isEqualTo(PushRequestException.CLOSED);
	}

	@Test
	void clientThatHasEndedAnswersAtOnce() throws Exception {
		DefaultPushClient ended;
		try (ClientFixture client = ClientFixture.of(this.server).create()) {
			ended = client.client;
		}
		assertThat(code(ended.request("late", null, Integer.class).toFuture())).isEqualTo(PushRequestException.CLOSED);
		assertThat(ended.on("hint", String.class).collectList().block(ScriptedPushServer.TIMEOUT)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse", "long-poll" })
	void requestGoesByHttpWhereTheConnectionIsOneWay(String transport) throws Exception {
		this.server.requests = (request) -> request.path("method").asString().equals("known") ? new FakeAnswer(200,
				"{\"type\":\"response\",\"id\":" + request.path("id") + ",\"payload\":" + request.path("payload") + "}")
				: FakeAnswer.of(CloseReason.NOT_FOUND);
		try (ClientFixture client = ClientFixture.of(this.server).transports(transport).start()) {
			client.awaitLive();
			assertThat(get(request(client, "known", 7))).isEqualTo(7);
			assertThat(code(request(client, "unknown", 7))).isEqualTo("not_found");
			assertThat(client.events).containsExactly("live over " + transport);
			List<String> instance = this.server.nextSession().query.get("instance");
			assertThat(instance).hasSize(1);
			assertThat(this.server.calls("request")).hasSize(2)
				.allSatisfy((call) -> assertThat(call.query()).containsEntry("instance", instance));
		}
	}

	@Test
	void notificationsAreHeardInEverySessionUntilTheyAreCancelled() {
		List<String> heard = new CopyOnWriteArrayList<>();
		try (ClientFixture client = ClientFixture.of(this.server).create()) {
			Disposable wish = client.client.on("hint", String.class).subscribe(heard::add);
			client.client.start();
			Session session = this.server.nextSession();
			assertThat(session.next("register").path("method").asString()).isEqualTo("hint");
			session.raw("{\"type\":\"notification\",\"method\":\"hint\",\"payload\":\"one\"}");
			session.raw("{\"type\":\"notification\",\"method\":\"other\",\"payload\":\"none\"}");
			session.raw("{\"type\":\"notification\",\"method\":\"hint\",\"payload\":{\"no\":\"text\"}}");
			client.await(() -> heard.equals(List.of("one")));
			session.drop();
			Session again = this.server.nextSession();
			assertThat(again.next("register").path("method").asString()).isEqualTo("hint");
			again.raw("{\"type\":\"notification\",\"method\":\"hint\",\"payload\":\"two\"}");
			client.await(() -> heard.equals(List.of("one", "two")));
			wish.dispose();
			assertThat(again.next("unregister").path("method").asString()).isEqualTo("hint");
		}
	}

	private static CompletableFuture<Integer> request(ClientFixture client, String method, Object payload) {
		return client.client.request(method, payload, Integer.class).toFuture();
	}

	private static void answer(Session session, JsonNode request, String json) {
		session.raw("{\"type\":\"response\",\"id\":" + request.path("id") + ",\"payload\":" + json + "}");
	}

	private static Integer get(CompletableFuture<Integer> answer) throws Exception {
		return answer.get(ScriptedPushServer.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
	}

	private static String code(CompletableFuture<Integer> answer) throws Exception {
		return answer.handle((value, failure) -> ((PushRequestException) failure).code())
			.get(ScriptedPushServer.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
	}

}
