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

import java.util.List;
import java.util.stream.Collectors;

import io.realtimepush.flags.FlagChange;
import io.realtimepush.flags.FlagSnapshot;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.flags.support.FlagValueConverter;

import org.springframework.core.MethodParameter;

/**
 * Finds the resolver of a parameter.
 */
class FlagHandlerArgumentResolverComposite {

	private final List<FlagHandlerArgumentResolver> resolvers;

	FlagHandlerArgumentResolverComposite(FlagValueConverter converter) {
		this.resolvers = List.of(new FlagKeyArgumentResolver(), new FlagUpdateArgumentResolver(converter),
				new ContextArgumentResolver(FlagChange.class, FlagHandlerInvocation::change),
				new ContextArgumentResolver(FlagSnapshot.class, (invocation) -> invocation.change().snapshot()),
				new ContextArgumentResolver(SdkKey.class, FlagHandlerInvocation::sdkKey),
				new FlagValueArgumentResolver(converter));
	}

	/**
	 * Return the resolver of a parameter. There is always one; whether it can do its work
	 * says {@link FlagHandlerArgumentResolver#findProblem}.
	 * @param parameter the parameter
	 * @return the first that supports it
	 */
	FlagHandlerArgumentResolver resolverFor(MethodParameter parameter) {
		return this.resolvers.stream()
			.filter((resolver) -> resolver.supportsParameter(parameter))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("no resolver for " + parameter));
	}

	/**
	 * Return all kinds of parameters, for messages.
	 * @return the list
	 */
	String supported() {
		return this.resolvers.stream().map(FlagHandlerArgumentResolver::supported).collect(Collectors.joining(", "));
	}

}
