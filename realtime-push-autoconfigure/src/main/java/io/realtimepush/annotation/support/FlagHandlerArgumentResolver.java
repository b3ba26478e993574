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

import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;

/**
 * Supplies the argument for one kind of parameter of a handler method.
 */
interface FlagHandlerArgumentResolver {

	/**
	 * Return the kind of parameter, as it is named in messages.
	 * @return for instance {@code FlagChange}
	 */
	String supported();

	/**
	 * Return whether the argument is about a single flag, so that the method must be
	 * called for each.
	 * @return whether {@link FlagHandlerInvocation#update()} is needed
	 */
	boolean isPerFlag();

	/**
	 * Return whether the parameter is of this kind.
	 * @param parameter the parameter
	 * @return whether this resolver is responsible
	 */
	boolean supportsParameter(MethodParameter parameter);

	/**
	 * Check at start a parameter of this kind.
	 * @param parameter the parameter
	 * @return why it cannot work, in words that follow "parameter 0", or {@code null}
	 */
	default @Nullable String findProblem(MethodParameter parameter) {
		return null;
	}

	/**
	 * Supply the argument.
	 * @param parameter the parameter
	 * @param invocation what the method is called for
	 * @return the argument
	 * @throws io.realtimepush.flags.support.FlagConversionException if a value does not
	 * fit
	 */
	@Nullable Object resolveArgument(MethodParameter parameter, FlagHandlerInvocation invocation);

}
