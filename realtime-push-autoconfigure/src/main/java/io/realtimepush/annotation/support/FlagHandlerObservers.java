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
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The beans that are told how calls end. What they throw is logged.
 *
 * @param listeners told of every call
 * @param errorHandlers told of every failure
 */
record FlagHandlerObservers(List<FlagHandlerListener> listeners, List<FlagUpdateErrorHandler> errorHandlers) {

	private static final Log logger = LogFactory.getLog(FlagHandlerObservers.class);

	void completed(FlagHandlerInvocation invocation, Duration duration, @Nullable Throwable failure) {
		for (FlagHandlerListener listener : this.listeners) {
			guard(listener, () -> listener.completed(invocation, duration, failure));
		}
		if (failure != null) {
			for (FlagUpdateErrorHandler errorHandler : this.errorHandlers) {
				guard(errorHandler, () -> errorHandler.handle(invocation, failure));
			}
		}
	}

	private static void guard(Object observer, Runnable call) {
		try {
			call.run();
		}
		catch (Throwable ex) {
			logger.warn(observer.getClass().getName() + " failed to take note of a call of an @OnFlagUpdate method",
					ex);
		}
	}

}
