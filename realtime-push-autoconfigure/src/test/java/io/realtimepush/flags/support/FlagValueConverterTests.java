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

package io.realtimepush.flags.support;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FlagValueConverter}.
 */
class FlagValueConverterTests {

	private static final FlagPosition POSITION = new FlagPosition("k7", 12);

	private final FlagValueConverter converter = new FlagValueConverter(new JsonMapper());

	@Test
	void primitivesAndTheirWrappers() {
		assertThat(convert("true", boolean.class)).isEqualTo(true);
		assertThat(convert("7", int.class)).isEqualTo(7);
		assertThat(convert("7", Long.class)).isEqualTo(7L);
		assertThat(convert("7", double.class)).isEqualTo(7.0);
		assertThat(convert("0.25", Double.class)).isEqualTo(0.25);
		assertThat(convert("1.10", BigDecimal.class)).isEqualTo(new BigDecimal("1.10"));
	}

	@Test
	void stringIsTheTextOfAJsonString() {
		assertThat(convert("\"a \\\"b\\\"\"", String.class)).isEqualTo("a \"b\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"SECONDS\"", "\"seconds\"", "\"Seconds\"" })
	void enumInAnyCase(String json) {
		assertThat(convert(json, TimeUnit.class)).isEqualTo(TimeUnit.SECONDS);
	}

	@ParameterizedTest
	@CsvSource({ "PT1H30M, 5400000", "90s, 90000", "1h30m, 5400000", "250ms, 250", "2d, 172800000", "-5s, -5000" })
	void durationInIsoAndInSpringsStyle(String text, long millis) {
		assertThat(convert("\"" + text + "\"", Duration.class)).isEqualTo(Duration.ofMillis(millis));
	}

	@ParameterizedTest
	@ValueSource(strings = { "10", "1.5", "\"10\"", "\"\"", "\"soon\"", "true", "[]" })
	void durationWithoutUnitIsRefused(String json) {
		assertThatExceptionOfType(FlagConversionException.class).isThrownBy(() -> convert(json, Duration.class));
	}

	@Test
	void recordWithEverythingInside() {
		assertThat(convert("{\"retries\":3,\"timeout\":\"2s\",\"unit\":\"days\",\"more\":true}", Limits.class))
			.isEqualTo(new Limits(3, Duration.ofSeconds(2), TimeUnit.DAYS));
	}

	@Test
	void genericTypes() {
		assertThat(convert("[\"1s\",\"2s\"]", ResolvableType.forClassWithGenerics(List.class, Duration.class)))
			.isEqualTo(List.of(Duration.ofSeconds(1), Duration.ofSeconds(2)));
		assertThat(convert("{\"a\":1}", ResolvableType.forClassWithGenerics(Map.class, String.class, Long.class)))
			.isEqualTo(Map.of("a", 1L));
		assertThat(convert("[1,2]", ResolvableType.forClass(int[].class))).isEqualTo(new int[] { 1, 2 });
	}

	@Test
	void optionalSaysThatThereIsNoValue() {
		ResolvableType type = ResolvableType.forClassWithGenerics(Optional.class, Integer.class);
		assertThat(convert("5", type)).isEqualTo(Optional.of(5));
		assertThat(convert("null", type)).isEqualTo(Optional.empty());
		assertThat(this.converter.convert("f", POSITION, null, type)).isEqualTo(Optional.empty());
	}

	@Test
	void jsonAsItIs() {
		FlagValue value = FlagValue.ofJson("{\"a\":1.0}");
		assertThat(this.converter.convert("f", POSITION, value, FlagValue.class)).isSameAs(value);
		assertThat(convert("{\"a\":[1]}", JsonNode.class)).hasToString("{\"a\":[1]}");
		assertThat(convert("null", FlagValue.class)).isEqualTo(FlagValue.NULL);
	}

	@Test
	void absentAndNullAreNullForAReference() {
		assertThat(this.converter.convert("f", POSITION, null, String.class)).isNull();
		assertThat(convert("null", String.class)).isNull();
		assertThat(convert("null", Limits.class)).isNull();
	}

	@Test
	void absentIsNoPrimitive() {
		assertThatExceptionOfType(FlagConversionException.class)
			.isThrownBy(() -> this.converter.convert("f", POSITION, null, int.class))
			.withMessage("flag 'f' does not exist at k7:12, which a primitive int cannot say; use Integer or Optional");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\'',
			value = { "\"abc\" | int", "\"1\" | int", "1.5 | int", "1.0 | int", "true | int", "null | int",
					"3000000000 | int", "\"\" | int", "\"true\" | boolean", "1 | boolean", "\"\" | boolean",
					"\"1.5\" | double", "true | double" })
	void nothingElseIsTakenForAPrimitive(String json, String type) {
		Class<?> target = Map.of("int", int.class, "boolean", boolean.class, "double", double.class).get(type);
		assertThatExceptionOfType(FlagConversionException.class).isThrownBy(() -> convert(json, target));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "1.5", "true", "{}", "[]", "[\"a\"]" })
	void nothingElseIsTakenForAString(String json) {
		assertThatExceptionOfType(FlagConversionException.class).isThrownBy(() -> convert(json, String.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "\"\"", "\"weeks\"", "\"0\"" })
	void nothingElseIsTakenForAnEnum(String json) {
		assertThatExceptionOfType(FlagConversionException.class).isThrownBy(() -> convert(json, TimeUnit.class));
	}

	@Test
	void missingPrimitiveOfARecordIsAFailure() {
		assertThatExceptionOfType(FlagConversionException.class).isThrownBy(() -> convert("{}", Limits.class));
	}

	@Test
	void leniencyOfTheAppsMapperDoesNotApplyButItsNamingDoes() {
		JsonMapper lenient = JsonMapper.builder()
			.enable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
			.enable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
			.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
			.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
			.build();
		FlagValueConverter converter = new FlagValueConverter(lenient);
		assertThat(converter.convert("f", POSITION, FlagValue.ofJson("{\"max_size\":3}"), Size.class))
			.isEqualTo(new Size(3));
		for (String json : List.of("\"1\"", "1.5", "null")) {
			assertThatExceptionOfType(FlagConversionException.class)
				.isThrownBy(() -> converter.convert("f", POSITION, FlagValue.ofJson(json), int.class));
		}
	}

	@Test
	void failureNamesFlagPositionTypeAndValue() {
		assertThatExceptionOfType(FlagConversionException.class).isThrownBy(() -> convert("\"abc\"", int.class))
			.withMessage("flag 'f' at k7:12 cannot be converted to int: it is the JSON string \"abc\"")
			.satisfies((ex) -> {
				assertThat(ex.key()).isEqualTo("f");
				assertThat(ex.position()).isEqualTo(POSITION);
				assertThat(ex.getCause()).isNotNull();
			});
		assertThatExceptionOfType(FlagConversionException.class).isThrownBy(() -> convert("null", boolean.class))
			.withMessage("flag 'f' at k7:12 cannot be converted to boolean: it is JSON null");
	}

	@Test
	void failureNamesThePlaceInside() {
		ResolvableType type = ResolvableType.forClassWithGenerics(List.class, Limits.class);
		assertThatExceptionOfType(FlagConversionException.class)
			.isThrownBy(() -> convert("[{\"retries\":1},{\"retries\":true}]", type))
			.withMessage("flag 'f' at k7:12 cannot be converted to List<FlagValueConverterTests.Limits>: "
					+ "it is the JSON array [{\"retries\":1},{\"retries\":true}], wrong at '[1].retries'");
	}

	@Test
	void failureDoesNotRepeatALongValue() {
		String text = "x".repeat(10_000);
		assertThatExceptionOfType(FlagConversionException.class)
			.isThrownBy(() -> convert("\"" + text + "\"", int.class))
			.withMessage("flag 'f' at k7:12 cannot be converted to int: it is the JSON string of 10002 characters")
			.satisfies((ex) -> assertThat(ex.getCause().getMessage()).hasSizeLessThan(1_000));
	}

	@Test
	void typesThatNoJsonFitsAreTold() {
		assertThat(supports(Runnable.class)).isFalse();
		assertThat(supports(Thread.State.class)).isTrue();
		assertThat(supports(ClassLoader.class)).isFalse();
		assertThat(supports(OnlyPrivate.class)).isFalse();
		assertThat(this.converter.supports(ResolvableType.forClassWithGenerics(List.class, Runnable.class))).isFalse();
		assertThat(supports(Runnable[].class)).isFalse();
	}

	@Test
	void typesThatSomeJsonFitsAreTold() {
		for (Class<?> type : List.of(int.class, Boolean.class, String.class, Duration.class, TimeUnit.class,
				Limits.class, List.class, Map.class, Optional.class, JsonNode.class, FlagValue.class, Object.class,
				int[].class, Size.class)) {
			assertThat(supports(type)).as(type.getName()).isTrue();
		}
	}

	private boolean supports(Class<?> type) {
		return this.converter.supports(ResolvableType.forClass(type));
	}

	private @Nullable Object convert(String json, Class<?> type) {
		return this.converter.convert("f", POSITION, FlagValue.ofJson(json), type);
	}

	private @Nullable Object convert(String json, ResolvableType type) {
		return this.converter.convert("f", POSITION, FlagValue.ofJson(json), type);
	}

	record Limits(int retries, Duration timeout, TimeUnit unit) {

	}

	record Size(int maxSize) {

	}

	static final class OnlyPrivate {

		OnlyPrivate(Runnable action, Object other) {
		}

	}

}
