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

import io.realtimepush.annotation.FlagKey;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;

/**
 * Supplies the flag key for {@link FlagKey @FlagKey} {@code String}.
 */
class FlagKeyArgumentResolver implements FlagHandlerArgumentResolver {

	@Override
	public String supported() {
		return "@FlagKey String";
	}

	@Override
	public boolean isPerFlag() {
		return true;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(FlagKey.class);
	}

	@Override
	public @Nullable String findProblem(MethodParameter parameter) {
		return (parameter.getParameterType() != String.class)
				? "is @FlagKey and has type " + FlagHandlerMethod.describe(parameter) : null;
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, FlagHandlerInvocation invocation) {
		return Objects.requireNonNull(invocation.update()).key();
	}

}
