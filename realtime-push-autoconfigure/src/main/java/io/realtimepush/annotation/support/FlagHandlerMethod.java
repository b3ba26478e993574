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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

import io.realtimepush.annotation.OnFlagUpdate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A method annotated with {@link OnFlagUpdate}, its signature checked, and how to call
 * it. The bean is looked up for each call, so that a lazy bean is created by the first
 * and a scoped bean is that of the moment.
 */
final class FlagHandlerMethod extends AnnotatedMethod {

	private final BeanFactory beanFactory;

	private final String beanName;

	private final Class<?> beanType;

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
	 * @throws InvalidFlagHandlerException if the method cannot work
	 */
	FlagHandlerMethod(BeanFactory beanFactory, String beanName, Class<?> beanType, Method method,
			OnFlagUpdate annotation, FlagHandlerArgumentResolverComposite composite) {
		super(method);
		this.beanFactory = beanFactory;
		this.beanName = beanName;
		this.beanType = beanType;
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

	private void checkInvocable() {
		Class<?> exposedType = this.beanFactory.getType(this.beanName);
		try {
			AopUtils.selectInvocableMethod(getMethod(), (exposedType != null) ? exposedType : this.beanType);
		}
		catch (IllegalStateException ex) {
			throw invalid(null, "bean '" + this.beanName + "' is a proxy through which the method cannot be called; "
					+ "make it public and declare it in an interface of the bean, or have the class itself proxied "
					+ "(proxyTargetClass)", null, ex);
		}
	}

	/**
	 * Return the failure of the start that this method is to blame for.
	 * @param parameter the parameter that is wrong, or {@code null}
	 * @param problem what is wrong; of a parameter in words that follow "parameter 0"
	 * @param supported what would work, or {@code null}
	 * @param cause why, or {@code null}
	 * @return the exception to throw
	 */
	InvalidFlagHandlerException invalid(@Nullable MethodParameter parameter, String problem, @Nullable String supported,
			@Nullable Throwable cause) {
		String text = (parameter != null) ? "parameter " + parameter.getParameterIndex() + " " + problem : problem;
		return new InvalidFlagHandlerException(this.beanType, getMethod(), parameter, text, supported, cause);
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

	String beanName() {
		return this.beanName;
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
		Object bean = this.beanFactory.getBean(this.beanName);
		Method method = AopUtils.selectInvocableMethod(getMethod(), bean.getClass());
		ReflectionUtils.makeAccessible(method);
		try {
			return end(method.invoke(bean, arguments));
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
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

	@Override
	protected Class<?> getContainingClass() {
		return this.beanType;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other;
	}

	@Override
	public int hashCode() {
		return System.identityHashCode(this);
	}

	@Override
	public String toString() {
		return describe(this.beanType, getMethod());
	}

	/**
	 * Return a method as it is named in messages.
	 * @param beanType the class of the bean
	 * @param method the method
	 * @return for instance {@code Checkout.onChange(int)}
	 */
	static String describe(Class<?> beanType, Method method) {
		String parameters = Arrays.stream(method.getGenericParameterTypes())
			.map(FlagHandlerMethod::describe)
			.collect(Collectors.joining(", ", "(", ")"));
		return ClassUtils.getShortName(beanType) + "." + method.getName() + parameters;
	}

	/**
	 * Return the type of a parameter as it is named in messages.
	 * @param parameter the parameter
	 * @return for instance {@code List<String>}
	 */
	static String describe(MethodParameter parameter) {
		return describe(parameter.getGenericParameterType());
	}

	private static String describe(Type type) {
		return type.getTypeName().replaceAll("([a-z_]\\w*\\.)+", "");
	}

}
