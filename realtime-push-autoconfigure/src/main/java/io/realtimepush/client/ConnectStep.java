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

/**
 * A step on the way to a live session. Each has a timeout of its own.
 *
 * @since 0.1.0
 */
public enum ConnectStep {

	/**
	 * The SDK key is changed for an access token, unless there is one already, or the
	 * server has none.
	 */
	TOKEN,

	/**
	 * The addresses of the server are looked up.
	 */
	RESOLVE,

	/**
	 * A transport is opened: TCP, TLS, and the first HTTP exchange.
	 */
	TRANSPORT,

	/**
	 * The server lets the client in, and brings it to the present flag set.
	 */
	LOGIN

}
