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

package io.realtimepush.flags;

/**
 * Where the present values of a flag set come from.
 *
 * @since 0.1.0
 */
public enum FlagsStatus {

	/**
	 * There are none.
	 */
	NOT_LOADED,

	/**
	 * Defaults of the app's configuration, because nothing better is there yet.
	 */
	DEFAULTS,

	/**
	 * The last flag set of an earlier run of the app, until the server is reached.
	 */
	CACHED,

	/**
	 * The last flag set that was received. It may be old: there is no connection.
	 */
	STALE,

	/**
	 * The flag set as it is now. It is kept current.
	 */
	LIVE

}
