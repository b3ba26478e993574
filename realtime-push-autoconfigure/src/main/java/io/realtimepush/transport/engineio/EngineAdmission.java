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

package io.realtimepush.transport.engineio;

import org.jspecify.annotations.Nullable;

/**
 * Decides which sessions may open, besides the limit of {@link EngineOptions}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface EngineAdmission {

	/** Whoever comes. */
	EngineAdmission ALL = (handshake) -> EngineTicket.UNCOUNTED;

	/**
	 * Let a session in or not. Called on the thread of the request; must not block.
	 * @param handshake the request that is to open it
	 * @return what counts the session until its end, or {@code null} to answer the
	 * request with 429
	 */
	@Nullable EngineTicket admit(EngineHandshake handshake);

}
