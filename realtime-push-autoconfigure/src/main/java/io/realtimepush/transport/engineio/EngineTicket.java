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
 * Counts a session for whoever has let it in.
 *
 * @since 0.1.0
 */
public interface EngineTicket {

	/** Of a session that nobody counts. */
	EngineTicket UNCOUNTED = new EngineTicket() {

		@Override
		public boolean countsPacket() {
			return true;
		}

		@Override
		public void giveBack() {
		}

	};

	/**
	 * The client has sent a packet, or a ping of the WebSocket. Called on the carrier of
	 * the session.
	 * @return whether to take it; the session is closed if not
	 */
	boolean countsPacket();

	/**
	 * The session has ended, or has not come about. Called once, by whichever thread.
	 */
	void giveBack();

}
