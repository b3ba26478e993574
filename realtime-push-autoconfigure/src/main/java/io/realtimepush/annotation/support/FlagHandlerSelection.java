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

import java.util.Arrays;
import java.util.List;

import io.realtimepush.annotation.OnFlagUpdate;
import io.realtimepush.flags.FlagFeed;
import io.realtimepush.flags.FlagFeeds;
import io.realtimepush.flags.FlagFilter;
import io.realtimepush.flags.FlagSetId;
import io.realtimepush.flags.SdkKey;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodParameter;

/**
 * What the attributes of {@link OnFlagUpdate} select, their placeholders resolved.
 *
 * @param feed the flag set, or the part of it that the SDK key sees
 * @param filter the flags of it
 * @param sdkKey the SDK key, or {@code null} if none is named
 */
record FlagHandlerSelection(FlagFeed feed, FlagFilter filter, @Nullable SdkKey sdkKey) {

	/**
	 * Find what a method has selected.
	 * @param method the method
	 * @param beanFactory where placeholders are resolved and the {@link FlagFeeds} are
	 * @return the selection
	 * @throws InvalidHandlerMethodException if there is no such thing
	 */
	static FlagHandlerSelection of(FlagHandlerMethod method, ConfigurableListableBeanFactory beanFactory) {
		OnFlagUpdate annotation = method.annotation();
		if (!annotation.flagSet().isEmpty() && !annotation.sdkKey().isEmpty()) {
			throw method.invalid(null, "has both 'flagSet' and 'sdkKey'; keep one of them", null, null);
		}
		FlagFilter filter = filter(method, beanFactory);
		SdkKey sdkKey = sdkKey(method, beanFactory);
		MethodParameter parameter = method.findParameter(SdkKey.class);
		if (sdkKey == null && parameter != null) {
			throw method.invalid(parameter, "has type SdkKey, but the annotation has no 'sdkKey' to select by", null,
					null);
		}
		return new FlagHandlerSelection(feed(method, beanFactory, sdkKey), filter, sdkKey);
	}

	private static FlagFilter filter(FlagHandlerMethod method, ConfigurableListableBeanFactory beanFactory) {
		List<String> patterns = Arrays.stream(method.annotation().flags())
			.map((pattern) -> resolve(method, beanFactory, "flags", pattern))
			.toList();
		try {
			return FlagFilter.of(patterns);
		}
		catch (IllegalArgumentException ex) {
			throw method.invalid(null, "'flags' is " + patterns + ", but a " + ex.getMessage(), null, ex);
		}
	}

	private static @Nullable SdkKey sdkKey(FlagHandlerMethod method, ConfigurableListableBeanFactory beanFactory) {
		if (method.annotation().sdkKey().isEmpty()) {
			return null;
		}
		String text = resolve(method, beanFactory, "sdkKey", method.annotation().sdkKey());
		try {
			return SdkKey.server(text);
		}
		catch (IllegalArgumentException ex) {
			throw method.invalid(null, "'sdkKey' cannot be used: " + ex.getMessage(), null, ex);
		}
	}

	private static FlagFeed feed(FlagHandlerMethod method, ConfigurableListableBeanFactory beanFactory,
			@Nullable SdkKey sdkKey) {
		FlagFeeds feeds = feeds(method, beanFactory);
		try {
			if (sdkKey != null) {
				return feeds.sdkKey(sdkKey);
			}
			if (!method.annotation().flagSet().isEmpty()) {
				return feeds
					.flagSet(FlagSetId.of(resolve(method, beanFactory, "flagSet", method.annotation().flagSet())));
			}
		}
		catch (IllegalArgumentException ex) {
			throw method.invalid(null, (sdkKey != null) ? "SDK key '" + sdkKey + "' cannot be used: " + ex.getMessage()
					: "'flagSet' cannot be used: " + ex.getMessage(), null, ex);
		}
		try {
			return feeds.primary();
		}
		catch (IllegalStateException ex) {
			throw method.invalid(null, "names no flag set with 'flagSet' or 'sdkKey', and " + ex.getMessage(), null,
					ex);
		}
	}

	private static FlagFeeds feeds(FlagHandlerMethod method, ConfigurableListableBeanFactory beanFactory) {
		try {
			return beanFactory.getBeanProvider(FlagFeeds.class).getObject();
		}
		catch (NoSuchBeanDefinitionException ex) {
			throw method.invalid(null, "the app has no flags to be called for; set 'realtime-push.server.sdk-keys' or "
					+ "'realtime-push.client.url', or define a FlagFeeds bean", null, ex);
		}
	}

	private static String resolve(FlagHandlerMethod method, ConfigurableListableBeanFactory beanFactory,
			String attribute, String text) {
		String resolved;
		try {
			resolved = beanFactory.resolveEmbeddedValue(text);
		}
		catch (IllegalArgumentException ex) {
			throw method.invalid(null, "'" + attribute + "' cannot be resolved: " + ex.getMessage(), null, ex);
		}
		// Without a configurer for placeholders they are left as they are
		if (resolved == null || resolved.contains("${")) {
			throw method.invalid(null, "'" + attribute + "' has the placeholder " + text + ", which has no value", null,
					null);
		}
		return resolved;
	}

}
