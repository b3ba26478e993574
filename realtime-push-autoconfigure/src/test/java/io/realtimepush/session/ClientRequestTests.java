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

package io.realtimepush.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for requests of clients and notifications to them, in virtual time.
 */
class ClientRequestTests {

	private static final SessionSelector SHOP = SessionSelector.ofFlagSet(FlagSetId.of(SessionFixture.SHOP.name()));

	private final SessionFixture fixture = new SessionFixture();

	private final TestConnection connection = new TestConnection();

	private final List<ClientRequest> requests = new ArrayList<>();

	private final List<Sinks.One<FlagValue>> answers = new ArrayList<>();

	private int cancelled;

	@BeforeEach
	void answerRequests() {
		this.fixture.publish(1, 10, false);
		this.fixture.requestHandlers.add(new ClientRequestHandler() {

			@Override
			public boolean handles(String method) {
				return !method.equals("unknown");
			}

			@Override
			public Mono<FlagValue> handle(ClientRequest request) {
				ClientRequestTests.this.requests.add(request);
				return switch (request.method()) {
					case "echo" -> Mono.just(request.payload());
					case "nothing" -> Mono.empty();
					case "refuse" -> Mono.error(new ClientRequestException("sold_out", "come back tomorrow"));
					case "throw" -> throw new IllegalStateException("secret detail");
					case "slow" -> slow();
					default -> Mono.error(new IllegalStateException("secret detail"));
				};
			}

		});
	}

	private Mono<FlagValue> slow() {
		Sinks.One<FlagValue> answer = Sinks.one();
		this.answers.add(answer);
		return answer.asMono().doOnCancel(() -> this.cancelled++);
	}

	private PushSession open() {
		PushSession session = this.fixture.open(this.connection, SessionFixture.SERVER_KEY, null);
		this.connection.take();
		return session;
	}

	private static void request(PushSession session, String id, String method) {
		session.receive(
				"{\"type\":\"request\",\"id\":\"" + id + "\",\"method\":\"" + method + "\",\"payload\":{\"n\":1}}");
	}

	private static String error(String id, String code, String message) {
		return "{\"type\":\"response\",\"id\":\"" + id + "\",\"error\":{\"code\":\"" + code + "\",\"message\":\""
				+ message + "\"}}";
	}

	@Test
	void requestIsAnsweredUnderItsId() {
		PushSession session = open();
		request(session, "7", "echo");
		assertThat(this.connection.take())
			.containsExactly("{\"type\":\"response\",\"id\":\"7\",\"payload\":{\"n\":1}}");
		assertThat(this.requests.get(0).session()).isEqualTo(session.info());
	}

	@Test
	void fallbackIsAskedAfterAllOthers() {
		this.fixture.requestHandlers.add(0, new ClientRequestHandler() {

			@Override
			public boolean handles(String method) {
				return true;
			}

			@Override
			public boolean isFallback() {
				return true;
			}

			@Override
			public Mono<FlagValue> handle(ClientRequest request) {
				return Mono.just(FlagValue.of("fallback"));
			}

		});
		PushSession session = open();
		request(session, "1", "echo");
		request(session, "2", "unknown");
		assertThat(this.connection.take()).containsExactly("{\"type\":\"response\",\"id\":\"1\",\"payload\":{\"n\":1}}",
				"{\"type\":\"response\",\"id\":\"2\",\"payload\":\"fallback\"}");
	}

	@Test
	void answerWithoutPayloadIsNull() {
		request(open(), "7", "nothing");
		assertThat(this.connection.take()).containsExactly("{\"type\":\"response\",\"id\":\"7\",\"payload\":null}");
	}

	@Test
	void errorIsToldByItsCodeAndOthersTellNothing() {
		PushSession session = open();
		request(session, "1", "refuse");
		request(session, "2", "throw");
		request(session, "3", "fail");
		request(session, "4", "unknown");
		assertThat(this.connection.take()).containsExactly(error("1", "sold_out", "come back tomorrow"),
				error("2", "request_failed", "the method failed on the server"),
				error("3", "request_failed", "the method failed on the server"),
				error("4", "unknown_method", "there is no method of this name on the server"));
	}

	@Test
	void answerThatDoesNotComeInTimeIsAnError() {
		request(open(), "1", "slow");
		this.fixture.pass(29_999);
		assertThat(this.connection.take()).noneMatch((message) -> message.contains("response"));
		this.fixture.pass(1);
		assertThat(this.connection.take()).containsExactly(error("1", "request_timeout", "no answer within 30000ms"));
		assertThat(this.cancelled).isOne();
		this.answers.get(0).tryEmitValue(FlagValue.TRUE);
		assertThat(this.connection.take()).isEmpty();
	}

	@Test
	void slowRequestHoldsUpNothing() {
		PushSession session = open();
		request(session, "1", "slow");
		request(session, "2", "slow");
		request(session, "3", "echo");
		this.fixture.publish(2, 11, false);
		this.answers.get(1).tryEmitValue(FlagValue.of(2));
		this.answers.get(0).tryEmitValue(FlagValue.of(1));
		assertThat(this.connection.take()).satisfiesExactly((third) -> assertThat(third).contains("\"id\":\"3\""),
				(delta) -> assertThat(delta).contains("\"delta\""),
				(second) -> assertThat(second).contains("\"id\":\"2\""),
				(first) -> assertThat(first).contains("\"id\":\"1\""));
	}

	@Test
	void tooManyRequestsAtATimeAreRefused() {
		this.fixture.limits = new SessionLimits(0, 0, 0, 0, 0, 32, 1000);
		PushSession session = open();
		for (int i = 1; i <= 65; i++) {
			request(session, String.valueOf(i), "slow");
		}
		assertThat(this.connection.take()).containsExactly(error("65", "too_many", "at most 64 requests at a time"));
		this.answers.get(9).tryEmitValue(FlagValue.TRUE);
		request(session, "66", "slow");
		assertThat(this.answers).hasSize(65);
	}

	@Test
	void endOfTheSessionCancelsItsRequests() {
		PushSession session = open();
		request(session, "1", "slow");
		session.disconnected();
		assertThat(this.cancelled).isOne();
		assertThat(this.connection.take()).isEmpty();
	}

	@Test
	void requestWithoutASessionIsThatOfTheSessionOfTheSameProcess() {
		PushRequest plain = SessionFixture.request(SessionFixture.SERVER_KEY, null);
		PushRequest labelled = new PushRequest("sse", plain.credential(), plain.peer(), plain.options(), null,
				new ClientMessage.ClientInfo("a-process-0123456789", null, Map.of("region", "eu")));
		PushHandler handler = this.fixture.handler();
		PushSession session = handler.open(handler.login(labelled).blockOptional().orElseThrow(), this.connection);
		PushRequest named = new PushRequest("request", plain.credential(), plain.peer(), plain.options(), null,
				new ClientMessage.ClientInfo("a-process-0123456789", null, Map.of()));
		ClientMessage.Request call = new ClientMessage.Request("1", "echo", FlagValue.TRUE);
		ServerMessage.Response response = answer(named, call);
		assertThat(response.payload()).isEqualTo(FlagValue.TRUE);
		answer(plain, call);
		assertThat(this.requests).extracting((request) -> request.session().id())
			.first()
			.isEqualTo(session.info().id());
		assertThat(this.requests.get(1).session().id()).isNotEqualTo(session.info().id());
		assertThat(this.requests.get(1).session().flagSet()).isEqualTo(SessionFixture.SHOP);
	}

	private ServerMessage.Response answer(PushRequest request, ClientMessage.Request call) {
		PushHandler handler = this.fixture.handler();
		return handler.identify(request)
			.flatMap((identity) -> handler.answer(request, identity, call))
			.blockOptional()
			.orElseThrow();
	}

	@Test
	void notificationReachesThoseWhoRegistered() {
		PushSession session = open();
		PushSessions sessions = sessions();
		assertThat(sessions.notify(SHOP, "news", 1)).isZero();
		session.receive("{\"type\":\"register\",\"method\":\"news\"}");
		assertThat(sessions.notify(SHOP, "news", 2)).isOne();
		assertThat(sessions.notify(SHOP, "other", 3)).isZero();
		assertThat(sessions.notify(SessionSelector.ofFlagSet(FlagSetId.of("other")), "news", 4)).isZero();
		session.receive("{\"type\":\"unregister\",\"method\":\"news\"}");
		assertThat(sessions.notify(SHOP, "news", 5)).isZero();
		assertThat(this.connection.take())
			.containsExactly("{\"type\":\"notification\",\"method\":\"news\",\"payload\":2}");
	}

	private PushSessions sessions() {
		return new PushSessions(this.fixture.handler(), (payload) -> FlagValue.ofJson(String.valueOf(payload)));
	}

	@Test
	void sessionsAreSelectedByLabelAndInstance() {
		PushRequest plain = SessionFixture.request(SessionFixture.SERVER_KEY, null);
		PushRequest request = new PushRequest("websocket", plain.credential(), plain.peer(), plain.options(), null,
				new ClientMessage.ClientInfo("a-process-0123456789", null, Map.of("region", "eu")));
		PushHandler handler = this.fixture.handler();
		PushSession session = handler.open(handler.login(request).blockOptional().orElseThrow(), this.connection);
		session.receive("{\"type\":\"register\",\"method\":\"news\"}");
		SessionSelector europe = SessionSelector.ofLabel("region", "eu");
		assertThat(sessions().notify(europe, "news", 1)).isOne();
		assertThat(sessions().notify(europe.and(SessionSelector.ofInstance("a-process-0123456789")), "news", 1))
			.isOne();
		assertThat(sessions().notify(SessionSelector.ofLabel("region", "us"), "news", 1)).isZero();
		assertThat(sessions().notify(SessionSelector.all(), "news", 1)).isOne();
	}

	@Test
	void notificationsToASlowClientWaitUpToALimit() {
		PushSession session = open();
		session.receive("{\"type\":\"register\",\"method\":\"news\"}");
		this.connection.ready = false;
		for (int i = 0; i < 100; i++) {
			sessions().notify(SHOP, "news", i);
		}
		this.fixture.publish(2, 11, false);
		assertThat(this.connection.take()).isEmpty();
		this.connection.ready = true;
		session.ready();
		List<String> sent = this.connection.take();
		assertThat(sent).hasSize(65);
		assertThat(sent.get(0)).contains("\"delta\"");
		assertThat(sent.get(64)).isEqualTo("{\"type\":\"notification\",\"method\":\"news\",\"payload\":63}");
	}

	@Test
	void registrationsAreLimited() {
		this.fixture.limits = new SessionLimits(0, 0, 0, 0, 0, 32, 1000);
		PushSession session = open();
		for (int i = 0; i < 65; i++) {
			session.receive("{\"type\":\"register\",\"method\":\"m" + i + "\"}");
		}
		assertThat(this.connection.take()).containsExactly(
				"""
						{"type":"error","code":"too_many","message":"a session registers for at most 64 methods","retry":false}""");
	}

}
