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

import java.util.Objects;

import io.realtimepush.flags.FlagUpdate;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.support.FlagValueConverter;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;

/**
 * Supplies the new value, converted to the type of the parameter. Takes every parameter,
 * and so comes last.
 */
class FlagValueArgumentResolver implements FlagHandlerArgumentResolver {

	private final FlagValueConverter converter;

	FlagValueArgumentResolver(FlagValueConverter converter) {
		this.converter = converter;
	}

	@Override
	public String supported() {
		return "one value (any type that Jackson reads from JSON)";
	}

	@Override
	public boolean isPerFlag() {
		return true;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return true;
	}

	@Override
	public @Nullable String findProblem(MethodParameter parameter) {
		return ValueTypes.findProblem(parameter, ResolvableType.forMethodParameter(parameter), this.converter);
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, FlagHandlerInvocation invocation) {
		FlagUpdate<FlagValue> update = Objects.requireNonNull(invocation.update());
		return this.converter.convert(update.key(), update.position(), update.newValue(),
				ResolvableType.forMethodParameter(parameter));
	}

}
