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

import reactor.core.publisher.Mono;

/**
 * May refuse a login whose key is known and whose origin is allowed. Beans of this type
 * are asked in their order.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PushInterceptor {

	/**
	 * Decide about a login. Called on an event loop; must not block.
	 * @param session the session that would open
	 * @return completes to let it in; the error {@link SessionRejectedException} refuses
	 * it with its reason, any other with {@code internal}
	 */
	Mono<Void> intercept(SessionInfo session);

}
