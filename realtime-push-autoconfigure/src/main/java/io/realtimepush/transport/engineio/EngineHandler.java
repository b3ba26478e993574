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

/**
 * Takes the sessions of an {@link EngineServer}.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface EngineHandler {

	/**
	 * A client has opened a session. Called on the thread the session runs on; must not
	 * block. What is sent here reaches the client behind the answer to its handshake.
	 * @param session the session
	 * @param handshake the request that has opened it
	 * @return who is told what happens to the session
	 */
	EngineListener connected(EngineSession session, EngineHandshake handshake);

}
