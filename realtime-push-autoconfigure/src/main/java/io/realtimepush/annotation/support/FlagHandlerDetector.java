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
import java.util.List;
import java.util.Map;

import io.realtimepush.annotation.OnFlagUpdate;
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
 * Finds the methods annotated with {@link OnFlagUpdate} by the types of the beans, which
 * are not created for it. Of a lazy bean only the declared type is known: the class of
 * its definition, or what its factory method returns.
 */
class FlagHandlerDetector {

	private final ConfigurableListableBeanFactory beanFactory;

	private final FlagHandlerArgumentResolverComposite resolvers;

	FlagHandlerDetector(ConfigurableListableBeanFactory beanFactory, FlagHandlerArgumentResolverComposite resolvers) {
		this.beanFactory = beanFactory;
		this.resolvers = resolvers;
	}

	/**
	 * Find all methods.
	 * @return the methods of all beans
	 * @throws InvalidFlagHandlerException if one of them cannot work
	 */
	List<FlagHandlerMethod> detect() {
		List<FlagHandlerMethod> result = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			if (ScopedProxyUtils.isScopedTarget(beanName)) {
				continue;
			}
			Class<?> type = determineType(beanName);
			if (type != null && AnnotationUtils.isCandidateClass(type, OnFlagUpdate.class)) {
				detect(beanName, ClassUtils.getUserClass(type), result);
			}
		}
		return result;
	}

	private void detect(String beanName, Class<?> beanType, List<FlagHandlerMethod> result) {
		Map<Method, OnFlagUpdate> methods = MethodIntrospector.selectMethods(beanType,
				(MethodIntrospector.MetadataLookup<@Nullable OnFlagUpdate>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, OnFlagUpdate.class));
		methods.forEach((method, annotation) -> result
			.add(new FlagHandlerMethod(this.beanFactory, beanName, beanType, method, annotation, this.resolvers)));
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

}
