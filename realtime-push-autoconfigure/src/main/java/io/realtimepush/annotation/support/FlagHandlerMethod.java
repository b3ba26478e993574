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

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.realtimepush.annotation.OnFlagUpdate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.MethodParameter;

/**
 * A method annotated with {@link OnFlagUpdate}, its signature checked, and how to call
 * it.
 */
final class FlagHandlerMethod extends BeanMethod {

	private final OnFlagUpdate annotation;

	private final List<FlagHandlerArgumentResolver> resolvers = new ArrayList<>();

	/**
	 * Check the signature of a method.
	 * @param beanFactory where the bean is
	 * @param beanName the name of the bean
	 * @param beanType the class of the bean, not that of a proxy
	 * @param method the method
	 * @param annotation its annotation
	 * @param composite finds the resolver of each parameter
	 * @throws InvalidHandlerMethodException if the method cannot work
	 */
	FlagHandlerMethod(BeanFactory beanFactory, String beanName, Class<?> beanType, Method method,
			OnFlagUpdate annotation, FlagHandlerArgumentResolverComposite composite) {
		super(beanFactory, beanName, beanType, method, OnFlagUpdate.class);
		this.annotation = annotation;
		checkReturnType();
		for (MethodParameter parameter : getMethodParameters()) {
			this.resolvers.add(check(parameter, composite));
		}
		checkInvocable();
	}

	private void checkReturnType() {
		Class<?> type = getMethod().getReturnType();
		if (type != void.class && !Publisher.class.isAssignableFrom(type)
				&& !CompletionStage.class.isAssignableFrom(type)) {
			throw invalid(null, "returns " + describe(getMethod().getGenericReturnType()),
					"void, Mono, Flux, CompletionStage", null);
		}
	}

	private FlagHandlerArgumentResolver check(MethodParameter parameter,
			FlagHandlerArgumentResolverComposite composite) {
		FlagHandlerArgumentResolver resolver = composite.resolverFor(parameter);
		String problem = resolver.findProblem(parameter);
		if (problem == null && this.resolvers.contains(resolver)) {
			problem = "has type " + describe(parameter) + " and is the second of its kind, after parameter "
					+ this.resolvers.indexOf(resolver);
		}
		if (problem != null) {
			throw invalid(parameter, problem, composite.supported(), null);
		}
		return resolver;
	}

	/**
	 * Return the first parameter of a type.
	 * @param type the type
	 * @return the parameter, or {@code null} if there is none
	 */
	@Nullable MethodParameter findParameter(Class<?> type) {
		return Arrays.stream(getMethodParameters())
			.filter((parameter) -> parameter.getParameterType() == type)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return whether the method is called for each flag and not once for a change.
	 * @return whether a parameter is about a single flag
	 */
	boolean isPerFlag() {
		return this.resolvers.stream().anyMatch(FlagHandlerArgumentResolver::isPerFlag);
	}

	OnFlagUpdate annotation() {
		return this.annotation;
	}

	/**
	 * Call the method.
	 * @param invocation what it is called for
	 * @return completes or fails when the asynchronous result does, at once if there is
	 * none
	 * @throws Throwable what the method throws, or a conversion failure
	 */
	Mono<Void> invoke(FlagHandlerInvocation invocation) throws Throwable {
		MethodParameter[] parameters = getMethodParameters();
		@Nullable Object[] arguments = new @Nullable Object[parameters.length];
		for (int i = 0; i < parameters.length; i++) {
			arguments[i] = this.resolvers.get(i).resolveArgument(parameters[i], invocation);
		}
		return end(call(arguments));
	}

	private static Mono<Void> end(@Nullable Object result) {
		if (result instanceof Publisher<?> publisher) {
			return Flux.from(publisher).then();
		}
		if (result instanceof CompletionStage<?> stage) {
			return Mono.fromCompletionStage(stage).then();
		}
		return Mono.empty();
	}

}
