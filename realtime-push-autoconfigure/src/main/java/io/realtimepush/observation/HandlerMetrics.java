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

package io.realtimepush.observation;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.realtimepush.annotation.support.FlagHandlerInvocation;
import io.realtimepush.annotation.support.FlagHandlerListener;
import org.jspecify.annotations.Nullable;

/**
 * Times the calls of {@code @OnFlagUpdate} methods, and tells those that failed.
 * <p>
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class HandlerMetrics implements FlagHandlerListener {

	private final MeterRegistry registry;

	private final Map<Handler, Timers> timers = new ConcurrentHashMap<>();

	/**
	 * Create the meters.
	 * @param registry where to register them
	 */
	public HandlerMetrics(MeterRegistry registry) {
		this.registry = registry;
	}

	@Override
	public void completed(FlagHandlerInvocation invocation, Duration duration, @Nullable Throwable failure) {
		Timers known = this.timers.computeIfAbsent(new Handler(invocation.beanName(), invocation.method()),
				(handler) -> Timers.of(handler, this.registry));
		((failure != null) ? known.failure() : known.success()).record(duration);
	}

	private record Handler(String beanName, Method method) {

	}

	private record Timers(Timer success, Timer failure) {

		static Timers of(Handler handler, MeterRegistry registry) {
			return new Timers(timer(handler, "success", registry), timer(handler, "failure", registry));
		}

		private static Timer timer(Handler handler, String outcome, MeterRegistry registry) {
			return Timer.builder("realtimepush.handler.calls")
				.description("Calls of @OnFlagUpdate methods, until their asynchronous result has ended")
				.tag("bean", handler.beanName())
				.tag("method", handler.method().getName())
				.tag("outcome", outcome)
				.register(registry);
		}

	}

}
