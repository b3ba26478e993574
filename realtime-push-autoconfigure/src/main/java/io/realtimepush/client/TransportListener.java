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

import io.realtimepush.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * Is told what happens to a connection, on any thread but in order.
 *
 * @since 0.1.0
 */
public interface TransportListener {

	/**
	 * The transport is open; the login is on its way.
	 */
	void opened();

	/**
	 * A message has come.
	 * @param sub the further subscription that it is about, or {@code null}
	 * @param message the message
	 */
	void received(@Nullable String sub, ServerMessage message);

	/**
	 * A message has come, but over another connection than the one that the session lives
	 * as long as. It does not show that this one still works.
	 * @param sub the further subscription that it is about, or {@code null}
	 * @param message the message
	 */
	void receivedBeside(@Nullable String sub, ServerMessage message);

	/**
	 * A further subscription, which has a stream of its own over this transport, has
	 * ended.
	 * @param sub its name
	 * @param failure why
	 */
	void subscriptionEnded(String sub, ConnectFailure failure);

	/**
	 * The connection has ended. Nothing else is told afterwards.
	 * @param failure why
	 */
	void closed(ConnectFailure failure);

}
