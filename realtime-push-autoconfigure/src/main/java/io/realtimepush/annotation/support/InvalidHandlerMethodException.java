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
import java.lang.reflect.Method;

import io.realtimepush.flags.RealtimePushException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;

/**
 * Thrown at start for an {@link io.realtimepush.annotation.OnFlagUpdate @OnFlagUpdate} or
 * {@link io.realtimepush.annotation.OnPushRequest @OnPushRequest} method that cannot
 * work.
 *
 * @since 0.1.0
 */
public final class InvalidHandlerMethodException extends RealtimePushException {

	private final Class<?> beanType;

	private final transient Method method;

	private final transient @Nullable MethodParameter parameter;

	private final String problem;

	private final @Nullable String supported;

	InvalidHandlerMethodException(Class<? extends Annotation> annotationType, Class<?> beanType, Method method,
			@Nullable MethodParameter parameter, String problem, @Nullable String supported,
			@Nullable Throwable cause) {
		super("@" + annotationType.getSimpleName() + " method " + BeanMethod.describe(beanType, method) + ": " + problem
				+ ((supported != null) ? "; supported are " + supported : ""), cause);
		this.beanType = beanType;
		this.method = method;
		this.parameter = parameter;
		this.problem = problem;
		this.supported = supported;
	}

	/**
	 * Return the class of the bean.
	 * @return the class, not that of a proxy
	 */
	public Class<?> beanType() {
		return this.beanType;
	}

	/**
	 * Return the method.
	 * @return the annotated method
	 */
	public Method method() {
		return this.method;
	}

	/**
	 * Return the parameter that is wrong.
	 * @return the parameter, or {@code null} if something else is wrong
	 */
	public @Nullable MethodParameter parameter() {
		return this.parameter;
	}

	/**
	 * Return what is wrong, without the name of the method.
	 * @return what is wrong
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * Return what would work in its place.
	 * @return the choices, or {@code null} if there is no list of them
	 */
	public @Nullable String supported() {
		return this.supported;
	}

}
