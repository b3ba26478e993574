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

package io.realtimepush.client;

import io.realtimepush.protocol.ClientMessage;

/**
 * A connection that a {@link ClientTransport} has opened. Called on the loop of the
 * client only.
 *
 * @since 0.1.0
 */
public interface TransportConnection {

	/**
	 * Send a message.
	 * @param message the message
	 * @return {@code false} if this transport has no way to send such a message
	 */
	boolean send(ClientMessage message);

	/**
	 * Close the connection. Its listener is told within a second, if it has not been
	 * already.
	 */
	void close();

}
