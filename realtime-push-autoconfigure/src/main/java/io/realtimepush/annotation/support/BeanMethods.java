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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * Finds annotated methods by the types of the beans, which are not created for it. Of a
 * lazy bean only the declared type is known: the class of its definition, or what its
 * factory method returns.
 *
 * @param <A> the annotation
 * @param <M> what is made of a method
 */
final class BeanMethods<A extends Annotation, M> {

	private final ConfigurableListableBeanFactory beanFactory;

	private final Class<A> annotationType;

	private final Factory<A, M> factory;

	BeanMethods(ConfigurableListableBeanFactory beanFactory, Class<A> annotationType, Factory<A, M> factory) {
		this.beanFactory = beanFactory;
		this.annotationType = annotationType;
		this.factory = factory;
	}

	/**
	 * Find all methods.
	 * @return what was made of the methods of all beans
	 * @throws InvalidHandlerMethodException if one of them cannot work
	 */
	List<M> detect() {
		List<M> result = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			if (ScopedProxyUtils.isScopedTarget(beanName)) {
				continue;
			}
			Class<?> type = determineType(beanName);
			if (type != null && AnnotationUtils.isCandidateClass(type, this.annotationType)) {
				detect(beanName, ClassUtils.getUserClass(type), result);
			}
		}
		return result;
	}

	private void detect(String beanName, Class<?> beanType, List<M> result) {
		Map<Method, A> methods = MethodIntrospector.selectMethods(beanType,
				(MethodIntrospector.MetadataLookup<@Nullable A>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, this.annotationType));
		methods.forEach((method, annotation) -> result
			.add(this.factory.create(this.beanFactory, beanName, beanType, method, annotation)));
	}

	private @Nullable Class<?> determineType(String beanName) {
		Class<?> type = AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
		if (type == null || !SpringProxy.class.isAssignableFrom(type)) {
			return type;
		}
		if (ScopedObject.class.isAssignableFrom(type)) {
			return AutoProxyUtils.determineTargetClass(this.beanFactory, ScopedProxyUtils.getTargetBeanName(beanName));
		}
		Object proxy = this.beanFactory.getSingleton(beanName);
		return (proxy != null) ? AopProxyUtils.ultimateTargetClass(proxy) : type;
	}

	/**
	 * Makes something of a method.
	 *
	 * @param <A> the annotation
	 * @param <M> what is made
	 */
	interface Factory<A extends Annotation, M> {

		/**
		 * Make something of a method.
		 * @throws InvalidHandlerMethodException if the method cannot work
		 */
		M create(ConfigurableListableBeanFactory beanFactory, String beanName, Class<?> beanType, Method method,
				A annotation);

	}

}
