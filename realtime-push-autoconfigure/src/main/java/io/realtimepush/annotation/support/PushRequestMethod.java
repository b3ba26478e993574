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
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import io.realtimepush.annotation.ClientLabel;
import io.realtimepush.annotation.OnPushRequest;
import io.realtimepush.flags.FlagValue;
import io.realtimepush.flags.SdkKey;
import io.realtimepush.flags.support.FlagValueConverter;
import io.realtimepush.session.ClientRequest;
import io.realtimepush.session.ClientRequestException;
import io.realtimepush.session.SessionInfo;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;

/**
 * A method annotated with {@link OnPushRequest}, its signature checked, and how to call
 * it.
 */
final class PushRequestMethod extends BeanMethod {

	private static final String SUPPORTED = "SessionInfo, SdkKey, @ClientLabel String, "
			+ "@ClientLabel Optional<String>, and one payload that Jackson reads";

	private final String name;

	private final FlagValueConverter converter;

	private final List<Argument> arguments = new ArrayList<>();

	/**
	 * Check the signature of a method.
	 * @param beanFactory where the bean is
	 * @param beanName the name of the bean
	 * @param beanType the class of the bean, not that of a proxy
	 * @param method the method
	 * @param name what clients call
	 * @param converter reads and writes payloads
	 * @throws InvalidHandlerMethodException if the method cannot work
	 */
	PushRequestMethod(BeanFactory beanFactory, String beanName, Class<?> beanType, Method method, String name,
			FlagValueConverter converter) {
		super(beanFactory, beanName, beanType, method, OnPushRequest.class);
		this.name = name;
		this.converter = converter;
		if (Flux.class.isAssignableFrom(method.getReturnType())) {
			throw invalid(null, "returns " + describe(method.getGenericReturnType()) + ", but a request has one answer",
					"void, Mono, CompletionStage, any type that Jackson writes", null);
		}
		MethodParameter payload = null;
		for (MethodParameter parameter : getMethodParameters()) {
			Argument argument = argument(parameter);
			if (argument == null) {
				if (payload != null) {
					throw invalid(
							parameter, "has type " + describe(parameter)
									+ " and would be a second payload, after parameter " + payload.getParameterIndex(),
							SUPPORTED, null);
				}
				payload = parameter;
				argument = payload(parameter);
			}
			this.arguments.add(argument);
		}
		checkInvocable();
	}

	private @Nullable Argument argument(MethodParameter parameter) {
		ClientLabel label = parameter.getParameterAnnotation(ClientLabel.class);
		if (label != null) {
			return label(parameter, label.value());
		}
		if (parameter.getParameterType() == SessionInfo.class) {
			return ClientRequest::session;
		}
		return (parameter.getParameterType() == SdkKey.class) ? (request) -> request.session().key() : null;
	}

	private Argument label(MethodParameter parameter, String label) {
		if (parameter.getParameterType() == String.class) {
			return (request) -> request.session().labels().get(label);
		}
		if (ResolvableType.forClassWithGenerics(Optional.class, String.class)
			.isAssignableFrom(ResolvableType.forMethodParameter(parameter))) {
			return (request) -> Optional.ofNullable(request.session().labels().get(label));
		}
		throw invalid(parameter, "is a label and has type " + describe(parameter), SUPPORTED, null);
	}

	private Argument payload(MethodParameter parameter) {
		ResolvableType type = ResolvableType.forMethodParameter(parameter);
		if (!this.converter.supports(type)) {
			throw invalid(parameter, "has type " + describe(parameter) + ", which cannot be read from JSON", SUPPORTED,
					null);
		}
		return (request) -> {
			try {
				return this.converter.read(request.payload(), type);
			}
			catch (IllegalArgumentException ex) {
				throw new ClientRequestException("bad_payload", "payload " + ex.getMessage());
			}
		};
	}

	/** What clients call. */
	String name() {
		return this.name;
	}

	/**
	 * Call the method.
	 * @param request what it is called for
	 * @return the answer, empty if there is none
	 * @throws Throwable what the method throws
	 */
	Mono<FlagValue> invoke(ClientRequest request) throws Throwable {
		@Nullable Object[] values = new @Nullable Object[this.arguments.size()];
		for (int i = 0; i < values.length; i++) {
			values[i] = this.arguments.get(i).of(request);
		}
		return answer(call(values)).map(this.converter::write);
	}

	private static Mono<Object> answer(@Nullable Object result) {
		if (result instanceof Publisher<?> publisher) {
			return Mono.from(publisher).cast(Object.class);
		}
		if (result instanceof CompletionStage<?> stage) {
			return Mono.fromCompletionStage(stage).cast(Object.class);
		}
		return Mono.justOrEmpty(result);
	}

	/**
	 * Where an argument comes from.
	 */
	private interface Argument {

		@Nullable Object of(ClientRequest request);

	}

}
