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

import java.lang.reflect.TypeVariable;
import java.util.Collections;

import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.support.FlagValueConverter;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;

/**
 * Says at start whether values of flags can be converted to the type of a parameter.
 */
final class ValueTypes {

	private static final String FLAGS_PACKAGE = FlagValue.class.getPackageName();

	private ValueTypes() {
	}

	/**
	 * Find out why a value cannot be converted.
	 * @param parameter the parameter
	 * @param type the type of the value that the parameter names
	 * @param converter what converts values
	 * @return the reason, in words that follow "parameter 0", or {@code null}
	 */
	static @Nullable String findProblem(MethodParameter parameter, ResolvableType type, FlagValueConverter converter) {
		String typed = "has type " + FlagHandlerMethod.describe(parameter);
		if (parameter.getGenericParameterType() instanceof Class<?> raw && raw.getTypeParameters().length > 0) {
			String types = String.join(", ", Collections.nCopies(raw.getTypeParameters().length, "String"));
			return typed + " without saying of what, for instance " + FlagHandlerMethod.describe(parameter) + "<"
					+ types + ">";
		}
		if (hasUnknown(type)) {
			return typed + ", which the class of the bean leaves open";
		}
		if (hasTypeOfFlags(type)) {
			return typed + ", which is no value of a flag";
		}
		return converter.supports(type) ? null : typed + ", which cannot be read from JSON";
	}

	private static boolean hasUnknown(ResolvableType type) {
		if (type.getType() instanceof TypeVariable<?> && type.resolve() == null) {
			return true;
		}
		for (ResolvableType generic : type.getGenerics()) {
			if (hasUnknown(generic)) {
				return true;
			}
		}
		return false;
	}

	private static boolean hasTypeOfFlags(ResolvableType type) {
		Class<?> target = type.resolve(Object.class);
		if (target != FlagValue.class && target.getPackageName().equals(FLAGS_PACKAGE)) {
			return true;
		}
		for (ResolvableType generic : type.getGenerics()) {
			if (hasTypeOfFlags(generic)) {
				return true;
			}
		}
		return false;
	}

}
