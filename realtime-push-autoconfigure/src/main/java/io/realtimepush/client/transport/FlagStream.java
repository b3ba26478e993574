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

package io.realtimepush.client.transport;

import java.util.function.Supplier;

import io.realtimepush.client.ConnectFailure;
import io.realtimepush.protocol.ClientMessage;
import io.realtimepush.protocol.ServerMessage;
import io.realtimepush.protocol.SubscriptionLookup;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one subscription over a transport that carries one subscription at a
 * time. Touched on the event loop only.
 */
interface FlagStream {

	/**
	 * Ask for messages.
	 */
	void start();

	/**
	 * Ask for no more, and tell nothing more.
	 */
	void stop();

	/**
	 * Return the session that the stream is, as the server has named it.
	 * @return the name, or {@code null} as long as it is not known
	 */
	@Nullable String session();

	/**
	 * What a stream is asked for.
	 *
	 * @param credential gives the SDK key or access token
	 * @param options the wishes of the subscription
	 * @param subscriptions finds the subscription, whatever name it is asked for
	 * @param instance the process that the stream is the session of, or {@code null} if
	 * it is one beside that; a server ends the former session of the same key and process
	 */
	record Wish(Supplier<String> credential, ClientMessage.Options options, SubscriptionLookup subscriptions,
			@Nullable String instance) {

	}

	/**
	 * Is told what comes.
	 */
	interface Listener {

		/**
		 * The server has answered that it will send messages.
		 */
		void opened();

		/**
		 * A message has come.
		 * @param message the message
		 */
		void received(ServerMessage message);

		/**
		 * The stream has ended.
		 * @param failure why
		 */
		void ended(ConnectFailure failure);

	}

}
