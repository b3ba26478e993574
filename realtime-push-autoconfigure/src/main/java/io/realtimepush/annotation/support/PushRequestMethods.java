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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

import io.realtimepush.annotation.OnPushRequest;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.session.ClientRequest;
import io.realtimepush.session.ClientRequestException;
import io.realtimepush.session.ClientRequestHandler;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.Assert;

/**
 * Bean that answers requests of clients by the {@link OnPushRequest @OnPushRequest}
 * methods of all beans of its context.
 * <p>
 * The methods are found and checked when all singletons exist; a mistake is an
 * {@link InvalidHandlerMethodException} that fails the start.
 *
 * @since 0.1.0
 */
public final class PushRequestMethods implements ClientRequestHandler, BeanFactoryAware, SmartInitializingSingleton {

	/** As long as the protocol lets it be. */
	private static final int MAX_NAME_LENGTH = 128;

	private final FlagValueConverter converter;

	private final Scheduler scheduler;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	private volatile Map<String, PushRequestMethod> methods = Map.of();

	/**
	 * Create the bean.
	 * @param converter reads and writes payloads
	 * @param scheduler where methods are called; its threads may be blocked
	 */
	public PushRequestMethods(FlagValueConverter converter, Scheduler scheduler) {
		this.converter = converter;
		this.scheduler = scheduler;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		Assert.isInstanceOf(ConfigurableListableBeanFactory.class, beanFactory,
				"@OnPushRequest needs a bean factory that lists its beans");
		this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		ConfigurableListableBeanFactory factory = this.beanFactory;
		Assert.state(factory != null, "'beanFactory' must be set");
		Map<String, PushRequestMethod> byName = new LinkedHashMap<>();
		new BeanMethods<>(factory, OnPushRequest.class,
				(beans, beanName, beanType, method, annotation) -> new PushRequestMethod(beans, beanName, beanType,
						method, String.valueOf(beans.resolveEmbeddedValue(annotation.value())), this.converter))
			.detect()
			.forEach((method) -> add(method, byName));
		this.methods = byName;
	}

	private static void add(PushRequestMethod method, Map<String, PushRequestMethod> byName) {
		String name = method.name();
		if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
			throw method.invalid(null,
					"its name must have 1 to " + MAX_NAME_LENGTH + " characters, but has " + name.length(), null, null);
		}
		PushRequestMethod former = byName.putIfAbsent(name, method);
		if (former != null) {
			throw method.invalid(null, "requests '" + name + "' are answered by " + former + " already", null, null);
		}
	}

	@Override
	public boolean handles(String method) {
		return this.methods.containsKey(method);
	}

	@Override
	public Mono<FlagValue> handle(ClientRequest request) {
		PushRequestMethod method = this.methods.get(request.method());
		if (method == null) {
			return Mono.error(new ClientRequestException("unknown_method", "there is no method of this name"));
		}
		return Mono.defer(() -> invoke(method, request))
			// Of a pool of the app, which is not ours
			.onErrorMap(RejectedExecutionException.class,
					(ex) -> new IllegalStateException("the method was refused a thread", ex))
			.subscribeOn(this.scheduler)
			.onErrorMap(RejectedExecutionException.class,
					(ex) -> new ClientRequestException("too_many", "too many requests wait; try again later"));
	}

	private static Mono<FlagValue> invoke(PushRequestMethod method, ClientRequest request) {
		try {
			return method.invoke(request);
		}
		catch (Throwable ex) {
			return Mono.error(ex);
		}
	}

}
