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

import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;

/**
 * Supplies what a call has anyway, by its type.
 *
 * @param type the type of the parameter
 * @param argument takes it from the call
 */
record ContextArgumentResolver(Class<?> type,
		Function<FlagHandlerInvocation, @Nullable Object> argument) implements FlagHandlerArgumentResolver {

	@Override
	public String supported() {
		return this.type.getSimpleName();
	}

	@Override
	public boolean isPerFlag() {
		return false;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.getParameterType() == this.type;
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, FlagHandlerInvocation invocation) {
		return this.argument.apply(invocation);
	}

}
