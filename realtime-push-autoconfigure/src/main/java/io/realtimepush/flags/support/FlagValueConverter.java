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

import java.util.Optional;

import io.realtimepush.flags.FlagPosition;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.RealtimePushException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Converts values of flags to Java types: primitives, enums (in any case), records,
 * {@code Duration} ({@code "PT10S"}, {@code "10s"}, {@code "1h30m"}), {@code String},
 * {@code List}, {@code Map}, {@code Optional}, {@code JsonNode}, {@link FlagValue}
 * itself, and whatever else Jackson reads.
 * <p>
 * It is strict, because a flag of the wrong type is a mistake that must not go unseen:
 * the JSON string {@code "1"} is no number, {@code 1.5} and {@code 1.0} are no
 * {@code int}, a number is no {@code String}, no enum and no {@code Duration}, and
 * {@code null} is no primitive.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class FlagValueConverter {

	private static final int MAX_VALUE_IN_MESSAGE = 60;

	private static final int MAX_CAUSE_MESSAGE = 300;

	private final JsonMapper mapper;

	/**
	 * Create a converter.
	 * @param mapper what reads the values; modules and naming of the app apply, its
	 * leniency does not
	 */
	public FlagValueConverter(JsonMapper mapper) {
		this.mapper = mapper.rebuild()
			.enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
			.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
			.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
			.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
			.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
			.withCoercionConfig(LogicalType.Textual,
					(textual) -> textual.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail)
						.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
						.setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
			.addModule(new StrictValuesModule())
			.build();
	}

	/**
	 * Convert a value.
	 * @param <T> the type to convert to
	 * @param key the flag, for messages
	 * @param position where the flag has the value, for messages
	 * @param value the value, or {@code null} if there is no such flag
	 * @param type the type to convert to
	 * @return the converted value, or {@code null} for no flag and for JSON {@code null}
	 * if the type has no other way to say so
	 * @throws FlagConversionException if the value does not fit the type
	 */
	@SuppressWarnings("unchecked")
	public <T> @Nullable T convert(String key, FlagPosition position, @Nullable FlagValue value, Class<T> type) {
		return (T) convert(key, position, value, ResolvableType.forClass(type));
	}

	/**
	 * Convert a value to a type with generics.
	 * @param key the flag, for messages
	 * @param position where the flag has the value, for messages
	 * @param value the value, or {@code null} if there is no such flag
	 * @param type the type to convert to
	 * @return the converted value, or {@code null} for no flag and for JSON {@code null}
	 * if the type has no other way to say so
	 * @throws FlagConversionException if the value does not fit the type
	 */
	public @Nullable Object convert(String key, FlagPosition position, @Nullable FlagValue value, ResolvableType type) {
		Class<?> target = type.resolve(Object.class);
		if (target == Optional.class) {
			return Optional.ofNullable(convert(key, position, value, type.getGeneric()));
		}
		if (value == null) {
			if (target.isPrimitive()) {
				throw new FlagConversionException("flag '" + key + "' does not exist at " + position
						+ ", which a primitive " + target + " cannot say; use "
						+ ClassUtils.resolvePrimitiveIfNecessary(target).getSimpleName() + " or Optional", key,
						position, null);
			}
			return null;
		}
		try {
			return read(value, type);
		}
		catch (IllegalArgumentException ex) {
			throw new FlagConversionException("flag '" + key + "' at " + position + " " + ex.getMessage(), key,
					position, ex.getCause());
		}
	}

	/**
	 * Read a JSON value that is not that of a flag.
	 * @param value the value
	 * @param type the type to read
	 * @return the value, {@code null} for JSON {@code null} if the type has no other way
	 * to say so
	 * @throws IllegalArgumentException if the value does not fit the type
	 */
	public @Nullable Object read(FlagValue value, ResolvableType type) {
		Class<?> target = type.resolve(Object.class);
		if (target == Optional.class) {
			return Optional.ofNullable(read(value, type.getGeneric()));
		}
		if (target == FlagValue.class) {
			return value;
		}
		try {
			return this.mapper.readerFor(javaType(type)).readValue(value.json());
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(
					"cannot be converted to " + describe(type) + ": it is " + describe(value) + path(ex), abridge(ex));
		}
	}

	/**
	 * Read a JSON value that is not that of a flag, to a type without generics.
	 * @param <T> the type to read
	 * @param value the value
	 * @param type the type to read
	 * @return the value, {@code null} for JSON {@code null} unless the type is
	 * {@link FlagValue}
	 * @throws IllegalArgumentException if the value does not fit the type
	 */
	@SuppressWarnings("unchecked")
	public <T> @Nullable T read(FlagValue value, Class<T> type) {
		if (value.equals(FlagValue.NULL) && type != FlagValue.class) {
			return null;
		}
		return (T) read(value, ResolvableType.forClass(type));
	}

	/**
	 * Write a value as JSON.
	 * @param value what to write; a {@link FlagValue} is JSON already
	 * @return the JSON value
	 * @throws IllegalArgumentException if the value cannot be written
	 */
	public FlagValue write(@Nullable Object value) {
		if (value instanceof FlagValue written) {
			return written;
		}
		try {
			return FlagValue.ofJson(this.mapper.writeValueAsString(value));
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("value cannot be written as JSON: " + ex.getOriginalMessage(), ex);
		}
	}

	/**
	 * Find out whether there are values that can be converted to a type. An empty JSON
	 * object is tried: it fits few types, but only one that cannot be read from any JSON
	 * is refused for itself.
	 * @param type the type to convert to
	 * @return whether the type, and all that its generics name, can be read
	 */
	public boolean supports(ResolvableType type) {
		for (ResolvableType generic : type.getGenerics()) {
			if (!supports(generic)) {
				return false;
			}
		}
		Class<?> target = type.resolve(Object.class);
		if (target.isArray()) {
			return supports(type.getComponentType());
		}
		return target == Optional.class || target == FlagValue.class || isReadable(type);
	}

	private boolean isReadable(ResolvableType type) {
		try {
			this.mapper.readerFor(javaType(type)).readValue("{}");
		}
		catch (InvalidDefinitionException ex) {
			return false;
		}
		catch (JacksonException ex) {
			return true;
		}
		return true;
	}

	private JavaType javaType(ResolvableType type) {
		Class<?> target = type.resolve(Object.class);
		if (target.isArray()) {
			return this.mapper.getTypeFactory().constructArrayType(javaType(type.getComponentType()));
		}
		if (!type.hasGenerics()) {
			return this.mapper.constructType(target);
		}
		JavaType[] generics = new JavaType[type.getGenerics().length];
		for (int i = 0; i < generics.length; i++) {
			generics[i] = javaType(type.getGeneric(i));
		}
		return this.mapper.getTypeFactory().constructParametricType(target, generics);
	}

	private static String describe(ResolvableType type) {
		StringBuilder text = new StringBuilder(ClassUtils.getShortName(type.resolve(Object.class)));
		String separator = "<";
		for (ResolvableType generic : type.getGenerics()) {
			text.append(separator).append(describe(generic));
			separator = ", ";
		}
		return text.append(type.hasGenerics() ? ">" : "").toString();
	}

	private static String describe(FlagValue value) {
		String json = value.json();
		String kind = switch (json.charAt(0)) {
			case '{' -> "object";
			case '[' -> "array";
			case '"' -> "string";
			case 't', 'f' -> "boolean";
			case 'n' -> "";
			default -> "number";
		};
		if (kind.isEmpty()) {
			return "JSON null";
		}
		return "the JSON " + kind
				+ ((json.length() <= MAX_VALUE_IN_MESSAGE) ? " " + json : " of " + json.length() + " characters");
	}

	private static Throwable abridge(JacksonException ex) {
		// Jackson repeats a value in its message, however long it is
		String message = ex.getMessage();
		if (message == null || message.length() <= MAX_CAUSE_MESSAGE) {
			return ex;
		}
		RealtimePushException abridged = new RealtimePushException(
				ex.getClass().getSimpleName() + ": " + message.substring(0, MAX_CAUSE_MESSAGE) + "…");
		abridged.setStackTrace(ex.getStackTrace());
		return abridged;
	}

	private static String path(JacksonException ex) {
		StringBuilder path = new StringBuilder();
		for (JacksonException.Reference reference : ex.getPath()) {
			if (reference.getPropertyName() == null) {
				path.append('[').append(reference.getIndex()).append(']');
			}
			else {
				path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
			}
		}
		return path.isEmpty() ? "" : ", wrong at '" + path + "'";
	}

}
