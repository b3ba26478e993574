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
 * Why a session has ended.
 *
 * @since 0.1.0
 */
public enum EngineCloseReason {

	/** The client has closed the session or its connection. */
	TRANSPORT_CLOSE("transport close", 1000),

	/** A connection of the session has failed, or the client has used two at a time. */
	TRANSPORT_ERROR("transport error", 1002),

	/** No pong has come in time. */
	PING_TIMEOUT("ping timeout", 1001),

	/** The client has sent what is no packet. */
	PARSE_ERROR("parse error", 1002),

	/** The app has closed the session. */
	FORCED_CLOSE("forced close", 1000),

	/** More data waits for the client than the limit allows. */
	SLOW("client takes no data", 1008),

	/** A limit has been reached, or the app cannot serve the client for now. */
	TRY_AGAIN_LATER("try again later", 1013),

	/** The server stops. */
	SERVER_STOPPING("server shutting down", 1001),

	/** The code of the app has failed. */
	SERVER_ERROR("server error", 1011);

	private final String text;

	private final int closeCode;

	EngineCloseReason(String text, int closeCode) {
		this.text = text;
		this.closeCode = closeCode;
	}

	/**
	 * Return what to call the reason.
	 * @return a short text; that of the protocol's reference where it has one
	 */
	public String text() {
		return this.text;
	}

	int closeCode() {
		return this.closeCode;
	}

}
