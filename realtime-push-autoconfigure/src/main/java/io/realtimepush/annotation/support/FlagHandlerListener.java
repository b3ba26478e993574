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

import org.jspecify.annotations.Nullable;

/**
 * Told after every call of an
 * {@link io.realtimepush.annotation.OnFlagUpdate @OnFlagUpdate} method, for instance to
 * count it.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface FlagHandlerListener {

	/**
	 * Take note of a call that has ended. What is thrown here is logged and goes no
	 * further.
	 * @param invocation the call
	 * @param duration time until the method returned or its asynchronous result ended
	 * @param failure why it failed, or {@code null}; a
	 * {@link io.realtimepush.flags.support.FlagConversionException} if the method was not
	 * called because the value does not fit its parameter
	 */
	void completed(FlagHandlerInvocation invocation, Duration duration, @Nullable Throwable failure);

}
