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

package io.realtimepush.test;

import java.util.List;
import java.util.stream.Stream;

import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.support.FlagValueConverter;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.util.StringUtils;

/**
 * Puts the flags of a test in the place of those that the app would have. Contexts of
 * tests with equal flags may be shared.
 *
 * @param flags the flags of the primary flag set
 */
record FlagsContextCustomizer(FlagSet flags) implements ContextCustomizer {

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration config) {
		// The client may be wanted by other beans, but shall not look for a server. Its
		// real key may be a placeholder that nothing resolves in a test
		TestPropertyValues
			.of("realtime-push.client.connect=manual", "realtime-push.client.watch-addresses=false",
					"realtime-push.client.sdk-key=sdk-of-no-server")
			.applyTo(context);
		ConfigurableListableBeanFactory factory = context.getBeanFactory();
		BeanDefinitionRegistry registry = (BeanDefinitionRegistry) factory;
		registry.registerBeanDefinition("testFlags",
				new RootBeanDefinition(TestFlags.class, () -> TestFlags.of(primary(context.getEnvironment()),
						this.flags, (value) -> factory.getBean(FlagValueConverter.class).write(value))));
		registry.registerBeanDefinition("testFlagFeeds",
				new RootBeanDefinition(FlagFeeds.class, () -> factory.getBean(TestFlags.class).feeds()));
	}

	/** By the name that the app knows it by, if it has given it one. */
	private static FlagSetId primary(Environment environment) {
		for (String property : new String[] { "realtime-push.primary-flag-set", "realtime-push.client.flag-set" }) {
			String name = environment.getProperty(property);
			if (StringUtils.hasText(name)) {
				return FlagSetId.of(name);
			}
		}
		List<String> served = Stream.iterate(0, (i) -> i + 1)
			.map((i) -> environment.getProperty("realtime-push.server.sdk-keys[" + i + "].flag-set"))
			.takeWhile(StringUtils::hasText)
			.distinct()
			.toList();
		return FlagSetId.of((served.size() == 1) ? served.get(0) : "default");
	}

}
