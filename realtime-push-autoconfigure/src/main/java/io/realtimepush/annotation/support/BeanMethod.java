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

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedMethod;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * An annotated method of a bean. The bean is looked up for each call, so that a lazy bean
 * is created by the first and a scoped bean is that of the moment.
 */
abstract class BeanMethod extends AnnotatedMethod {

	private final BeanFactory beanFactory;

	private final String beanName;

	private final Class<?> beanType;

	private final Class<? extends Annotation> annotationType;

	/**
	 * Create a method.
	 * @param beanFactory where the bean is
	 * @param beanName the name of the bean
	 * @param beanType the class of the bean, not that of a proxy
	 * @param method the method
	 * @param annotationType what it is annotated with, for messages
	 */
	BeanMethod(BeanFactory beanFactory, String beanName, Class<?> beanType, Method method,
			Class<? extends Annotation> annotationType) {
		super(method);
		this.beanFactory = beanFactory;
		this.beanName = beanName;
		this.beanType = beanType;
		this.annotationType = annotationType;
	}

	/**
	 * Check that the method can be called.
	 * @throws InvalidHandlerMethodException if the bean is a proxy without this method
	 */
	final void checkInvocable() {
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
	final InvalidHandlerMethodException invalid(@Nullable MethodParameter parameter, String problem,
			@Nullable String supported, @Nullable Throwable cause) {
		String text = (parameter != null) ? "parameter " + parameter.getParameterIndex() + " " + problem : problem;
		return new InvalidHandlerMethodException(this.annotationType, this.beanType, getMethod(), parameter, text,
				supported, cause);
	}

	final String beanName() {
		return this.beanName;
	}

	/**
	 * Call the method.
	 * @param arguments its arguments
	 * @return what it returns
	 * @throws Throwable what the method throws
	 */
	final @Nullable Object call(@Nullable Object[] arguments) throws Throwable {
		Object bean = this.beanFactory.getBean(this.beanName);
		Method method = AopUtils.selectInvocableMethod(getMethod(), bean.getClass());
		ReflectionUtils.makeAccessible(method);
		try {
			return method.invoke(bean, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	@Override
	protected final Class<?> getContainingClass() {
		return this.beanType;
	}

	@Override
	public final boolean equals(@Nullable Object other) {
		return this == other;
	}

	@Override
	public final int hashCode() {
		return System.identityHashCode(this);
	}

	@Override
	public final String toString() {
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
			.map(BeanMethod::describe)
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

	static String describe(Type type) {
		return type.getTypeName().replaceAll("([a-z_]\\w*\\.)+", "");
	}

}
