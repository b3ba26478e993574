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

package io.realtimepush.session;

import io.realtimepush.flags.FlagValue;
import reactor.core.publisher.Mono;

/**
 * Answers requests of clients. Beans of this type are asked in their order, fallbacks
 * last; {@code @OnPushRequest} methods are one of them.
 *
 * @since 0.1.0
 */
public interface ClientRequestHandler {

	/**
	 * Return whether this handler answers requests for a method. Must be quick.
	 * @param method the method
	 * @return whether {@link #handle} is to be called
	 */
	boolean handles(String method);

	/**
	 * Return whether this handler is for methods that no other one handles. It is asked
	 * after all others, whatever its order.
	 * @return whether it is a fallback, by default {@code false}
	 */
	default boolean isFallback() {
		return false;
	}

	/**
	 * Answer a request. Called on an event loop; must not block. Cancelled when the
	 * session ends or the time is over.
	 * @param request the request
	 * @return the payload of the answer, empty for JSON {@code null}; the error
	 * {@link ClientRequestException} is told to the client, of any other it learns only
	 * {@code request_failed}
	 */
	Mono<FlagValue> handle(ClientRequest request);

}
