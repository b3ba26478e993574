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

package io.realtimepush.transport.socketio;

import reactor.core.publisher.Mono;

/**
 * Decides whether a client may connect to a namespace.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ConnectMiddleware {

	/**
	 * Decide. What the client sends meanwhile waits. Subscribed to once, on the thread
	 * the connection runs on; must not block.
	 * @param socket who wants to connect; nothing can be sent to it yet, nor can it join
	 * rooms
	 * @return completes if the next one may decide; an error of type
	 * {@link ConnectRefusedException} is told to the client, of any other one it is told
	 * only that there was one
	 */
	Mono<Void> connect(SocketIoSocket socket);

}
