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

package io.realtimepush.annotation.support;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.realtimepush.annotation.ClientLabel;
import io.realtimepush.annotation.OnPushRequest;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.session.ClientRequest;
import io.realtimepush.session.ClientRequestException;
import io.realtimepush.session.Peer;
import io.realtimepush.session.SessionInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link PushRequestMethods}.
 */
class PushRequestMethodsTests {

	private static final SessionInfo SESSION = new SessionInfo("s1", SdkKey.server("sdk-server-sample"),
			FlagSetId.of("shop"), "websocket", new ClientMessage.ClientInfo(null, null, Map.of("region", "eu")),
			new Peer(null, null, false), Instant.EPOCH);

	private static PushRequestMethods methods(Class<?>... beans) {
		DefaultListableBeanFactory factory = new DefaultListableBeanFactory();
		for (Class<?> bean : beans) {
			factory.registerBeanDefinition(bean.getSimpleName(), new RootBeanDefinition(bean));
		}
		PushRequestMethods methods = new PushRequestMethods(new FlagValueConverter(new JsonMapper()),
				Schedulers.boundedElastic());
		methods.setBeanFactory(factory);
		methods.afterSingletonsInstantiated();
		return methods;
	}

	private static @Nullable String call(String method, String payload) {
		PushRequestMethods methods = methods(Orders.class);
		assertThat(methods.handles(method)).isTrue();
		FlagValue answer = methods.handle(new ClientRequest(SESSION, method, FlagValue.ofJson(payload)))
			.block(Duration.ofSeconds(5));
		return (answer != null) ? answer.json() : null;
	}

	@Test
	void payloadIsConvertedBothWays() {
		assertThat(call("place", "{\"item\":\"tea\",\"count\":2}")).isEqualTo("{\"id\":\"tea-2\",\"paid\":false}");
	}

	@Test
	void callerIsAParameter() {
		assertThat(call("caller", "null")).isEqualTo("\"s1 " + SESSION.key() + " eu Optional.empty null\"");
	}

	@Test
	void asynchronousResultIsAwaited() {
		assertThat(call("mono", "3")).isEqualTo("6");
		assertThat(call("future", "3")).isEqualTo("9");
	}

	@Test
	void nothingIsAnsweredByNothing() {
		assertThat(call("void", "3")).isNull();
		assertThat(call("null", "3")).isNull();
	}

	@Test
	void methodMayBlock() {
		assertThat(call("thread", "null")).contains("boundedElastic");
	}

	@Test
	void payloadThatDoesNotFitIsToldToTheClient() {
		assertThatExceptionOfType(ClientRequestException.class).isThrownBy(() -> call("mono", "\"three\""))
			.withMessage("payload cannot be converted to int: it is the JSON string \"three\"")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("bad_payload"));
	}

	@Test
	void whatTheMethodThrowsIsTheError() {
		assertThatIllegalStateException().isThrownBy(() -> call("throw", "null")).withMessage("broken");
	}

	@Test
	void methodThatNobodyAnswersIsNotHandled() {
		assertThat(methods(Orders.class).handles("other")).isFalse();
		assertThat(methods().handles("place")).isFalse();
	}

	@Test
	void mistakesFailTheStart() {
		assertInvalid("would be a second payload, after parameter 0", TwoPayloads.class);
		assertInvalid("returns Flux<String>, but a request has one answer", Many.class);
		assertInvalid("is a label and has type int", NumberLabel.class);
		assertInvalid("requests 'place' are answered by", Orders.class, OtherOrders.class);
		assertInvalid("its name must have 1 to 128 characters, but has 0", Nameless.class);
	}

	private static void assertInvalid(String problem, Class<?>... beans) {
		assertThatExceptionOfType(InvalidHandlerMethodException.class).isThrownBy(() -> methods(beans))
			.withMessageStartingWith("@OnPushRequest method ")
			.withMessageContaining(problem);
	}

	record Order(String item, int count) {

	}

	record Receipt(String id, boolean paid) {

	}

	static class Orders {

		@OnPushRequest("place")
		Receipt place(Order order) {
			return new Receipt(order.item() + "-" + order.count(), false);
		}

		@OnPushRequest("caller")
		String caller(SessionInfo session, SdkKey key, @ClientLabel("region") String region,
				@ClientLabel("zone") Optional<String> zone, @ClientLabel("rack") @Nullable String rack) {
			return session.id() + " " + key + " " + region + " " + zone + " " + rack;
		}

		@OnPushRequest("mono")
		Mono<Integer> twice(int number) {
			return Mono.delay(Duration.ofMillis(1)).thenReturn(2 * number);
		}

		@OnPushRequest("future")
		CompletableFuture<Integer> square(int number) {
			return CompletableFuture.supplyAsync(() -> number * number);
		}

		@OnPushRequest("void")
		void nothing(int number) {
		}

		@OnPushRequest("null")
		@Nullable String noText() {
			return null;
		}

		@OnPushRequest("thread")
		String thread() {
			return Thread.currentThread().getName();
		}

		@OnPushRequest("throw")
		void broken() {
			throw new IllegalStateException("broken");
		}

	}

	static class OtherOrders {

		@OnPushRequest("place")
		void place() {
		}

	}

	static class TwoPayloads {

		@OnPushRequest("two")
		void two(String first, List<String> second) {
		}

	}

	static class Many {

		@OnPushRequest("many")
		Flux<String> many() {
			return Flux.empty();
		}

	}

	static class NumberLabel {

		@OnPushRequest("label")
		void label(@ClientLabel("region") int region) {
		}

	}

	static class Nameless {

		@OnPushRequest("")
		void nameless() {
		}

	}

}
