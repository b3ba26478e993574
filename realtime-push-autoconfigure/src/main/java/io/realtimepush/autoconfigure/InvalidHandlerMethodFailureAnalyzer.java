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

package io.realtimepush.autoconfigure;

import io.realtimepush.annotation.support.InvalidHandlerMethodException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

/**
 * Prints which {@code @OnFlagUpdate} or {@code @OnPushRequest} method cannot work, and
 * why. Before the analyzers of its causes, which do not know the method.
 */
@Order(0)
class InvalidHandlerMethodFailureAnalyzer extends AbstractFailureAnalyzer<InvalidHandlerMethodException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidHandlerMethodException cause) {
		String supported = cause.supported();
		return new FailureAnalysis(cause.getMessage(), (supported != null) ? "Use what is supported: " + supported + "."
				: "Correct the method, its annotation, or the properties they need.", cause);
	}

}
