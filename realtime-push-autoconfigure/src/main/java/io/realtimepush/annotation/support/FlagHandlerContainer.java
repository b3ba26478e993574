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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.support.FlagValueConverter;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

/**
 * Bean that calls the {@link OnFlagUpdate @OnFlagUpdate} methods of all beans of its
 * context. If there are such methods, it takes from the context the only
 * {@link io.realtimepush.flags.FlagFeeds} and all {@link FlagHandlerListener} and
 * {@link FlagUpdateErrorHandler} beans.
 * <p>
 * The methods are found and checked when all singletons exist; a mistake is an
 * {@link InvalidHandlerMethodException} that fails the start. Calls begin when the
 * context has started. When it stops they end first: no new call is made, and running
 * ones are waited for.
 * <p>
 * The first flag set that a method gets to see, which is the present one at start or the
 * first that is loaded later, is an update only for a method that wants
 * {@link OnFlagUpdate#initial()}; updates are what differs from it. After a restart of
 * the context they are what differs from the last flag set before.
 *
 * @since 0.1.0
 */
public final class FlagHandlerContainer implements BeanFactoryAware, SmartInitializingSingleton, SmartLifecycle {

	/**
	 * How long running calls are waited for at a stop.
	 */
	public static final Duration DEFAULT_STOP_TIMEOUT = Duration.ofSeconds(5);

	private static final Log logger = LogFactory.getLog(FlagHandlerContainer.class);

	private final FlagValueConverter converter;

	private final Scheduler scheduler;

	private final Duration stopTimeout;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private List<FlagHandlerSubscription> subscriptions = List.of();

	private volatile boolean running;

	/**
	 * Create a container that calls methods on {@link Schedulers#boundedElastic()} and
	 * waits {@link #DEFAULT_STOP_TIMEOUT} for running calls.
	 * @param converter converts values to the types of parameters
	 */
	public FlagHandlerContainer(FlagValueConverter converter) {
		this(converter, Schedulers.boundedElastic(), DEFAULT_STOP_TIMEOUT);
	}

	/**
	 * Create a container.
	 * @param converter converts values to the types of parameters
	 * @param scheduler where methods are called; its threads may be blocked. The caller
	 * disposes of it
	 * @param stopTimeout how long running calls are waited for at a stop before they are
	 * cancelled and their threads interrupted
	 */
	public FlagHandlerContainer(FlagValueConverter converter, Scheduler scheduler, Duration stopTimeout) {
		Assert.isTrue(!stopTimeout.isNegative(),
				() -> "'stopTimeout' must not be negative, but was " + stopTimeout.toMillis() + "ms");
		this.converter = converter;
		this.scheduler = scheduler;
		this.stopTimeout = stopTimeout;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		Assert.isInstanceOf(ConfigurableListableBeanFactory.class, beanFactory,
				"@OnFlagUpdate needs a bean factory that lists its beans");
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		ConfigurableListableBeanFactory beanFactory = this.beanFactory;
		Assert.state(beanFactory != null, "'beanFactory' must be set");
		FlagHandlerArgumentResolverComposite resolvers = new FlagHandlerArgumentResolverComposite(this.converter);
		List<FlagHandlerMethod> methods = new BeanMethods<>(beanFactory, OnFlagUpdate.class,
				(factory, beanName, beanType, method, annotation) -> new FlagHandlerMethod(factory, beanName, beanType,
						method, annotation, resolvers))
			.detect();
		if (methods.isEmpty()) {
			return;
		}
		FlagHandlerObservers observers = new FlagHandlerObservers(
				beanFactory.getBeanProvider(FlagHandlerListener.class).orderedStream().toList(),
				beanFactory.getBeanProvider(FlagUpdateErrorHandler.class).orderedStream().toList());
		this.subscriptions = methods.stream()
			.map((method) -> new FlagHandlerSubscription(method, FlagHandlerSelection.of(method, beanFactory),
					this.scheduler, observers))
			.toList();
	}

	@Override
	public void start() {
		if (this.running) {
			return;
		}
		this.running = true;
		this.subscriptions.forEach(FlagHandlerSubscription::start);
	}

	@Override
	public void stop() {
		CountDownLatch stopped = new CountDownLatch(1);
		stop(stopped::countDown);
		try {
			stopped.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void stop(Runnable callback) {
		if (!this.running) {
			callback.run();
			return;
		}
		this.running = false;
		Mono.when(this.subscriptions.stream().map(FlagHandlerSubscription::stop).toList())
			.timeout(this.stopTimeout)
			.onErrorComplete(TimeoutException.class)
			.doFinally((signal) -> {
				cancelRunningCalls();
				callback.run();
			})
			.subscribe();
	}

	private void cancelRunningCalls() {
		for (FlagHandlerSubscription subscription : this.subscriptions) {
			if (subscription.cancel()) {
				logger.warn("@OnFlagUpdate method " + subscription + " had not ended " + this.stopTimeout.toMillis()
						+ "ms after the stop and was cancelled");
			}
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
