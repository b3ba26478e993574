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

package io.realtimepush.autoconfigure;

import java.util.List;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Takes the only or the primary bean of a type that an app must not have several of.
 */
final class SingleBean {

	private SingleBean() {
	}

	/**
	 * Return the bean.
	 * @throws ConfigurationProblemException if there are several and none is primary
	 */
	static <T> T of(Class<T> type, ObjectProvider<T> beans, ListableBeanFactory beanFactory) {
		T bean = beans.getIfUnique();
		if (bean == null) {
			String name = type.getSimpleName();
			throw new ConfigurationProblemException(
					"an app has one flag source, but there are several " + name + " beans "
							+ List.of(beanFactory.getBeanNamesForType(type)),
					"Keep one of the " + name + " beans, or mark one as @Primary.");
		}
		return bean;
	}

}
