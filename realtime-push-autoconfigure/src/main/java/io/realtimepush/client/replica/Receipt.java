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

package io.realtimepush.client.replica;

/**
 * What a message of the server did to a {@link FlagReplica}.
 *
 * @since 0.1.0
 */
public enum Receipt {

	/**
	 * It has moved the position.
	 */
	APPLIED,

	/**
	 * It says that the position is the present one, or is going to be continued.
	 */
	CURRENT,

	/**
	 * It leads nowhere that the client has not been, or is about something else.
	 */
	IGNORED,

	/**
	 * It does not follow on the position: something was missed, and the server must be
	 * asked for it.
	 */
	GAP,

	/**
	 * The server is further, so something was missed or is still on its way.
	 */
	BEHIND,

	/**
	 * There is a new version to be pulled.
	 */
	TOLD

}
