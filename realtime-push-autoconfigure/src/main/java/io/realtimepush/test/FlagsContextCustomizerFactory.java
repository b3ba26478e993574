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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.realtimepush.flags.FlagSet;
import io.realtimepush.flags.FlagValue;
import org.jspecify.annotations.Nullable;

import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Gives the context of a test with {@link AutoConfigureFlags} its flags.
 */
final class FlagsContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		AutoConfigureFlags annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass,
				AutoConfigureFlags.class);
		return (annotation != null) ? new FlagsContextCustomizer(flags(testClass, annotation.value())) : null;
	}

	private static FlagSet flags(Class<?> testClass, String[] texts) {
		Map<String, FlagValue> flags = new LinkedHashMap<>();
		for (String text : texts) {
			int equals = text.indexOf('=');
			if (equals < 1) {
				throw new IllegalArgumentException("@AutoConfigureFlags of " + testClass.getName()
						+ " must name flags as 'key=value', but has '" + text + "'");
			}
			flags.put(text.substring(0, equals).trim(), FlagValue.ofText(text.substring(equals + 1).trim()));
		}
		return FlagSet.of(flags);
	}

}
