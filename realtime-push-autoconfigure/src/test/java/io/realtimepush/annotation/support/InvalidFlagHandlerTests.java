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

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import io.realtimepush.annotation.FlagKey;
import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.Flags;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.flags.support.TestFlagFeed;
import io.realtimepush.flags.support.TestFlagFeeds;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link InvalidHandlerMethodException}: what fails the start, and in which
 * words.
 */
class InvalidFlagHandlerTests {

	private static final String PARAMETERS = "; supported are @FlagKey String, FlagUpdate<T>, FlagChange, "
			+ "FlagSnapshot, SdkKey, one value (any type that Jackson reads from JSON)";

	private static final FlagFeeds FEEDS = new TestFlagFeeds(TestFlagFeed.loaded("shop/production"));

	static Stream<Arguments> signatures() {
		return Stream.of(
				Arguments.of(TwoValues.class,
						"on(int, String): parameter 1 has type String and is the second "
								+ "of its kind, after parameter 0" + PARAMETERS),
				Arguments.of(TwoUpdates.class,
						"on(FlagUpdate<String>, FlagUpdate<Integer>): parameter 1 has type "
								+ "FlagUpdate<Integer> and is the second of its kind, after parameter 0" + PARAMETERS),
				Arguments.of(RawUpdate.class,
						"on(FlagUpdate): parameter 0 has type FlagUpdate without saying of what, "
								+ "for instance FlagUpdate<String>" + PARAMETERS),
				Arguments.of(RawOptional.class,
						"on(Optional): parameter 0 has type Optional without saying of what, "
								+ "for instance Optional<String>" + PARAMETERS),
				Arguments.of(RawMap.class,
						"on(Map): parameter 0 has type Map without saying of what, for instance "
								+ "Map<String, String>" + PARAMETERS),
				Arguments.of(OpenType.class,
						"on(T): parameter 0 has type T, which the class of the bean leaves open" + PARAMETERS),
				Arguments.of(OpenUpdate.class,
						"on(FlagUpdate<T>): parameter 0 has type FlagUpdate<T>, which the "
								+ "class of the bean leaves open" + PARAMETERS),
				Arguments.of(Service.class,
						"on(FlagChange, Flags): parameter 1 has type Flags, which is no value of a " + "flag"
								+ PARAMETERS),
				Arguments.of(Position.class,
						"on(int, FlagPosition): parameter 1 has type FlagPosition, which is no " + "value of a flag"
								+ PARAMETERS),
				Arguments.of(ListOfUpdates.class,
						"on(List<FlagUpdate<String>>): parameter 0 has type "
								+ "List<FlagUpdate<String>>, which is no value of a flag" + PARAMETERS),
				Arguments.of(NoJson.class,
						"on(Runnable): parameter 0 has type Runnable, which cannot be read from JSON" + PARAMETERS),
				Arguments.of(AsyncValue.class,
						"on(Mono<String>): parameter 0 has type Mono<String>, which cannot be " + "read from JSON"
								+ PARAMETERS),
				Arguments.of(KeyAsInt.class, "on(String, int): parameter 1 is @FlagKey and has type int" + PARAMETERS),
				Arguments.of(SdkKeyWithout.class,
						"on(String, SdkKey): parameter 1 has type SdkKey, but the annotation "
								+ "has no 'sdkKey' to select by"),
				Arguments.of(Returning.class,
						"on(int): returns boolean; supported are void, Mono, Flux, " + "CompletionStage"));
	}

	@ParameterizedTest
	@MethodSource("signatures")
	void signatureThatCannotWork(Class<?> type, String message) {
		InvalidHandlerMethodException failure = start(FEEDS, type);
		assertThat(failure)
			.hasMessage("@OnFlagUpdate method InvalidFlagHandlerTests." + type.getSimpleName() + "." + message);
		assertThat(failure.beanType()).isEqualTo(type);
		assertThat(failure.method().getName()).isEqualTo("on");
		assertThat(failure.getMessage()).endsWith(
				failure.problem() + ((failure.supported() != null) ? "; supported are " + failure.supported() : ""));
	}

	@Test
	void parameterIsNamed() {
		InvalidHandlerMethodException failure = start(FEEDS, TwoValues.class);
		assertThat(failure.parameter()).isNotNull();
		assertThat(failure.parameter().getParameterIndex()).isEqualTo(1);
	}

	@Test
	void unknownFlagSet() {
		assertThat(start(FEEDS, UnknownFlagSet.class)).hasMessageEndingWith("UnknownFlagSet.on(int): 'flagSet' cannot "
				+ "be used: flag set 'none' is unknown, there are [shop/production]");
	}

	@Test
	void unknownSdkKeyIsMasked() {
		assertThat(start(FEEDS, UnknownSdkKey.class))
			.hasMessageEndingWith("UnknownSdkKey.on(int): SDK key 'sd…r' cannot be used: SDK key 'sd…r' is not known")
			.satisfies((failure) -> assertThat(failure.toString()).doesNotContain("sdk-server-other"));
	}

	@Test
	void flagSetAndSdkKeyAtOnce() {
		assertThat(start(FEEDS, BothSelections.class))
			.hasMessageEndingWith("BothSelections.on(int): has both 'flagSet' and 'sdkKey'; keep one of them");
	}

	@Test
	void ambiguousFlagSet() {
		FlagFeeds feeds = new TestFlagFeeds(TestFlagFeed.loaded("a"), TestFlagFeed.loaded("b"));
		assertThat(start(feeds, Valid.class)).hasMessageEndingWith(
				"Valid.on(int): names no flag set with 'flagSet' or 'sdkKey', and flag sets are [a, b]");
	}

	@Test
	void appWithoutFlags() {
		assertThat(start(null, Valid.class)).hasMessageEndingWith("Valid.on(int): the app has no flags to be called "
				+ "for; set 'realtime-push.server.sdk-keys' or 'realtime-push.client.url', or define a FlagFeeds bean");
	}

	@Test
	void placeholderWithoutValue() {
		assertThat(start(FEEDS, UnresolvedPlaceholder.class)).hasMessageEndingWith(
				"UnresolvedPlaceholder.on(int): 'flags' has the placeholder ${no.such.property}, which has no value");
	}

	@Test
	void emptyPattern() {
		assertThat(start(FEEDS, EmptyPattern.class)).hasMessageEndingWith(
				"EmptyPattern.on(int): 'flags' is [], but a flag pattern must have 1 to 256 characters, but has 0");
	}

	private static InvalidHandlerMethodException start(@Nullable FlagFeeds feeds, Class<?> type) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			if (feeds != null) {
				context.registerBean(FlagFeeds.class, () -> feeds);
			}
			context.registerBean(FlagHandlerContainer.class,
					() -> new FlagHandlerContainer(new FlagValueConverter(new JsonMapper())));
			context.register(type);
			return catchThrowableOfType(InvalidHandlerMethodException.class, context::refresh);
		}
	}

	static class Valid {

		@OnFlagUpdate("limit")
		void on(int limit) {
		}

	}

	static class TwoValues {

		@OnFlagUpdate("limit")
		void on(int limit, String other) {
		}

	}

	static class TwoUpdates {

		@OnFlagUpdate("limit")
		void on(FlagUpdate<String> update, FlagUpdate<Integer> other) {
		}

	}

	@SuppressWarnings("rawtypes")
	static class RawUpdate {

		@OnFlagUpdate("limit")
		void on(FlagUpdate update) {
		}

	}

	@SuppressWarnings("rawtypes")
	static class RawOptional {

		@OnFlagUpdate("limit")
		void on(Optional value) {
		}

	}

	@SuppressWarnings("rawtypes")
	static class RawMap {

		@OnFlagUpdate("limit")
		void on(Map value) {
		}

	}

	static class OpenType<T> {

		@OnFlagUpdate("limit")
		void on(T value) {
		}

	}

	static class OpenUpdate<T> {

		@OnFlagUpdate("limit")
		void on(FlagUpdate<T> update) {
		}

	}

	static class Service {

		@OnFlagUpdate("limit")
		void on(FlagChange change, Flags flags) {
		}

	}

	static class Position {

		@OnFlagUpdate("limit")
		void on(int limit, FlagPosition position) {
		}

	}

	static class ListOfUpdates {

		@OnFlagUpdate("limit")
		void on(List<FlagUpdate<String>> updates) {
		}

	}

	static class NoJson {

		@OnFlagUpdate("limit")
		void on(Runnable action) {
		}

	}

	static class AsyncValue {

		@OnFlagUpdate("limit")
		void on(Mono<String> value) {
		}

	}

	static class KeyAsInt {

		@OnFlagUpdate("limit")
		void on(String value, @FlagKey int key) {
		}

	}

	static class SdkKeyWithout {

		@OnFlagUpdate("limit")
		void on(String value, SdkKey key) {
		}

	}

	static class Returning {

		@OnFlagUpdate("limit")
		boolean on(int limit) {
			return true;
		}

	}

	static class UnknownFlagSet {

		@OnFlagUpdate(flags = "limit", flagSet = "none")
		void on(int limit) {
		}

	}

	static class UnknownSdkKey {

		@OnFlagUpdate(flags = "limit", sdkKey = "sdk-server-other")
		void on(int limit) {
		}

	}

	static class BothSelections {

		@OnFlagUpdate(flags = "limit", flagSet = "shop/production", sdkKey = "sdk-server-other")
		void on(int limit) {
		}

	}

	static class UnresolvedPlaceholder {

		@OnFlagUpdate("${no.such.property}")
		void on(int limit) {
		}

	}

	static class EmptyPattern {

		@OnFlagUpdate("")
		void on(int limit) {
		}

	}

}
