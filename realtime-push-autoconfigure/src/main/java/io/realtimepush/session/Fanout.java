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

/**
 * Tells subscriptions of moves of their views, many at once.
 *
 * @since 0.1.0
 */
public interface Fanout {

	/**
	 * Begin to tell a subscription. Called on the executor of its connection. Updates and
	 * heartbeats are sent while the connection is ready; what it misses while it is not,
	 * it has to make up for itself by {@link Subscription#catchUp()}.
	 * @param subscription the subscription, at the position it has been brought to
	 * @return to end it
	 */
	Membership join(Subscription subscription);

	/**
	 * A subscription that is told of moves.
	 */
	interface Membership {

		/**
		 * Begin a new heartbeat interval, because something was sent.
		 */
		void sent();

		/**
		 * Stop telling the subscription. Called on the executor of its connection, once.
		 */
		void leave();

	}

}
