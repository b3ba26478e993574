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

/**
 * Bean that is told when a call of an
 * {@link io.realtimepush.annotation.OnFlagUpdate @OnFlagUpdate} method failed. All such
 * beans are told, in their order, after the failure has been logged.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface FlagUpdateErrorHandler {

	/**
	 * Handle a failure. Runs before the next call of the method, on the thread on which
	 * the call ended. What is thrown here is logged and goes no further.
	 * @param invocation the call
	 * @param failure what the method threw or its result signalled, or a
	 * {@link io.realtimepush.flags.support.FlagConversionException} if it was not called
	 * because the value does not fit its parameter
	 */
	void handle(FlagHandlerInvocation invocation, Throwable failure);

}
